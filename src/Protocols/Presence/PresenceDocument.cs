using System.Collections.Immutable;

namespace Sylk.Conference.Protocols.Presence;

/// <summary>Words about somebody in a language (BCP 47, null when nobody said).</summary>
public sealed record PresenceNote(string Text, string? Language = null);

/// <summary>One way to reach somebody (RFC 3863 section 4.1.2).</summary>
/// <param name="Id">Unique in its document.</param>
/// <param name="IsOpen">Whether messages are taken; null when the tuple does not say.</param>
public sealed record PresenceTuple(string Id, bool? IsOpen)
{
    /// <summary>A URI; empty for none.</summary>
    public string Contact { get; init; } = "";

    /// <summary>Of the contact, 0 to 1; null when nobody said.</summary>
    public decimal? Priority { get; init; }
    public ImmutableArray<PresenceNote> Notes { get; init; } = [];
    public DateTimeOffset? At { get; init; }

    /// <summary>Activities that older senders write here instead of in the person.</summary>
    public ImmutableArray<string> Activities { get; init; } = [];
}

/// <summary>An application/pidf+xml document (RFC 3863) with what RFC 4479 and RFC 4480 add about the person.</summary>
/// <param name="Entity">Whose presence it is: a URI.</param>
public sealed record PresenceDocument(string Entity)
{
    public const string MediaType = "application/pidf+xml";

    /// <summary>The event package (RFC 3856).</summary>
    public const string Package = "presence";

    public ImmutableArray<PresenceTuple> Tuples { get; init; } = [];

    /// <summary>What the person does: words of RFC 4480 section 3.2 such as <c>away</c>, <c>busy</c>, <c>on-the-phone</c>.</summary>
    public ImmutableArray<string> Activities { get; init; } = [];

    /// <summary>The person's own words, and those about the whole.</summary>
    public ImmutableArray<PresenceNote> Notes { get; init; } = [];

    /// <summary>Any tuple is.</summary>
    public bool IsOpen => Tuples.Any(tuple => tuple.IsOpen == true);

    /// <summary>The person's activities and those of all tuples, each once.</summary>
    public IEnumerable<string> AllActivities => Activities.Concat(Tuples.SelectMany(tuple => tuple.Activities)).Distinct();

    public static PresenceDocument? Read(ReadOnlyMemory<byte> document) => PresenceReader.Read(document);

    public byte[] Write() => PresenceWriter.Write(this);
}
