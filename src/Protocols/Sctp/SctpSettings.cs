namespace Sylk.Conference.Protocols.Sctp;

/// <summary>How one association behaves; the defaults are those of a WebRTC data channel (RFC 8831 section 5).</summary>
public sealed record SctpSettings
{
    /// <summary>Ports in SCTP's own header; over DTLS they only have to match the SDP (RFC 8841 section 5).</summary>
    public ushort LocalPort { get; init; } = 5000;

    public ushort RemotePort { get; init; } = 5000;

    /// <summary>Longest packet we send, bytes, a multiple of 4: what one DTLS record of a 1,200-byte datagram takes.</summary>
    public int MaxPacket { get; init; } = 1136;

    /// <summary>Longest message we take, bytes (limit L9). A longer one ends the association.</summary>
    public int MaxInboundMessage { get; init; } = 64 * 1024;

    /// <summary>Longest message the other end takes, bytes.</summary>
    public int MaxOutboundMessage { get; init; } = 64 * 1024;

    /// <summary>
    /// Bytes kept for messages that are incomplete, out of order or not taken yet, with 64 bytes counted on top of each. What
    /// moves the cumulative point may go beyond by one message: with the default, 256 KiB in all.
    /// </summary>
    public int ReceiveBuffer { get; init; } = (192 * 1024) - 64;

    /// <summary>Bytes of messages that wait to be acknowledged.</summary>
    public int SendBuffer { get; init; } = 256 * 1024;

    /// <summary>Streams in each direction, 1–65,535.</summary>
    public ushort Streams { get; init; } = 1024;

    /// <summary>Retransmissions in a row before the other end counts as gone (RFC 9260 section 16, Association.Max.Retrans).</summary>
    public int MaxRetransmissions { get; init; } = 10;

    public TimeSpan InitialTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan MinTimeout { get; init; } = TimeSpan.FromMilliseconds(400);

    public TimeSpan MaxTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);
}

/// <summary>Numbers that must not be guessable, drawn by the owner: protocol cores have no randomness of their own.</summary>
/// <param name="Tag">Our verification tag; 0 is replaced by 1.</param>
/// <param name="InitialTsn">The first number of ours.</param>
/// <param name="CookieKey">At least 16 bytes.</param>
public sealed record SctpSecrets(uint Tag, uint InitialTsn, byte[] CookieKey);

public enum SctpState : byte { Closed, CookieWait, CookieEchoed, Established, ShutdownPending, ShutdownSent, ShutdownReceived, ShutdownAckSent, Ended }

/// <summary>Why an association ended.</summary>
public enum SctpEnd : byte { None, ShutDown, AbortedByUs, AbortedByPeer, Unreachable, ProtocolViolation }

public enum SctpSendOutcome : byte { Queued, NotOpen, Empty, TooLong, NoSuchStream, StreamResetting, BufferFull }

/// <summary>How hard a message is tried (RFC 3758, RFC 7496).</summary>
/// <param name="Unordered">It may overtake others of its stream.</param>
/// <param name="MaxRetransmits">Transmissions after the first; negative: no limit.</param>
/// <param name="Lifetime">Time after which it is not sent any more; null: no limit.</param>
public readonly record struct SctpReliability(bool Unordered, int MaxRetransmits, TimeSpan? Lifetime)
{
    public static readonly SctpReliability Reliable = new(false, -1, null);

    /// <summary>Sent once, in no order.</summary>
    public static readonly SctpReliability Lossy = new(true, 0, null);
}

/// <summary>One message as received.</summary>
public readonly record struct SctpMessage(ushort Stream, uint Protocol, bool Unordered, byte[] Payload);
