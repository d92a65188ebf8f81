using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sylk.Conference.Protocols.Sctp;

namespace Sylk.Conference.Protocols.Dcep;

/// <summary>What a message is (RFC 8831 section 8, RFC 8832 section 8.1). An empty one travels as a single byte of 0.</summary>
public static class PayloadProtocol
{
    public const uint Control = 50, Text = 51, Binary = 53, EmptyText = 56, EmptyBinary = 57;
}

/// <summary>DATA_CHANNEL_OPEN (RFC 8832 section 5.1).</summary>
/// <param name="Label">At most 256 bytes of UTF-8 (limit L9).</param>
/// <param name="Protocol">At most 256 bytes of UTF-8.</param>
/// <param name="Reliability">How the channel's messages are sent, in both directions.</param>
/// <param name="Priority">As offered; 256 is normal.</param>
public sealed record DcepOpen(string Label, string Protocol, SctpReliability Reliability, ushort Priority = 256)
{
    public const byte MessageType = 3;

    /// <summary>Bytes of a label or of a protocol name (limit L9).</summary>
    public const int MaxText = 256;
    private const int HeaderSize = 12;
    private const byte Unordered = 0x80, Retransmits = 1, Timed = 2;

    /// <summary>False for anything but an OPEN whose lengths are those of the message and within the limits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> message, [NotNullWhen(true)] out DcepOpen? open)
    {
        open = null;
        if (message.Length < HeaderSize || message[0] != MessageType || (message[1] & 0x7F) > Timed)
        {
            return false;
        }

        var label = BinaryPrimitives.ReadUInt16BigEndian(message[8..]);
        var protocol = BinaryPrimitives.ReadUInt16BigEndian(message[10..]);
        if (label > MaxText || protocol > MaxText || message.Length != HeaderSize + label + protocol)
        {
            return false;
        }

        var parameter = BinaryPrimitives.ReadUInt32BigEndian(message[4..]);
        var kind = message[1] & 0x7F;
        var reliability = new SctpReliability(
            (message[1] & Unordered) != 0,
            kind == Retransmits ? (int)Math.Min(parameter, int.MaxValue) : -1,
            kind == Timed ? TimeSpan.FromMilliseconds(parameter) : null);
        open = new DcepOpen(
            Encoding.UTF8.GetString(message.Slice(HeaderSize, label)), Encoding.UTF8.GetString(message[(HeaderSize + label)..]),
            reliability, BinaryPrimitives.ReadUInt16BigEndian(message[2..]));
        return true;
    }

    /// <exception cref="ArgumentException">A text is longer than <see cref="MaxText"/> bytes.</exception>
    public byte[] Write()
    {
        var (label, protocol) = (Encoding.UTF8.GetBytes(Label), Encoding.UTF8.GetBytes(Protocol));
        if (label.Length > MaxText || protocol.Length > MaxText)
        {
            throw new ArgumentException("A label or a protocol name has at most 256 bytes.");
        }

        var message = new byte[HeaderSize + label.Length + protocol.Length];
        message[0] = MessageType;
        var kind = Reliability.Lifetime is not null ? Timed : Reliability.MaxRetransmits >= 0 ? Retransmits : (byte)0;
        message[1] = (byte)(kind | (Reliability.Unordered ? Unordered : 0));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Priority);
        var parameter = Reliability.Lifetime is { } life ? (uint)life.TotalMilliseconds : (uint)Math.Max(0, Reliability.MaxRetransmits);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), parameter);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(8), (ushort)label.Length);
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(10), (ushort)protocol.Length);
        label.CopyTo(message, HeaderSize);
        protocol.CopyTo(message, HeaderSize + label.Length);
        return message;
    }
}

/// <summary>DATA_CHANNEL_ACK (RFC 8832 section 5.2): one byte.</summary>
public static class DcepAck
{
    public const byte MessageType = 2;

    public static bool Is(ReadOnlySpan<byte> message) => message is [MessageType];
}
