using System.Runtime.InteropServices;

namespace Sylk.Conference.Load.Linux;

/// <summary>The system calls of the generator, with the layouts of 64-bit x86 Linux.</summary>
internal static unsafe partial class Native
{
    public const int InternetFamily = 2;
    public const int Datagram = 2;
    public const int NonBlocking = 0x800;
    public const int DontWait = 0x40;
    public const int SocketLevel = 1;
    public const int ReceiveBuffer = 8;
    public const int ReceiveBufferForce = 33;
    public const int TimestampNanoseconds = 35;
    public const int UdpLevel = 17;
    public const int UdpGro = 104;
    public const uint Readable = 1;
    public const int AddToPoll = 1;
    public const int RemoveFromPoll = 2;
    public const int RealtimeClock = 0;
    public const int MonotonicClock = 1;
    public const int ThreadUsage = 1;

    [LibraryImport("libc", SetLastError = true, EntryPoint = "socket")]
    public static partial int OpenSocket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "bind")]
    public static partial int Bind(int socket, Ip4Address* address, uint length);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "getsockname")]
    public static partial int NameOf(int socket, Ip4Address* address, uint* length);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "setsockopt")]
    public static partial int SetOption(int socket, int level, int name, int* value, uint length);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "sendto")]
    public static partial nint SendTo(int socket, byte* bytes, nuint length, int flags, Ip4Address* to, uint toLength);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "recvmmsg")]
    public static partial int ReceiveMany(int socket, MessageEntry* entries, uint count, int flags, void* timeout);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "epoll_create1")]
    public static partial int CreatePoll(int flags);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "epoll_ctl")]
    public static partial int ControlPoll(int poll, int operation, int socket, PollEvent* interest);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "epoll_wait")]
    public static partial int WaitPoll(int poll, PollEvent* events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    public static partial int ReadClock(int clock, TimeValue* time);

    [LibraryImport("libc", EntryPoint = "getrusage")]
    public static partial int ReadUsage(int who, Usage* usage);

    public static long Nanoseconds(int clock)
    {
        TimeValue time;
        _ = ReadClock(clock, &time);
        return time.Seconds * 1_000_000_000 + time.Fraction;
    }
}

/// <summary>sockaddr_in; port and address in network order.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Ip4Address
{
    public ushort Family;
    public ushort Port;
    public uint Address;
    public ulong Padding;
}

/// <summary>timespec or timeval: the fraction's unit is the caller's.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TimeValue
{
    public long Seconds;
    public long Fraction;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Usage
{
    public TimeValue User;
    public TimeValue System;
    public fixed long Rest[14];
}

[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct PollEvent
{
    public uint Events;
    public ulong Data;
}

[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BufferEntry
{
    public byte* Start;
    public nuint Length;
}

/// <summary>mmsghdr.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct MessageEntry
{
    public Ip4Address* Name;
    public uint NameLength;
    public BufferEntry* Buffers;
    public nuint BufferCount;
    public byte* Control;
    public nuint ControlLength;
    public long Flags;
    public uint Length;
}
