using System.Collections.Immutable;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>Our side of ICE.</summary>
public enum LegIceMode : byte
{
    None,

    /// <summary>Answers checks (RFC 8445 section 2.5).</summary>
    Lite,

    /// <summary>Checks too.</summary>
    Full,
}

/// <summary>What is agreed on for a section whatever it carries: where packets go, and how they are protected.</summary>
public abstract record LegStream
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

    /// <summary>What our descriptions say that we do of ICE; it stays for the whole call.</summary>
    public LegIceMode IceMode { get; init; }

    /// <summary>We are the controlling agent, should this description begin checks (RFC 8445 section 6.1.1).</summary>
    public bool IceControls { get; init; }

    /// <summary>Their address is none of their candidates: we say so and go on without ICE (RFC 8839 section 4.2.5).</summary>
    public bool IceMismatch { get; init; }

    public bool MaySend => Direction is MediaDirection.SendRecv or MediaDirection.SendOnly && !IsHeld;

    public bool MayHear => Direction is MediaDirection.SendRecv or MediaDirection.RecvOnly && !IsHeld;

    /// <summary>Whether keys made for this description are good for that one too.</summary>
    public bool HasSameAssociation(LegStream? other) => other is not null && other.Security == Security && Security == LegSecurity.Dtls
        && other.TlsId == TlsId && other.RtcpMux == RtcpMux && other.Fingerprints.SequenceEqual(Fingerprints);
}
