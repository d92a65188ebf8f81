namespace Sylk.Conference.Protocols.Msrp;

/// <summary>What one connection may cost us (limit L13).</summary>
public static class MsrpLimits
{
    /// <summary>Bytes from the start line to the empty line, or to the end line where there is no body.</summary>
    public const int MaxHead = 4 * 1024;

    public const int MaxFields = 32;

    /// <summary>URIs in one path: ours and the relays before it.</summary>
    public const int MaxPath = 8;
    public const int MaxTransactionId = 32;

    /// <summary>Bytes of a chat message.</summary>
    public const int MaxText = 64 * 1024;

    /// <summary>Bytes of a file.</summary>
    public const long MaxFile = 100L * 1024 * 1024;

    /// <summary>Messages of one session that have begun and not ended; the oldest gives way.</summary>
    public const int MaxIncomplete = 8;

    /// <summary>Bytes held of messages that are not whole, over all sessions of a connection.</summary>
    public const int MaxHeld = 256 * 1024;

    /// <summary>A chunk of ours that may not be cut short is no longer (RFC 4975 section 7.1.1).</summary>
    public const int UncutChunk = 2 * 1024;

    /// <summary>Any other chunk of ours.</summary>
    public const int Chunk = 8 * 1024;

    /// <summary>For a connection to be bound to a session, and for a head to be whole.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>For a response (RFC 4975 section 7.3).</summary>
    public static readonly TimeSpan ResponsePatience = TimeSpan.FromSeconds(30);
}
