namespace Sylk.Conference.Protocols.Sctp;

/// <summary>Chunk types (RFC 9260 section 3.2, RFC 3758 section 3.2, RFC 6525 section 3.1).</summary>
internal static class ChunkType
{
    public const byte Data = 0, Init = 1, InitAck = 2, Sack = 3, Heartbeat = 4, HeartbeatAck = 5, Abort = 6, Shutdown = 7,
        ShutdownAck = 8, Error = 9, CookieEcho = 10, CookieAck = 11, ShutdownComplete = 14, ReConfig = 130, ForwardTsn = 192;
}

/// <summary>Parameter types of INIT, INIT ACK and RE-CONFIG.</summary>
internal static class ParameterType
{
    public const ushort HeartbeatInfo = 1, StateCookie = 7, OutgoingReset = 13, IncomingReset = 14, ReConfigResponse = 16,
        SupportedExtensions = 0x8008, ForwardTsnSupported = 0xC000;
}

/// <summary>Flags of DATA (RFC 9260 section 3.3.1).</summary>
internal static class DataFlag
{
    public const byte End = 1, Begin = 2, Unordered = 4, Immediate = 8;
}

/// <summary>Serial number arithmetic of TSNs (RFC 1982, RFC 9260 section 1.6).</summary>
internal static class Tsn
{
    public static bool IsAfter(uint a, uint b) => (int)(a - b) > 0;

    public static bool IsAfterOrSame(uint a, uint b) => (int)(a - b) >= 0;
}
