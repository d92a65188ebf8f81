using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Sylk.Conference.Protocols;

/// <summary>
/// An IP address and port as a value: 16 address bytes in network order (IPv4 is kept as ::ffff:a.b.c.d) and a port.
/// It costs no allocation to compare or to hash, which <see cref="IPEndPoint"/> does.
/// </summary>
public readonly record struct TransportAddress(ulong High, ulong Low, ushort Port)
{
    private const ulong MappedPrefix = 0x0000_FFFF_0000_0000;

    public bool IsIPv4 => High == 0 && (Low & 0xFFFF_FFFF_0000_0000) == MappedPrefix;

    /// <summary>The IPv4 address as a number in host order; only meaningful when <see cref="IsIPv4"/>.</summary>
    public uint IPv4 => (uint)Low;

    public static TransportAddress FromIPv4(uint hostOrderAddress, ushort port) => new(0, MappedPrefix | hostOrderAddress, port);

    /// <param name="address">4 or 16 bytes in network order.</param>
    /// <param name="port">Port in host order.</param>
    public static TransportAddress FromBytes(ReadOnlySpan<byte> address, ushort port) => address.Length == 4
        ? FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(address), port)
        : new(BinaryPrimitives.ReadUInt64BigEndian(address), BinaryPrimitives.ReadUInt64BigEndian(address[8..]), port);

    public static TransportAddress From(IPAddress address, int port)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        return FromBytes(bytes[..written], (ushort)port);
    }

    public static TransportAddress From(IPEndPoint endPoint) => From(endPoint.Address, endPoint.Port);

    /// <summary>Writes the 16 address bytes, IPv4 in its mapped form.</summary>
    public void WriteAddress(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64BigEndian(destination, High);
        BinaryPrimitives.WriteUInt64BigEndian(destination[8..], Low);
    }

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteAddress(bytes);
        return IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes);
    }

    public IPEndPoint ToIPEndPoint() => new(ToIPAddress(), Port);

    public AddressFamily Family => IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;

    public override string ToString() => ToIPEndPoint().ToString();
}

/// <summary>
/// The way packets travel between us and one remote address: over the shard's UDP socket (<see cref="Link"/> 0)
/// or over one accepted TCP connection (<see cref="Link"/> is its number, never reused within a shard).
/// <see cref="Local"/> is the address of ours the remote sent to (all zero when unknown), so that we answer from it;
/// it does not take part in equality.
/// </summary>
public readonly record struct NetworkPath(TransportAddress Remote, int Link = 0, TransportAddress Local = default)
{
    public bool Equals(NetworkPath other) => Remote == other.Remote && Link == other.Link;

    public override int GetHashCode() =>
        unchecked((int)((Remote.Low * 0x9E37_79B9_7F4A_7C15 ^ Remote.High ^ ((ulong)Remote.Port << 17) ^ (uint)Link) * 0xD6E8_FEB8_6659_FD93 >> 32));
}
