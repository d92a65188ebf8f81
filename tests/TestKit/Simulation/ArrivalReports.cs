using System.Runtime.InteropServices;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>What a browser tells of what it receives: when each packet came (transport-cc), and once a second how its streams go.</summary>
internal sealed class ArrivalReports(WirePeer peer)
{
    private const int TransportCcId = 3;
    private const int ReportMs = 1_000;

    private readonly TransportCcRecorder _recorder = new();
    private readonly Dictionary<uint, (uint Middle, Instant At)> _senderReports = [];
    private readonly Dictionary<uint, ReceptionStatistics> _received = [];
    private Instant _nextReport = Instant.Never;

    public Instant NextDeadline => Instant.Earlier(_recorder.NextDeadline, _nextReport);

    public void OnPacket(Instant now, in RtpPacket packet)
    {
        var ssrc = packet.Ssrc;
        var ids = default(RtpExtensionIds);
        ids.TransportCc = TransportCcId;
        if (packet.Scan(ids).TryGet(RtpExtensionKind.TransportCc, packet.Bytes, out var value) && TransportCcSequence.TryRead(value, out var sequence))
            _recorder.OnPacket(now, sequence, packet.Marker);
        ref var reception = ref CollectionsMarshal.GetValueRefOrAddDefault(_received, ssrc, out var known);
        if (!known)
            reception.Accept(packet.SequenceNumber);
        var rate = peer.AudioSlots.Any(slot => slot.Ssrc == ssrc) ? 48_000UL : 90_000UL;
        reception.Update(packet.SequenceNumber, packet.Timestamp, (uint)((ulong)now.Microseconds * rate / 1_000_000));
        _nextReport = Instant.Earlier(_nextReport, now.PlusMilliseconds(ReportMs));
    }

    public void OnSenderReport(Instant now, uint ssrc, ulong ntp) => _senderReports[ssrc] = (NtpTime.Middle(ntp), now);

    public void Run(Instant now)
    {
        if (_recorder.IsDue(now))
            ReportArrivals(now);
        if (now >= _nextReport)
            ReportStreams(now);
    }

    private void ReportArrivals(Instant now)
    {
        Span<byte> buffer = stackalloc byte[1_400];
        while (_recorder.TryWrite(now, 1, 1, buffer[..1_200], out var length))
            peer.SendRtcp(buffer, length);
    }

    private void ReportStreams(Instant now)
    {
        _nextReport = now.PlusMilliseconds(ReportMs);
        Span<byte> buffer = stackalloc byte[1_400];
        foreach (var (ssrc, report) in _senderReports)
        {
            var writer = new RtcpWriter(buffer);
            ref var reception = ref CollectionsMarshal.GetValueRefOrAddDefault(_received, ssrc, out _);
            var loss = reception.TakeLossReport();
            writer.AppendReceiverReport(1, [new ReportBlock(
                ssrc, loss.Fraction, loss.Cumulative, loss.ExtendedHighest, reception.Jitter, report.Middle, NtpTime.ToShort(now - report.At))]);
            peer.SendRtcp(buffer, writer.Length);
        }
    }
}
