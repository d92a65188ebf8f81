using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Net;
using Sylk.Conference.Sfu.Net.Linux;

namespace Sylk.Conference.Sfu.Tests.Net;

public enum Kind { Linux, Portable }

/// <summary>A transport under test with its batches, and the few moves every test makes.</summary>
internal sealed class Endpoint : IDisposable
{
    public static readonly IPAddress Loopback4 = IPAddress.Loopback;
    public static readonly IPAddress Loopback6 = IPAddress.IPv6Loopback;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public Endpoint(Kind kind, DatagramTransportOptions? options = null)
    {
        options ??= new DatagramTransportOptions(0);
        Assert.SkipUnless(kind == Kind.Portable || LinuxTransport.IsSupported, "needs 64-bit Linux");
        Transport = kind == Kind.Linux ? new LinuxTransport(options) : new PortableTransport(options);
    }

    public IDatagramTransport Transport { get; }

    public ReceiveBatch Received { get; } = new();

    public SendBatch Outgoing { get; } = new();

    public TransportCounters Counters => Transport.Counters;

    public NetworkPath PathTo(IPAddress address) => new(TransportAddress.From(address, Transport.LocalPort));

    public void Queue(NetworkPath path, ReadOnlySpan<byte> data, int segmentSize)
    {
        data.CopyTo(Outgoing.Reserve(data.Length));
        Outgoing.Commit(path, data.Length, segmentSize);
    }

    public void Queue(NetworkPath path, ReadOnlySpan<byte> datagram) => Queue(path, datagram, datagram.Length);

    public void Flush()
    {
        Transport.Send(Outgoing);
        Outgoing.Clear();
    }

    public void Send(NetworkPath path, ReadOnlySpan<byte> datagram)
    {
        Queue(path, datagram);
        Flush();
    }

    /// <summary>Receives until <paramref name="count"/> packets came or five seconds passed.</summary>
    public List<(byte[] Data, NetworkPath Path)> Collect(int count)
    {
        var packets = new List<(byte[], NetworkPath)>();
        Turn(() => packets.Count >= count, packets);
        return packets;
    }

    /// <summary>Lets the transport run until something is true, for at most five seconds.</summary>
    public void RunUntil(Func<bool> done) => Turn(done, []);

    public void Dispose() => Transport.Dispose();

    private void Turn(Func<bool> done, List<(byte[] Data, NetworkPath Path)> packets)
    {
        var end = MonotonicClock.Now + Patience;
        while (!done() && MonotonicClock.Now < end)
        {
            if (Transport.Receive(Received) == 0) Transport.Wait(TimeSpan.FromMilliseconds(5));
            for (var i = 0; i < Received.Count; i++) packets.Add((Received.Data(i).ToArray(), Received.Path(i)));
        }
    }
}

internal static class Bytes
{
    /// <summary>Bytes that tell which packet and which place they belong to.</summary>
    public static byte[] Pattern(int length, int seed = 1)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)(seed * 31 + i * 7 + (i >> 8));
        return bytes;
    }

    public static int FreeTcpPort()
    {
        using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp) { DualMode = true };
        probe.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
