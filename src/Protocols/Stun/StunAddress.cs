using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Stun;

/// <summary>XOR-MAPPED-ADDRESS values (RFC 8489 section 14.2).</summary>
internal static class StunAddress
{
    public const int SizeIPv4 = 8;
    public const int SizeIPv6 = 20;

    /// <param name="value">The attribute's value, at least 8 bytes.</param>
    /// <param name="message">The message it belongs to: its cookie and transaction id are the mask.</param>
    /// <param name="address">The address, default when refused.</param>
    public static bool TryReadXor(ReadOnlySpan<byte> value, ReadOnlySpan<byte> message, out TransportAddress address)
    {
        address = default;
        var size = value[1] switch { 1 => 4, 2 => 16, _ => 0 };
        if (size == 0 || value.Length != 4 + size)
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        bytes = bytes[..size];
        Mask(value.Slice(4, size), message, bytes);
        var port = (ushort)(BinaryPrimitives.ReadUInt16BigEndian(value[2..]) ^ (StunFormat.Cookie >> 16));
        address = TransportAddress.FromBytes(bytes, port);
        return true;
    }

    /// <returns>Bytes written: 8 or 20.</returns>
    public static int WriteXor(in TransportAddress address, ReadOnlySpan<byte> message, Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.WriteAddress(bytes);
        var source = address.IsIPv4 ? bytes[12..] : bytes;
        destination[0] = 0;
        destination[1] = (byte)(address.IsIPv4 ? 1 : 2);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(address.Port ^ (StunFormat.Cookie >> 16)));
        Mask(source, message, destination[4..]);
        return 4 + source.Length;
    }

    private static void Mask(ReadOnlySpan<byte> source, ReadOnlySpan<byte> message, Span<byte> destination)
    {
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = (byte)(source[i] ^ message[4 + i]);
        }
    }
}
