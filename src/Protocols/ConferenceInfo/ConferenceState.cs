using System.Collections.Immutable;

namespace Sylk.Conference.Protocols.ConferenceInfo;

/// <summary>
/// A conference as its event package shows it (RFC 4575 section 5). Texts are what people wrote: whatever they hold, the documents made
/// of them are XML.
/// </summary>
/// <param name="Entity">The conference's URI.</param>
public sealed record ConferenceState(string Entity)
{
    /// <summary>The content type of its documents.</summary>
    public const string ContentType = "application/conference-info+xml";

    /// <summary>The event package.</summary>
    public const string Package = "conference";

    public string DisplayText { get; init; } = "";
    public string Subject { get; init; } = "";
    public string FreeText { get; init; } = "";

    /// <summary>Ways in.</summary>
    public ImmutableArray<ConferenceUri> Uris { get; init; } = [];
    public ImmutableArray<ConferenceUri> ServiceUris { get; init; } = [];

    /// <summary>Null when there is no limit.</summary>
    public int? MaximumUserCount { get; init; }

    /// <summary>The host's page about the conference; empty for none.</summary>
    public string WebPage { get; init; } = "";

    /// <summary>How many are in; may be more than <see cref="Users"/> shows.</summary>
    public int UserCount { get; init; }
    public bool IsActive { get; init; }
    public bool IsLocked { get; init; }

    /// <summary>By <see cref="ConferenceUser.Entity"/>, which is each once.</summary>
    public ImmutableArray<ConferenceUser> Users { get; init; } = [];
}

/// <param name="Uri">Of any scheme.</param>
/// <param name="Purpose">Such as <c>participation</c> (section 5.3.1).</param>
/// <param name="DisplayText">May be empty.</param>
public sealed record ConferenceUri(string Uri, string Purpose, string DisplayText = "");

/// <summary>Somebody in the conference (section 5.6), with everything they came in with.</summary>
/// <param name="Entity">Their URI.</param>
public sealed record ConferenceUser(string Entity)
{
    public string DisplayText { get; init; } = "";

    /// <summary>In the room's chat (RFC 7701); empty for none.</summary>
    public string Nickname { get; init; } = "";

    /// <summary><c>moderator</c>, <c>participant</c>.</summary>
    public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>By <see cref="ConferenceEndpoint.Entity"/>, which is each once.</summary>
    public ImmutableArray<ConferenceEndpoint> Endpoints { get; init; } = [];
}

/// <summary>One device of a user (section 5.7).</summary>
/// <param name="Entity">Its URI.</param>
public sealed record ConferenceEndpoint(string Entity)
{
    public string DisplayText { get; init; } = "";
    public ConferenceEndpointStatus Status { get; init; }
    public ConferenceJoining Joining { get; init; }

    /// <summary>Null where nobody knows.</summary>
    public DateTimeOffset? JoinedAt { get; init; }
    public ImmutableArray<ConferenceMedia> Media { get; init; } = [];
}

/// <summary>Section 5.7.3.</summary>
public enum ConferenceEndpointStatus : byte { Connected, OnHold, Disconnected, DialingOut, Alerting, MutedViaFocus }

/// <summary>Section 5.7.4.</summary>
public enum ConferenceJoining : byte { DialedIn, DialedOut, FocusOwner }

/// <summary>A media stream of an endpoint (section 5.8).</summary>
/// <param name="Id">Unique in its endpoint.</param>
/// <param name="Type"><c>audio</c>, <c>video</c> or <c>message</c>.</param>
/// <param name="Flow">As the endpoint sees it.</param>
public sealed record ConferenceMedia(string Id, string Type, ConferenceFlow Flow)
{
    /// <summary>May be empty.</summary>
    public string Label { get; init; } = "";

    /// <summary>SSRC; null where nobody knows.</summary>
    public uint? Source { get; init; }
}

/// <summary>Section 5.8.5.</summary>
public enum ConferenceFlow : byte { SendRecv, SendOnly, RecvOnly, Inactive }
