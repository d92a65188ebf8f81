using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sylk.Conference.Sfu.Net.Linux;

/// <summary>The shard's sockets on 64-bit Linux: batched system calls, segmentation offload, one ppoll to wait for everything.</summary>
internal sealed unsafe class LinuxTransport : IDatagramTransport
{
    private readonly Socket _udp;
    private readonly WakeEvent _wake = new();
    private readonly UdpReceiver _receiver;
    private readonly UdpSender _sender;
    private readonly EpollLinks? _epoll;
    private readonly TcpLinks? _links;

    public LinuxTransport(DatagramTransportOptions options)
    {
        _udp = SocketOpening.Udp(options);
        try
        {
            LocalPort = ((IPEndPoint)_udp.LocalEndPoint!).Port;
            var ipv6 = _udp.AddressFamily == AddressFamily.InterNetworkV6;
            TrySet(ipv6 ? Kernel.LevelIPv6 : Kernel.LevelIP, ipv6 ? Kernel.IPv6ReceivePacketInfo : Kernel.IPPacketInfo);
            var coalesce = options.GenericReceive && TrySet(Kernel.LevelUdp, Kernel.UdpGro);
            var fd = (int)_udp.Handle;
            _receiver = new UdpReceiver(fd, LocalPort, coalesce, Counters);
            var pinning = new SourcePinning(options, LocalAddresses.Enumerate());
            _sender = new UdpSender(fd, ipv6, options.GenericSegmentation, pinning, Counters);
            if (options.TcpPort == 0) return;
            _epoll = new EpollLinks();
            _links = new TcpLinks(SocketOpening.TcpListener(options), _epoll, Counters);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public static bool IsSupported => OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    public int LocalPort { get; }

    public int LocalTcpPort => _links?.LocalPort ?? 0;

    public TransportCounters Counters { get; } = new();

    public int Receive(ReceiveBatch batch)
    {
        batch.Clear();
        _receiver.Receive(batch);
        _links?.Receive(batch);
        return batch.Count;
    }

    public void Send(SendBatch batch)
    {
        _sender.Begin();
        for (var i = 0; i < batch.Count; i++)
        {
            ref readonly var run = ref batch.Run(i);
            if (run.Path.Link == 0) _sender.Add(batch, in run);
            else SendOverLink(batch, in run);
        }

        _sender.Flush();
    }

    public void Wait(TimeSpan timeout)
    {
        if (_links is not null) timeout = _links.LimitWait(timeout);
        var time = new TimeSpec { Seconds = timeout.Ticks / TimeSpan.TicksPerSecond, Nanoseconds = timeout.Ticks % TimeSpan.TicksPerSecond * 100 };
        if (timeout < TimeSpan.Zero) time = default;
        var watched = stackalloc PollDescriptor[3];
        watched[0] = new PollDescriptor { Descriptor = (int)_udp.Handle, Events = Kernel.PollIn };
        watched[1] = new PollDescriptor { Descriptor = _wake.Descriptor, Events = Kernel.PollIn };
        watched[2] = new PollDescriptor { Descriptor = _epoll?.Descriptor ?? -1, Events = Kernel.PollIn };
        _ = Kernel.Poll(watched, 3, timeout == Timeout.InfiniteTimeSpan ? null : &time, null);
        if (watched[1].Returned != 0) _wake.Lower();
    }

    public void Wake() => _wake.Raise();

    public void MarkValidated(int link) => _links?.MarkValidated(link);

    public void CloseLink(int link) => _links?.Close(link);

    public bool TryTakeClosedLink(out int link)
    {
        link = 0;
        return _links?.TryTakeClosed(out link) ?? false;
    }

    public void Dispose()
    {
        _links?.Dispose();
        _epoll?.Dispose();
        _udp.Dispose();
        _receiver?.Dispose();
        _sender?.Dispose();
        _wake.Dispose();
    }

    private void SendOverLink(SendBatch batch, in SendRun run)
    {
        if (_links is null) Counters.CountSendDrop(SendDrop.NoLink, run.Datagrams);
        else _links.Send(run.Path.Link, batch.Data(run), run.SegmentSize);
    }

    private bool TrySet(int level, int option)
    {
        try
        {
            _udp.SetRawSocketOption(level, option, BitConverter.GetBytes(1));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
