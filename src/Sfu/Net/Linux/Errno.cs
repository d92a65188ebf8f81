namespace Sylk.Conference.Sfu.Net.Linux;

/// <summary>The error numbers a send or a receive can meet, and what they mean for a datagram.</summary>
internal static class Errno
{
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int Again = 11;
    public const int Invalid = 22;
    public const int MessageSize = 90;
    public const int AddressNotAvailable = 99;
    public const int NetworkUnreachable = 101;

    public static SendDrop ToDrop(int errno) => errno switch
    {
        Again => SendDrop.WouldBlock,
        105 or 12 => SendDrop.NoBuffers,
        100 or NetworkUnreachable or 112 or 113 => SendDrop.Unreachable,
        111 => SendDrop.Refused,
        MessageSize => SendDrop.TooLarge,
        Invalid or AddressNotAvailable or 97 => SendDrop.Invalid,
        1 or 13 => SendDrop.Denied,
        _ => SendDrop.Other,
    };

    /// <summary>How a path says that it cannot carry a segmented send: smaller MTU, no checksum offload, tunnel.</summary>
    public static bool RefusesSegmentation(int errno) => errno is Invalid or InputOutput or MessageSize;

    /// <summary>How the kernel says that the source address we asked for is not (any longer) ours.</summary>
    public static bool RefusesSource(int errno) => errno is Invalid or AddressNotAvailable or NetworkUnreachable;
}
