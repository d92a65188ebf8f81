using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sylk.Conference.Sfu.Net.Linux;

/// <summary>An eventfd that any thread may raise. Between two waits only the first call costs a system call.</summary>
internal sealed unsafe class WakeEvent : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;

    private readonly SafeFileHandle _handle;
    private int _raised;

    public WakeEvent()
    {
        var fd = Kernel.EventFd(0, CloseOnExec | NonBlocking);
        if (fd < 0) throw new SocketException(Marshal.GetLastPInvokeError());
        _handle = new SafeFileHandle(fd, ownsHandle: true);
        Descriptor = fd;
    }

    public int Descriptor { get; }

    public void Raise()
    {
        if (Interlocked.Exchange(ref _raised, 1) != 0) return;
        var one = 1UL;
        try
        {
            _ = Kernel.Write(_handle, &one, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // The shard is gone; there is nobody to wake.
        }
    }

    /// <summary>
    /// Called on the way out of a wait. The flag falls after the counter: who raises in between finds the flag up, makes no call, and
    /// is right, since this thread is awake and has yet to look at what it was woken for.
    /// </summary>
    public void Lower()
    {
        ulong count;
        _ = Kernel.Read(_handle, &count, sizeof(ulong));
        Interlocked.Exchange(ref _raised, 0);
    }

    public void Dispose() => _handle.Dispose();
}
