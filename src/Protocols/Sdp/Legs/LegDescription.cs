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
}

/// <summary>An m-line as it has to be repeated when it is rejected.</summary>
public readonly record struct LegSection(string Kind, string Protocol, string Format, string? Mid);

/// <summary>The agreed sound section.</summary>
public sealed record LegAudio
{
    /// <summary>As written in the offer; the answer mirrors it.</summary>
    public required string Protocol { get; init; }

    public required LegSecurity Security { get; init; }

    public string? Mid { get; init; }

    /// <summary>In a BUNDLE group of the offer that the answer repeats.</summary>
    public bool IsBundled { get; init; }

    /// <summary>Where their description wants RTP.</summary>
    public required TransportAddress Rtp { get; init; }

    /// <summary>Where it wants RTCP; the same as <see cref="Rtp"/> with mux.</summary>
    public required TransportAddress Rtcp { get; init; }

    public required bool RtcpMux { get; init; }

    /// <summary>Our direction: what we may send and will hear.</summary>
    public required MediaDirection Direction { get; init; }

    /// <summary>They listen to nobody: nothing of theirs belongs in a mix, nothing of ours is to be sent.</summary>
    public required bool IsHeld { get; init; }

    /// <summary>At least one; the first is what we send.</summary>
    public required ImmutableArray<LegFormat> Formats { get; init; }

    public ImmutableArray<LegKeys> Keys { get; init; } = [];

    /// <summary>Payload type of comfort noise; null when it was not agreed on.</summary>
    public int? ComfortNoise { get; init; }

    /// <summary>Milliseconds in each of our packets: 10, 20, 30, 40 or 60.</summary>
    public int PacketMs { get; init; } = 20;

    /// <summary>What they can take, bits per second of payload; null when they do not say.</summary>
    public int? MaxBitrateBps { get; init; }

    /// <summary>They want no RTCP (RFC 3556).</summary>
    public bool RtcpOff { get; init; }

    /// <summary>Keys of what we send; null unless <see cref="LegSecurity.Sdes"/>.</summary>
    public CryptoLine? LocalKey { get; init; }

    /// <summary>Keys of what they send.</summary>
    public CryptoLine? RemoteKey { get; init; }

    public ImmutableArray<Fingerprint> Fingerprints { get; init; } = [];

    /// <summary>Another one means another association (RFC 8842 section 4).</summary>
    public string? TlsId { get; init; }

    /// <summary>Our role as written: active, passive, or holdconn while there shall be no association.</summary>
    public SetupRole Setup { get; init; } = SetupRole.Passive;

    /// <summary>Null without ICE.</summary>
    public LegIce? Ice { get; init; }

    public bool MaySend => Direction is MediaDirection.SendRecv or MediaDirection.SendOnly && !IsHeld;

    public bool MayHear => Direction is MediaDirection.SendRecv or MediaDirection.RecvOnly && !IsHeld;

    /// <summary>Whether keys made for this description are good for that one too.</summary>
    public bool HasSameAssociation(LegAudio? other) => other is not null && other.Security == Security && Security == LegSecurity.Dtls
        && other.TlsId == TlsId && other.RtcpMux == RtcpMux && other.Fingerprints.SequenceEqual(Fingerprints);
}

/// <summary>Their side of ICE.</summary>
public sealed record LegIce(string Ufrag, string Pwd, bool IsLite, ImmutableArray<string> Candidates)
{
    public bool HasSameCredentials(LegIce? other) => other is not null && other.Ufrag == Ufrag && other.Pwd == Pwd;
}

/// <summary>An offer of ours that waits for its answer.</summary>
public sealed record LegOfferSent(LegDescription Described, string Protocol, ImmutableArray<CryptoLine> Keys, bool HasFingerprint);
