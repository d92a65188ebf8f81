using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Rtp;

namespace Sylk.Conference.Headless.Receiving;

/// <summary>One SSRC that a peer receives: a slot of the server's, or a slot's retransmissions.</summary>
public sealed class ReceivedSlot(uint ssrc, byte payloadType)
{
    private ReceptionStatistics _statistics;
    private uint _lastSenderReport;
    private Instant _lastSenderReportAt;

    public uint Ssrc => ssrc;

    public bool IsAudio => payloadType == PeerOffer.OpusPayloadType;

    /// <summary>Retransmissions and padding, not a slot.</summary>
    public bool IsRepair => payloadType == PeerOffer.RtxPayloadType;

    public SlotCounter Counter { get; } = new();

    public FrameTally Frames { get; } = new();

    public void Count(Instant arrival, in RtpPacket packet)
    {
        if (Counter.Count(packet.SequenceNumber) && !IsRepair)
        {
            var rate = IsAudio ? 48 : 90;
            _statistics.Update(packet.SequenceNumber, packet.Timestamp, (uint)(arrival.Microseconds * rate / 1000));
        }
    }

    public void NoteSenderReport(Instant now, ulong ntp) => (_lastSenderReport, _lastSenderReportAt) = (NtpTime.Middle(ntp), now);

    internal ReportBlock Report(Instant now)
    {
        var loss = _statistics.TakeLossReport();
        var delay = _lastSenderReport == 0 ? 0 : NtpTime.ToShort(now - _lastSenderReportAt);
        return new ReportBlock(ssrc, loss.Fraction, loss.Cumulative, loss.ExtendedHighest, _statistics.Jitter, _lastSenderReport, delay);
    }
}
