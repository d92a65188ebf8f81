using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Rtcp;

/// <summary>One answer to a receiver's reference time (RFC 3611 section 4.5).</summary>
/// <param name="Ssrc">The receiver answered.</param>
/// <param name="LastReceiverReport">Middle 32 bits of the NTP time it sent.</param>
/// <param name="Delay">Time since that came, in 1/65,536 s.</param>
public readonly record struct DlrrEntry(uint Ssrc, uint LastReceiverReport, uint Delay)
{
    public const int Octets = 12;
}

/// <summary>The parts of an extended report that let one who sends no media measure the round trip (RFC 3611 section 4.4, 4.5).</summary>
public readonly ref struct ExtendedReport
{
    internal const byte ReferenceTimeBlock = 4;
    internal const byte DlrrBlock = 5;
    private const int BlockHeader = 4;
    private readonly ReadOnlySpan<byte> _body;

    private ExtendedReport(ReadOnlySpan<byte> body) => _body = body;

    public uint SenderSsrc => RtcpBlock.Word(_body, 0);

    /// <summary>The sender's NTP time, 32.32 fixed point.</summary>
    public bool TryGetReferenceTime(out ulong ntp)
    {
        var found = TryFind(ReferenceTimeBlock, out var content) && content.Length == 8;
        ntp = found ? BinaryPrimitives.ReadUInt64BigEndian(content) : 0;
        return found;
    }

    /// <summary>The answer meant for <paramref name="ssrc"/>.</summary>
    public bool TryGetDlrr(uint ssrc, out DlrrEntry entry)
    {
        entry = default;
        if (!TryFind(DlrrBlock, out var content)) return false;
        for (; content.Length >= DlrrEntry.Octets; content = content[DlrrEntry.Octets..])
        {
            if (RtcpBlock.Word(content, 0) != ssrc) continue;
            entry = new DlrrEntry(ssrc, RtcpBlock.Word(content, 4), RtcpBlock.Word(content, 8));
            return true;
        }
        return false;
    }

    internal static bool TryParse(RtcpBlock block, out ExtendedReport report)
    {
        var good = block.PacketType == RtcpPacketType.ExtendedReport && block.Body.Length >= 4;
        report = good ? new ExtendedReport(block.Body) : default;
        return good;
    }

    private bool TryFind(byte type, out ReadOnlySpan<byte> content)
    {
        content = default;
        var rest = _body[4..];
        while (rest.Length >= BlockHeader)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) * 4;
            if (length > rest.Length - BlockHeader) return false;
            if (rest[0] == type)
            {
                content = rest.Slice(BlockHeader, length);
                return true;
            }
            rest = rest[(BlockHeader + length)..];
        }
        return false;
    }
}
