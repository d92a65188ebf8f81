using System.Buffers.Binary;
using System.Text;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

internal enum DnsType : ushort { Srv = 33, Naptr = 35 }

/// <param name="Found">Records of the type asked for; empty when there are none.</param>
/// <param name="Ttl">Seconds they may be kept.</param>
internal sealed record DnsAnswer<T>(IReadOnlyList<T> Found, uint Ttl);

/// <summary>The little of RFC 1035 that SIP needs beside addresses: questions for SRV (RFC 2782) and NAPTR (RFC 3403), and their answers.</summary>
internal static class DnsMessage
{
    private const int HeaderLength = 12;
    private const int LongestName = 255;
    private const int LongestLabel = 63;

    /// <summary>More pointers than that in one name lead in circles (attack TS-24).</summary>
    private const int MostJumps = 16;
    private const int MostRecords = 64;

    /// <returns>Null when the name is none.</returns>
    public static byte[]? Question(ushort id, string name, DnsType type)
    {
        var labels = name.TrimEnd('.').Split('.');
        if (name.Length is 0 or > LongestName - 2 || labels.Any(label => label.Length is 0 or > LongestLabel || label.Any(letter => letter > '~')))
            return null;
        var bytes = new byte[HeaderLength + name.TrimEnd('.').Length + 2 + 4];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, id);
        bytes[2] = 1; // recursion is desired
        bytes[5] = 1;
        var at = HeaderLength;
        foreach (var label in labels)
        {
            bytes[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, bytes.AsSpan(at));
        }
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at + 1), (ushort)type);
        bytes[at + 4] = 1; // IN
        return bytes;
    }

    /// <summary>True when this answers that question: same id, same question.</summary>
    public static bool Answers(ReadOnlySpan<byte> reply, ReadOnlySpan<byte> question) =>
        reply.Length >= question.Length && reply[..2].SequenceEqual(question[..2]) && (reply[2] & 0x80) != 0
        && BinaryPrimitives.ReadUInt16BigEndian(reply[4..]) == 1 && SameQuestion(reply[HeaderLength..question.Length], question[HeaderLength..]);

    /// <summary>It did not fit into a datagram: ask over TCP.</summary>
    public static bool IsCut(ReadOnlySpan<byte> reply) => (reply[2] & 2) != 0;

    /// <summary>The server does not know, which is no answer: another may.</summary>
    public static bool HasFailed(ReadOnlySpan<byte> reply) => (reply[3] & 15) is not (0 or 3);

    /// <returns>Null when it is broken.</returns>
    public static DnsAnswer<SipSrv>? Srv(ReadOnlySpan<byte> reply, int questionLength) => Read<SipSrv>(reply, questionLength, DnsType.Srv, TryReadSrv);

    public static DnsAnswer<SipNaptr>? Naptr(ReadOnlySpan<byte> reply, int questionLength) => Read<SipNaptr>(reply, questionLength, DnsType.Naptr, TryReadNaptr);

    private delegate bool Reader<T>(ReadOnlySpan<byte> reply, int at, int end, out T record);

    private static DnsAnswer<T>? Read<T>(ReadOnlySpan<byte> reply, int at, DnsType type, Reader<T> read)
    {
        var (found, ttl) = (new List<T>(), uint.MaxValue);
        var count = BinaryPrimitives.ReadUInt16BigEndian(reply[6..]);
        for (var i = 0; i < count && i < MostRecords; i++)
        {
            if (!TryReadName(reply, ref at, out _) || at + 10 > reply.Length)
                return null;
            var head = reply[at..];
            var end = at + 10 + BinaryPrimitives.ReadUInt16BigEndian(head[8..]);
            if (end > reply.Length)
                return null;
            if (BinaryPrimitives.ReadUInt16BigEndian(head) == (ushort)type)
            {
                if (!read(reply, at + 10, end, out var record))
                    return null;
                found.Add(record);
            }
            // Aliases on the way limit how long the whole may be kept.
            ttl = Math.Min(ttl, BinaryPrimitives.ReadUInt32BigEndian(head[4..]));
            at = end;
        }
        return new(found, found.Count == 0 ? 0 : ttl);
    }

    private static bool TryReadSrv(ReadOnlySpan<byte> reply, int at, int end, out SipSrv record)
    {
        record = null!;
        if (at + 7 > end)
            return false;
        var numbers = reply[at..];
        at += 6;
        if (!TryReadName(reply, ref at, out var target) || at > end)
            return false;
        record = new(
            BinaryPrimitives.ReadUInt16BigEndian(numbers), BinaryPrimitives.ReadUInt16BigEndian(numbers[2..]),
            BinaryPrimitives.ReadUInt16BigEndian(numbers[4..]), target);
        return true;
    }

    private static bool TryReadNaptr(ReadOnlySpan<byte> reply, int at, int end, out SipNaptr record)
    {
        record = null!;
        if (at + 8 > end)
            return false;
        var (order, preference) = (BinaryPrimitives.ReadUInt16BigEndian(reply[at..]), BinaryPrimitives.ReadUInt16BigEndian(reply[(at + 2)..]));
        at += 4;
        if (!TryReadText(reply, ref at, end, out var flags) || !TryReadText(reply, ref at, end, out var service)
            || !TryReadText(reply, ref at, end, out _) || !TryReadName(reply, ref at, out var replacement) || at > end)
        {
            return false;
        }
        record = new(order, preference, flags, service, replacement);
        return true;
    }

    private static bool TryReadText(ReadOnlySpan<byte> reply, ref int at, int end, out string text)
    {
        text = "";
        if (at >= end || at + 1 + reply[at] > end)
            return false;
        text = Encoding.Latin1.GetString(reply.Slice(at + 1, reply[at]));
        at += 1 + reply[at];
        return true;
    }

    /// <summary>A name, whose end may stand elsewhere (section 4.1.4).</summary>
    private static bool TryReadName(ReadOnlySpan<byte> reply, ref int at, out string name)
    {
        var (text, here, jumps) = (new StringBuilder(), at, 0);
        name = "";
        while (true)
        {
            if (here >= reply.Length)
                return false;
            var length = reply[here];
            if (length >= 0xC0)
            {
                if (here + 1 >= reply.Length || ++jumps > MostJumps)
                    return false;
                at = jumps == 1 ? here + 2 : at;
                here = ((length & 0x3F) << 8) | reply[here + 1];
                continue;
            }
            if (length > LongestLabel || here + 1 + length > reply.Length || text.Length + length > LongestName)
                return false;
            if (length == 0)
                break;
            text.Append(text.Length > 0 ? "." : "").Append(Encoding.Latin1.GetString(reply.Slice(here + 1, length)));
            here += 1 + length;
        }
        at = jumps == 0 ? here + 1 : at;
        name = text.ToString();
        return true;
    }

    private static bool SameQuestion(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        for (var i = 0; i < one.Length; i++)
        {
            if (Lower(one[i]) != Lower(other[i]))
                return false;
        }
        return true;
    }

    private static int Lower(byte letter) => letter is >= (byte)'A' and <= (byte)'Z' ? letter + 32 : letter;
}
