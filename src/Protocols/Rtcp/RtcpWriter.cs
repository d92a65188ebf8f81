using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Rtcp;

/// <summary>
/// Appends RTCP packets to a buffer, as a compound or reduced-size (RFC 5506). What does not fit is not written at all
/// and answers false (or 0), leaving the packets before it intact.
/// </summary>
public ref struct RtcpWriter
{
    /// <summary>PID + BLP pairs in one NACK at most.</summary>
    public const int MaximumNackItems = 60;

    private const uint LargestMantissa = 0x3_FFFF;
    private readonly Span<byte> _buffer;

    public RtcpWriter(Span<byte> buffer) => _buffer = buffer;

    /// <summary>Octets written so far.</summary>
    public int Length { get; private set; }

    public readonly ReadOnlySpan<byte> Written => _buffer[..Length];

    /// <param name="ssrc">The sender.</param>
    /// <param name="info">What it says of itself.</param>
    /// <param name="reports">At most <see cref="ReportBlock.Maximum"/>.</param>
    public bool AppendSenderReport(uint ssrc, scoped in SenderInfo info, scoped ReadOnlySpan<ReportBlock> reports = default)
    {
        var length = 4 + SenderInfo.Octets + reports.Length * ReportBlock.Octets;
        if (!TryBegin(RtcpPacketType.SenderReport, reports.Length, length, out var body)) return false;
        Word(body, 0, ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(body[4..], info.NtpTimestamp);
        Word(body, 12, info.RtpTimestamp);
        Word(body, 16, info.PacketCount);
        Word(body, 20, info.OctetCount);
        WriteReports(body[(4 + SenderInfo.Octets)..], reports);
        return true;
    }

    /// <param name="ssrc">The one who reports.</param>
    /// <param name="reports">At most <see cref="ReportBlock.Maximum"/>.</param>
    public bool AppendReceiverReport(uint ssrc, scoped ReadOnlySpan<ReportBlock> reports = default)
    {
        if (!TryBegin(RtcpPacketType.ReceiverReport, reports.Length, 4 + reports.Length * ReportBlock.Octets, out var body)) return false;
        Word(body, 0, ssrc);
        WriteReports(body[4..], reports);
        return true;
    }

    /// <summary>A source description with nothing but the CNAME.</summary>
    /// <param name="ssrc">The source.</param>
    /// <param name="cname">1..255 octets of UTF-8.</param>
    public bool AppendCname(uint ssrc, scoped ReadOnlySpan<byte> cname)
    {
        if (cname.Length is 0 or > 255) return false;
        // The list of items ends with at least one zero octet, then runs to a multiple of four.
        if (!TryBegin(RtcpPacketType.SourceDescription, 1, 4 + ((2 + cname.Length + 4) & ~3), out var body)) return false;
        body.Clear();
        Word(body, 0, ssrc);
        body[4] = 1;
        body[5] = (byte)cname.Length;
        cname.CopyTo(body[6..]);
        return true;
    }

    /// <param name="ssrcs">1..31 sources that leave.</param>
    public bool AppendBye(scoped ReadOnlySpan<uint> ssrcs)
    {
        if (ssrcs.IsEmpty || !TryBegin(RtcpPacketType.Bye, ssrcs.Length, ssrcs.Length * 4, out var body)) return false;
        for (var i = 0; i < ssrcs.Length; i++) Word(body, i * 4, ssrcs[i]);
        return true;
    }

    /// <summary>Asks for lost packets, at most <see cref="MaximumNackItems"/> items; call again for the rest.</summary>
    /// <param name="senderSsrc">The one who asks.</param>
    /// <param name="mediaSsrc">The source.</param>
    /// <param name="lost">In rising order, across a wrap too.</param>
    /// <returns>How many of <paramref name="lost"/> the packet names.</returns>
    public int AppendNack(uint senderSsrc, uint mediaSsrc, scoped ReadOnlySpan<ushort> lost)
    {
        var room = (_buffer.Length - Length - RtcpReader.HeaderLength - RtcpBlock.FeedbackHeader) / Nack.FciOctets;
        var most = Math.Min(room, MaximumNackItems);
        if (lost.IsEmpty || most <= 0) return 0;
        var items = 0;
        var taken = 0;
        var fci = _buffer[(Length + RtcpReader.HeaderLength + RtcpBlock.FeedbackHeader)..];
        for (; taken < lost.Length && items < most; items++)
            taken += PackNack(lost[taken..], fci[(items * Nack.FciOctets)..]);
        var header = new Pli(senderSsrc, mediaSsrc);
        TryBeginFeedback(RtcpPacketType.TransportFeedback, RtcpBlock.GenericNackFormat, header, items * Nack.FciOctets, out _);
        return taken;
    }

    public bool AppendPli(uint senderSsrc, uint mediaSsrc) =>
        TryBeginFeedback(RtcpPacketType.PayloadFeedback, RtcpBlock.PliFormat, new Pli(senderSsrc, mediaSsrc), 0, out _);

    /// <summary>Asks <paramref name="entry"/>'s source for a keyframe; the sequence rises by one for each new request.</summary>
    public bool AppendFir(uint senderSsrc, FirEntry entry)
    {
        var header = new Pli(senderSsrc, 0);
        if (!TryBeginFeedback(RtcpPacketType.PayloadFeedback, RtcpBlock.FirFormat, header, Fir.EntryOctets, out var fci)) return false;
        Word(fci, 0, entry.Ssrc);
        Word(fci, 4, (uint)entry.Sequence << 24);
        return true;
    }

    /// <param name="senderSsrc">The one who limits.</param>
    /// <param name="bitrate">Bits per second, not negative; rounded down to 18 significant bits.</param>
    /// <param name="ssrcs">At most 255 sources.</param>
    public bool AppendRemb(uint senderSsrc, long bitrate, scoped ReadOnlySpan<uint> ssrcs)
    {
        if (bitrate < 0 || ssrcs.Length > 255) return false;
        var length = Remb.FixedFci + ssrcs.Length * 4;
        var header = new Pli(senderSsrc, 0);
        if (!TryBeginFeedback(RtcpPacketType.PayloadFeedback, RtcpBlock.ApplicationFormat, header, length, out var fci)) return false;
        var exponent = 0;
        while (bitrate >> exponent > LargestMantissa) exponent++;
        Word(fci, 0, Remb.Identifier);
        Word(fci, 4, (uint)ssrcs.Length << 24 | (uint)exponent << 18 | (uint)(bitrate >> exponent));
        for (var i = 0; i < ssrcs.Length; i++) Word(fci, 8 + i * 4, ssrcs[i]);
        return true;
    }

    /// <summary>Tells our NTP time, so that senders can answer (RFC 3611 section 4.4).</summary>
    public bool AppendReferenceTime(uint senderSsrc, ulong ntp)
    {
        if (!TryBegin(RtcpPacketType.ExtendedReport, 0, 16, out var body)) return false;
        Word(body, 0, senderSsrc);
        Word(body, 4, (uint)ExtendedReport.ReferenceTimeBlock << 24 | 2);
        BinaryPrimitives.WriteUInt64BigEndian(body[8..], ntp);
        return true;
    }

    /// <summary>Answers receivers' reference times (RFC 3611 section 4.5).</summary>
    public bool AppendDlrr(uint senderSsrc, scoped ReadOnlySpan<DlrrEntry> entries)
    {
        var length = 8 + entries.Length * DlrrEntry.Octets;
        if (entries.IsEmpty || !TryBegin(RtcpPacketType.ExtendedReport, 0, length, out var body)) return false;
        Word(body, 0, senderSsrc);
        Word(body, 4, (uint)ExtendedReport.DlrrBlock << 24 | (uint)entries.Length * 3);
        for (var i = 0; i < entries.Length; i++)
        {
            Word(body, 8 + i * DlrrEntry.Octets, entries[i].Ssrc);
            Word(body, 12 + i * DlrrEntry.Octets, entries[i].LastReceiverReport);
            Word(body, 16 + i * DlrrEntry.Octets, entries[i].Delay);
        }
        return true;
    }

    private static int PackNack(scoped ReadOnlySpan<ushort> lost, Span<byte> fci)
    {
        uint mask = 0;
        var taken = 1;
        for (; taken < lost.Length; taken++)
        {
            var distance = (ushort)(lost[taken] - lost[0]);
            if (distance > 16) break;
            if (distance > 0) mask |= 1u << (distance - 1);
        }
        BinaryPrimitives.WriteUInt16BigEndian(fci, lost[0]);
        BinaryPrimitives.WriteUInt16BigEndian(fci[2..], (ushort)mask);
        return taken;
    }

    private static void WriteReports(Span<byte> body, scoped ReadOnlySpan<ReportBlock> reports)
    {
        for (var i = 0; i < reports.Length; i++) reports[i].Write(body[(i * ReportBlock.Octets)..]);
    }

    private static void Word(Span<byte> bytes, int offset, uint value) => BinaryPrimitives.WriteUInt32BigEndian(bytes[offset..], value);

    private bool TryBeginFeedback(RtcpPacketType type, int format, Pli header, int fciLength, out Span<byte> fci)
    {
        fci = default;
        if (!TryBegin(type, format, RtcpBlock.FeedbackHeader + fciLength, out var body)) return false;
        Word(body, 0, header.SenderSsrc);
        Word(body, 4, header.MediaSsrc);
        fci = body[RtcpBlock.FeedbackHeader..];
        return true;
    }

    private bool TryBegin(RtcpPacketType type, int count, int bodyLength, out Span<byte> body)
    {
        body = default;
        if (count > 31 || Length + RtcpReader.HeaderLength + bodyLength > _buffer.Length) return false;
        var packet = _buffer.Slice(Length, RtcpReader.HeaderLength + bodyLength);
        packet[0] = (byte)(0x80 | count);
        packet[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(bodyLength / 4));
        body = packet[RtcpReader.HeaderLength..];
        Length += packet.Length;
        return true;
    }
}
