using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net.Linux;

/// <summary>sockaddr_in and sockaddr_in6 in native memory to and from <see cref="TransportAddress"/>, without allocating.</summary>
internal static unsafe class SocketAddressBytes
{
    /// <summary>Room for either form.</summary>
    public const int Slot = 32;

    private const uint IPv4Length = 16;
    private const uint IPv6Length = 28;

    /// <param name="address">Where to write, zeroed before first use.</param>
    /// <param name="remote">The destination; IPv4 goes out as ::ffff:a.b.c.d on a dual-stack socket.</param>
    /// <param name="ipv6Socket">The family of the socket, which decides the form.</param>
    /// <returns>The length to pass as msg_namelen.</returns>
    public static uint Write(byte* address, in TransportAddress remote, bool ipv6Socket)
    {
        Unsafe.WriteUnaligned(address + 2, BinaryPrimitives.ReverseEndianness(remote.Port));
        if (ipv6Socket || !remote.IsIPv4)
        {
            *(ushort*)address = Kernel.AfInet6;
            WriteIPv6(address + 8, remote);
            return IPv6Length;
        }

        *(ushort*)address = Kernel.AfInet;
        Unsafe.WriteUnaligned(address + 4, BinaryPrimitives.ReverseEndianness(remote.IPv4));
        return IPv4Length;
    }

    public static TransportAddress Read(byte* address)
    {
        var port = BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ushort>(address + 2));
        return *(ushort*)address == Kernel.AfInet6
            ? ReadIPv6(address + 8, port)
            : TransportAddress.FromIPv4(BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(address + 4)), port);
    }

    public static void WriteIPv6(byte* bytes, in TransportAddress address)
    {
        Unsafe.WriteUnaligned(bytes, BinaryPrimitives.ReverseEndianness(address.High));
        Unsafe.WriteUnaligned(bytes + 8, BinaryPrimitives.ReverseEndianness(address.Low));
    }

    public static TransportAddress ReadIPv6(byte* bytes, ushort port) => new(
        BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(bytes)),
        BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(bytes + 8)),
        port);
}
