using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Net.Linux;

/// <summary>
/// Ancillary data (cmsghdr: 8 bytes length, 4 level, 4 type, then data; each padded to 8) of one message:
/// the address of ours it came to or leaves from, and the segment size.
/// </summary>
internal static unsafe class ControlMessages
{
    /// <summary>Room for everything we ask for, in either direction.</summary>
    public const int Slot = 128;

    private const int Header = 16;

    /// <summary>Appends UDP_SEGMENT. Returns the bytes taken.</summary>
    public static int WriteSegment(byte* control, int segmentSize)
    {
        WriteHeader(control, Kernel.LevelUdp, Kernel.UdpSegment, sizeof(ushort));
        *(ushort*)(control + Header) = (ushort)segmentSize;
        return Header + 8;
    }

    /// <summary>Appends the source address. A dual-stack socket takes IPv4 sources in mapped form (RFC 3493 section 3.7).</summary>
    public static int WriteSource(byte* control, in TransportAddress local, bool ipv6Socket)
    {
        if (ipv6Socket)
        {
            WriteHeader(control, Kernel.LevelIPv6, Kernel.IPv6PacketInfo, 20);
            SocketAddressBytes.WriteIPv6(control + Header, local);
            *(int*)(control + Header + 16) = 0;
            return Header + 24;
        }

        WriteHeader(control, Kernel.LevelIP, Kernel.IPPacketInfo, 12);
        *(int*)(control + Header) = 0;
        *(uint*)(control + Header + 4) = BinaryPrimitives.ReverseEndianness(local.IPv4);
        *(int*)(control + Header + 8) = 0;
        return Header + 16;
    }

    /// <summary>Reads what came with a message: our address (port <paramref name="port"/>) and the size its segments have (0: not coalesced).</summary>
    public static void Read(byte* control, nuint length, ushort port, ref TransportAddress local, ref int segmentSize)
    {
        nuint at = 0;
        while (at + Header <= length)
        {
            var size = *(nuint*)(control + at);
            if (size < Header || size > length - at) return;
            ReadOne(control + at, port, ref local, ref segmentSize);
            at += (size + 7) & ~(nuint)7;
        }
    }

    private static void ReadOne(byte* message, ushort port, ref TransportAddress local, ref int segmentSize)
    {
        var level = *(int*)(message + 8);
        var type = *(int*)(message + 12);
        var data = message + Header;
        if (level == Kernel.LevelIPv6 && type == Kernel.IPv6PacketInfo) local = SocketAddressBytes.ReadIPv6(data, port);
        else if (level == Kernel.LevelUdp && type == Kernel.UdpGro) segmentSize = *(int*)data;
        else if (level == Kernel.LevelIP && type == Kernel.IPPacketInfo) local = ReadIPv4Local(data, port);
    }

    /// <summary>in_pktinfo: interface, local address of the route, destination in the header; the last is what the remote knows us by.</summary>
    private static TransportAddress ReadIPv4Local(byte* data, ushort port) =>
        TransportAddress.FromIPv4(BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<uint>(data + 8)), port);

    private static void WriteHeader(byte* control, int level, int type, int dataLength)
    {
        *(nuint*)control = (nuint)(Header + dataLength);
        *(int*)(control + 8) = level;
        *(int*)(control + 12) = type;
    }
}
