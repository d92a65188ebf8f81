using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sylk.Conference.Sfu.Net.Linux;

/// <summary>
/// Readiness of TCP sockets by epoll, level-triggered: what was left unread is reported again. The epoll descriptor itself can be
/// polled, so that one ppoll waits for datagrams, wake-ups and connections together.
/// </summary>
internal sealed unsafe class EpollLinks : ILinkPoll, IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int OperationAdd = 1;
    private const int OperationRemove = 2;
    private const int OperationModify = 3;
    private const uint EventIn = 1;
    private const uint EventOut = 4;
    private const int Capacity = 128;

    /// <summary>struct epoll_event is packed on x86-64 only.</summary>
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int DataOffset = EventBytes - 8;

    private readonly SafeFileHandle _epoll;

    public EpollLinks()
    {
        var fd = Kernel.EpollCreate(CloseOnExec);
        if (fd < 0) throw new SocketException(Marshal.GetLastPInvokeError());
        _epoll = new SafeFileHandle(fd, ownsHandle: true);
        Descriptor = fd;
    }

    public int Descriptor { get; }

    public void Add(Socket socket, int link) => Control(OperationAdd, socket, link, EventIn);

    public void WatchWritable(Socket socket, int link, bool watch) =>
        Control(OperationModify, socket, link, watch ? EventIn | EventOut : EventIn);

    public void Remove(Socket socket, int link) => Control(OperationRemove, socket, link, 0);

    public int Poll(Span<LinkReadiness> ready)
    {
        var events = stackalloc byte[Capacity * 16];
        var count = Kernel.EpollWait(_epoll, events, Math.Min(Capacity, ready.Length), 0);
        for (var i = 0; i < count; i++)
        {
            var entry = events + i * EventBytes;
            var flags = *(uint*)entry;
            // Errors and hang-ups are found by reading.
            ready[i] = new LinkReadiness(Unsafe.ReadUnaligned<int>(entry + DataOffset), (flags & ~EventOut) != 0, (flags & EventOut) != 0);
        }

        return Math.Max(count, 0);
    }

    public void Dispose() => _epoll.Dispose();

    private void Control(int operation, Socket socket, int link, uint events)
    {
        var entry = stackalloc byte[16];
        *(uint*)entry = events;
        Unsafe.WriteUnaligned(entry + DataOffset, (long)link);
        _ = Kernel.EpollControl(_epoll, operation, socket.SafeHandle, entry);
    }
}
