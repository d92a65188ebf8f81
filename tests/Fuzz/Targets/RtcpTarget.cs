using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols.Rtcp;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Z-09: each packet of a compound that a typed view reads is written again and reads the same; counts agree with octets.</summary>
internal sealed class RtcpTarget
{
    private const int MostArrivals = TransportCcWriter.MaximumStatuses;

    /// <summary>However far apart they are, the writer has an item for each.</summary>
    private const int MostLost = RtcpWriter.MaximumNackItems;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly TransportCcArrival[] _arrivals = new TransportCcArrival[MostArrivals];
    private readonly ushort[] _lost = new ushort[MostLost];
    private readonly ReportBlock[] _reports = new ReportBlock[ReportBlock.Maximum];
    private readonly uint[] _ssrcs = new uint[255];

    public static FuzzTarget Target => new("Z-09", "RTCP compound and blocks", Seeds(), () => new RtcpTarget().Check) { MaxLength = 1500 };

    private FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        var reader = new RtcpReader(input);
        int blocks = 0, octets = 0;
        while (reader.TryRead(out var block))
        {
            blocks++;
            octets += RtcpReader.HeaderLength + block.Body.Length;
            if (CheckBlock(block) is { } fault)
            {
                return FuzzVerdict.Violates($"{block.PacketType}/{block.Format}: {fault}");
            }
        }

        return octets > input.Length ? FuzzVerdict.Violates("packets are longer than the compound")
            : blocks == 0 || reader.IsMalformed ? FuzzVerdict.Refused
            : FuzzVerdict.Accepted;
    }

    private string? CheckBlock(RtcpBlock block) =>
        CheckReports(block) ?? CheckNames(block) ?? CheckRequests(block) ?? CheckNack(block) ?? CheckTransportCc(block) ?? CheckRemb(block)
        ?? CheckExtended(block);

    private string? CheckReports(RtcpBlock block)
    {
        var writer = new RtcpWriter(_buffer);
        if (block.TryGetSenderReport(out var sent))
        {
            for (var i = 0; i < sent.ReportCount; i++)
            {
                _reports[i] = sent.Report(i);
            }

            return writer.AppendSenderReport(sent.SenderSsrc, sent.Info, _reports.AsSpan(0, sent.ReportCount))
                && Again(writer).TryGetSenderReport(out var sentAgain) && sentAgain.Info == sent.Info
                && (sent.ReportCount == 0 || sentAgain.Report(sent.ReportCount - 1) == _reports[sent.ReportCount - 1])
                    ? null
                    : "changed by writing";
        }

        if (!block.TryGetReceiverReport(out var received))
        {
            return null;
        }

        for (var i = 0; i < received.ReportCount; i++)
        {
            _reports[i] = received.Report(i);
        }

        return writer.AppendReceiverReport(received.SenderSsrc, _reports.AsSpan(0, received.ReportCount))
            && Again(writer).TryGetReceiverReport(out var again) && again.ReportCount == received.ReportCount
            && (again.ReportCount == 0 || again.Report(0) == _reports[0])
                ? null
                : "changed by writing";
    }

    private string? CheckNames(RtcpBlock block)
    {
        if (block.TryGetSourceDescription(out var chunks))
        {
            var count = 0;
            while (chunks.TryRead(out var ssrc, out var cname))
            {
                count++;
                var writer = new RtcpWriter(_buffer);
                if (cname.Length > 0 && (!writer.AppendCname(ssrc, cname) || !Again(writer).TryGetSourceDescription(out var again)
                    || !again.TryRead(out var sameSsrc, out var sameName) || sameSsrc != ssrc || !sameName.SequenceEqual(cname)))
                {
                    return "a name is changed by writing";
                }
            }

            return count > block.Count ? "more chunks than counted" : null;
        }

        if (!block.TryGetBye(out var bye))
        {
            return null;
        }

        for (var i = 0; i < bye.Count; i++)
        {
            _ssrcs[i] = bye.Ssrc(i);
        }

        return bye.Reason.Length < Math.Max(1, block.Body.Length) ? null : "a reason longer than the packet";
    }

    private string? CheckRequests(RtcpBlock block)
    {
        var writer = new RtcpWriter(_buffer);
        if (block.TryGetPli(out var pli))
        {
            return writer.AppendPli(pli.SenderSsrc, pli.MediaSsrc) && Again(writer).TryGetPli(out var same) && same == pli
                ? null
                : "changed by writing";
        }

        if (!block.TryGetFir(out var fir))
        {
            return null;
        }

        var last = fir.Entry(fir.Count - 1);
        return writer.AppendFir(fir.SenderSsrc, last) && Again(writer).TryGetFir(out var again) && again.Entry(0) == last
            ? null
            : "changed by writing";
    }

    private string? CheckNack(RtcpBlock block)
    {
        if (!block.TryGetNack(out var nack))
        {
            return null;
        }

        // The writer asks for rising numbers, so only those before the first that does not rise.
        var count = 0;
        foreach (var sequence in nack)
        {
            if (count == MostLost || (count > 0 && (ushort)(sequence - _lost[count - 1]) is 0 or > 0x7FFF))
            {
                break;
            }

            _lost[count++] = sequence;
        }

        var writer = new RtcpWriter(_buffer);
        if (count == 0 || writer.AppendNack(nack.SenderSsrc, nack.MediaSsrc, _lost.AsSpan(0, count)) != count
            || !Again(writer).TryGetNack(out var again))
        {
            return "cannot be written";
        }

        var at = 0;
        foreach (var sequence in again)
        {
            if (at >= count || sequence != _lost[at++])
            {
                return "changed by writing";
            }
        }

        return at == count ? null : "lost by writing";
    }

    private string? CheckTransportCc(RtcpBlock block)
    {
        if (!block.TryGetTransportCc(out var feedback))
        {
            return null;
        }

        var count = 0;
        var time = feedback.ReferenceMicros;
        foreach (var status in feedback)
        {
            time += status.DeltaMicros;
            if (count < MostArrivals)
            {
                _arrivals[count] = new TransportCcArrival(status.Received, time);
            }

            count++;
        }

        return count != feedback.StatusCount ? "another number of statuses" : CheckTransportCcAgain(feedback, Math.Min(count, MostArrivals));
    }

    private string? CheckTransportCcAgain(TransportCcFeedback feedback, int count)
    {
        var header = new TransportCcHeader(feedback.SenderSsrc, feedback.MediaSsrc, feedback.FeedbackCount);
        var length = TransportCcWriter.Write(
            header, feedback.BaseSequence, _arrivals.AsSpan(0, count), feedback.ReferenceMicros, _buffer, out var consumed);
        var reader = new RtcpReader(_buffer.AsSpan(0, length));
        if (consumed == 0 || !reader.TryRead(out var block) || !block.TryGetTransportCc(out var again) || again.StatusCount != consumed)
        {
            return "cannot be written";
        }

        var at = 0;
        long time = 0, shift = 0;
        foreach (var status in again)
        {
            time += status.DeltaMicros;
            if (status.Received != _arrivals[at].Received)
            {
                return "a fate is changed by writing";
            }

            // The reference wraps at 24 bits, so times are compared by their distance from the first.
            if (status.Received && shift == 0)
            {
                shift = time - _arrivals[at].ArrivalMicros + long.MaxValue / 2;
            }

            if (status.Received && time - _arrivals[at].ArrivalMicros + long.MaxValue / 2 != shift)
            {
                return "a time is changed by writing";
            }

            at++;
        }

        return null;
    }

    private string? CheckRemb(RtcpBlock block)
    {
        if (!block.TryGetRemb(out var remb))
        {
            return null;
        }

        for (var i = 0; i < remb.SsrcCount; i++)
        {
            _ssrcs[i] = remb.Ssrc(i);
        }

        var writer = new RtcpWriter(_buffer);
        return writer.AppendRemb(remb.SenderSsrc, remb.Bitrate, _ssrcs.AsSpan(0, remb.SsrcCount)) && Again(writer).TryGetRemb(out var again)
            && again.SsrcCount == remb.SsrcCount && (again.Bitrate == remb.Bitrate || remb.Bitrate == long.MaxValue)
                ? null
                : "changed by writing";
    }

    private string? CheckExtended(RtcpBlock block)
    {
        if (!block.TryGetExtendedReport(out var report))
        {
            return null;
        }

        report.TryGetDlrr(1, out _);
        if (!report.TryGetReferenceTime(out var ntp))
        {
            return null;
        }

        var writer = new RtcpWriter(_buffer);
        return writer.AppendReferenceTime(report.SenderSsrc, ntp) && Again(writer).TryGetExtendedReport(out var again)
            && again.TryGetReferenceTime(out var same) && same == ntp
                ? null
                : "changed by writing";
    }

    private static RtcpBlock Again(RtcpWriter writer)
    {
        var reader = new RtcpReader(writer.Written);
        reader.TryRead(out var block);
        return block;
    }

    private static List<byte[]> Seeds()
    {
        var report = new ReportBlock(7, 12, -3, 70_000, 44, 5, 6);
        var buffer = new byte[1400];
        var all = new List<byte[]>();
        var writer = new RtcpWriter(buffer);
        writer.AppendSenderReport(1, new SenderInfo(0x0102_0304_0506_0708, 9, 10, 11), [report, report with { Ssrc = 8 }]);
        writer.AppendCname(1, "alice@example"u8);
        all.Add(writer.Written.ToArray());
        writer = new RtcpWriter(buffer);
        writer.AppendReceiverReport(1, [report]);
        writer.AppendNack(1, 2, [65_530, 65_535, 0, 3, 40]);
        writer.AppendPli(1, 2);
        writer.AppendFir(1, new FirEntry(2, 3));
        all.Add(writer.Written.ToArray());
        writer = new RtcpWriter(buffer);
        writer.AppendRemb(1, 2_500_000, [2, 3]);
        writer.AppendReferenceTime(1, 0x0102_0304_0506_0708);
        writer.AppendDlrr(1, [new DlrrEntry(1, 2, 3)]);
        writer.AppendBye([1, 2]);
        all.Add(writer.Written.ToArray());
        all.Add(Feedback(buffer, spacing: 1000, lossEvery: 5));
        all.Add(Feedback(buffer, spacing: 200_000, lossEvery: 2));
        all.Add(Feedback(buffer, spacing: 0, lossEvery: 100));
        return all;
    }

    private static byte[] Feedback(byte[] buffer, long spacing, int lossEvery)
    {
        var arrivals = Enumerable.Range(1, 60).Select(i => new TransportCcArrival(i % lossEvery != 0, 1_000_000 + i * spacing)).ToArray();
        var length = TransportCcWriter.Write(new TransportCcHeader(1, 2, 3), 65_500, arrivals, 1_000_000, buffer, out _);
        return buffer[..length];
    }
}
