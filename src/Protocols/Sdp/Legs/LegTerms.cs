using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>What of protection a leg's owner wants (RFC 8643 for <see cref="Allow"/>).</summary>
public enum LegProtection : byte { Off, Allow, Require }

/// <summary>How a leg's packets are protected.</summary>
public enum LegSecurity : byte { Plain, Sdes, Dtls }

/// <param name="Protection">What the leg's owner wants.</param>
/// <param name="MaySendKeys">The way of the signalling is secret enough for SDES keys.</param>
public readonly record struct LegPolicy(LegProtection Protection, bool MaySendKeys);

/// <summary>Our end of a leg: what its descriptions say of us.</summary>
public sealed record LegCapabilities
{
    /// <summary>In order of preference.</summary>
    public ImmutableArray<LegCodec> Codecs { get; init; } = LegCodecs.All;

    /// <summary>Where we are reached; null when not by this family. One of both must be there.</summary>
    public IPAddress? IPv4 { get; init; }

    /// <inheritdoc cref="IPv4"/>
    public IPAddress? IPv6 { get; init; }

    /// <summary>Of RTP; RTCP without mux is one above.</summary>
    public required int Port { get; init; }

    /// <summary>Of the <c>o=</c> line; one for the whole dialog.</summary>
    public required ulong SessionId { get; init; }

    /// <summary>Of our certificate; null where DTLS is not to be had.</summary>
    public Fingerprint? Fingerprint { get; init; }

    /// <summary>With both there, ICE is answered where it is offered and is in our own first offers.</summary>
    public string? IceUfrag { get; init; }

    public string? IcePwd { get; init; }

    /// <summary>ICE is answered as a full agent; otherwise as a lite one, unless the other end is lite itself.</summary>
    public bool IceFull { get; init; }

    /// <summary>Whether comfort noise (RFC 3389) is offered and answered.</summary>
    public bool ComfortNoise { get; init; }

    /// <summary>Null: video is refused.</summary>
    public LegVideoEnd? Video { get; init; }

    /// <summary>Bits per second asked of their Opus encoder.</summary>
    public int OpusBitrate { get; init; } = 32_000;

    /// <summary>Our offers hold the other end: they hear us, we do not hear them (RFC 3264 section 8.4).</summary>
    public bool Holds { get; init; }

    /// <summary>Whether a description may name an address; others make it unacceptable (TS-15).</summary>
    public Predicate<TransportAddress> MaySendTo { get; init; } = static _ => true;

    /// <summary>Gives fresh secret bytes for keys.</summary>
    public Func<int, byte[]> NewKey { get; init; } = RandomNumberGenerator.GetBytes;
}

public enum LegRefusalKind : byte
{
    /// <summary>No description, or one that breaks the rules of offer and answer.</summary>
    Invalid,

    /// <summary>488 with a warning.</summary>
    Incompatible,
}

/// <param name="Kind">What is wrong.</param>
/// <param name="Detail">For people.</param>
/// <param name="Warning">RFC 3261 section 20.43: 300 to 399.</param>
public sealed record LegRefusal(LegRefusalKind Kind, string Detail, int Warning)
{
    internal const int NetworkProtocol = 300, AddressFormat = 301, TransportProtocol = 302, MediaType = 304, MediaFormat = 305, Other = 399;

    internal static LegRefusal Invalid(string detail) => new(LegRefusalKind.Invalid, detail, Other);

    internal static LegRefusal Incompatible(string detail, int warning) => new(LegRefusalKind.Incompatible, detail, warning);
}

/// <summary>What one step of offer and answer came to: a refusal, or a description; then our text too where we owe one.</summary>
public readonly record struct LegStep(LegRefusal? Refusal, LegDescription? Description, string Sdp)
{
    internal static LegStep Refused(LegRefusal refusal) => new(refusal, null, "");
}
