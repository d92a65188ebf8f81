using System.Collections.Immutable;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>What both ends of a leg have agreed on (RFC 3264).</summary>
/// <param name="Version">Of our last <c>o=</c> line; one more for each text of ours that differs from the one before.</param>
/// <param name="Text">Our last description as if its version were 0, to see whether the next one differs.</param>
/// <param name="Sections">All m-lines there ever were, in their order.</param>
/// <param name="AudioIndex">Which of them carries sound; −1 when none does.</param>
/// <param name="Audio">Null when no section carries sound.</param>
public sealed record LegDescription(ulong Version, string Text, ImmutableArray<LegSection> Sections, int AudioIndex, LegAudio? Audio)
{
    /// <summary>The other end holds us (RFC 3264 section 8.4).</summary>
    public bool IsHeld => Audio is { IsHeld: true };

    public bool HasAudio => Audio is { } audio && audio.Direction != MediaDirection.Inactive;

    /// <summary>Which of the sections carries the camera; −1 when none does.</summary>
    public int VideoIndex { get; init; } = -1;

    /// <summary>Null when no section carries video.</summary>
    public LegVideo? Video { get; init; }
}

/// <summary>An m-line as it has to be repeated when it is rejected.</summary>
public readonly record struct LegSection(string Kind, string Protocol, string Format, string? Mid);

/// <summary>The agreed sound section.</summary>
public sealed record LegAudio : LegStream
{
    /// <summary>At least one; the first is what we send.</summary>
    public required ImmutableArray<LegFormat> Formats { get; init; }

    public ImmutableArray<LegKeys> Keys { get; init; } = [];

    /// <summary>Payload type of comfort noise; null when it was not agreed on.</summary>
    public int? ComfortNoise { get; init; }

    /// <summary>Milliseconds in each of our packets: 10, 20, 30, 40 or 60.</summary>
    public int PacketMs { get; init; } = 20;
}

/// <summary>Their side of ICE.</summary>
public sealed record LegIce(string Ufrag, string Pwd, bool IsLite, ImmutableArray<string> Candidates)
{
    public bool HasSameCredentials(LegIce? other) => other is not null && other.Ufrag == Ufrag && other.Pwd == Pwd;
}

/// <summary>An offer of ours that waits for its answer.</summary>
public sealed record LegOfferSent(LegDescription Described, string Protocol, ImmutableArray<CryptoLine> Keys, bool HasFingerprint)
{
    /// <summary>Of the video section, which has keys of its own.</summary>
    public ImmutableArray<CryptoLine> VideoKeys { get; init; } = [];
}
