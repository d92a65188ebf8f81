using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Load.Linux;

/// <summary>One UDP socket on an address of this machine: what it receives is coalesced (UDP_GRO) and stamped by the kernel.</summary>
internal sealed unsafe class UdpEndpoint : IPeerOutput, IDisposable
{
    public const uint Loopback = 0x7F00_0001;
    private const int BufferOctets = 4 << 20;

    /// <param name="ip">In host order.</param>
    public UdpEndpoint(uint ip = Loopback)
    {
        Descriptor = Native.OpenSocket(Native.InternetFamily, Native.Datagram | Native.NonBlocking, 0);
        if (Descriptor < 0)
            throw new InvalidOperationException($"socket: error {Marshal.GetLastPInvokeError()} (raise ulimit -n)");
        var address = AddressOf(ip, 0);
        Require(Native.Bind(Descriptor, &address, (uint)sizeof(Ip4Address)), "bind");
        if (!TrySet(Native.SocketLevel, Native.ReceiveBufferForce, BufferOctets))
            TrySet(Native.SocketLevel, Native.ReceiveBuffer, BufferOctets);
        TrySet(Native.SocketLevel, Native.TimestampNanoseconds, 1);
        TrySet(Native.UdpLevel, Native.UdpGro, 1);
    }

    public int Descriptor { get; }

    public TransportAddress Local
    {
        get
        {
            Ip4Address address;
            var length = (uint)sizeof(Ip4Address);
            Require(Native.NameOf(Descriptor, &address, &length), "getsockname");
            return From(address);
        }
    }

    public void Send(in TransportAddress to, ReadOnlySpan<byte> datagram)
    {
        var address = AddressOf(to.IPv4, to.Port);
        fixed (byte* bytes = datagram)
            _ = Native.SendTo(Descriptor, bytes, (nuint)datagram.Length, 0, &address, (uint)sizeof(Ip4Address));
    }

    public void Dispose() => _ = Native.Close(Descriptor);

    internal static TransportAddress From(in Ip4Address address) => TransportAddress.FromIPv4(
        BinaryPrimitives.ReverseEndianness(address.Address), BinaryPrimitives.ReverseEndianness(address.Port));

    private static Ip4Address AddressOf(uint address, ushort port) => new()
    {
        Family = Native.InternetFamily,
        Port = BinaryPrimitives.ReverseEndianness(port),
        Address = BinaryPrimitives.ReverseEndianness(address),
    };

    private bool TrySet(int level, int name, int value) => Native.SetOption(Descriptor, level, name, &value, sizeof(int)) == 0;

    private static void Require(int result, string call)
    {
        if (result < 0)
            throw new InvalidOperationException($"{call}: error {Marshal.GetLastPInvokeError()}");
    }
}
