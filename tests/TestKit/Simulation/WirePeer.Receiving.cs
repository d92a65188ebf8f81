using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Srtp;

namespace Sylk.Conference.TestKit.Simulation;

public sealed partial class WirePeer
{
    private readonly List<ReceivedSlot> _slots = [];

    public IReadOnlyList<ReceivedSlot> Slots => _slots;

    public IEnumerable<ReceivedSlot> VideoSlots => _slots.Where(slot => slot.IsVideo);

    public IEnumerable<ReceivedSlot> AudioSlots => _slots.Where(slot => !slot.IsVideo);

    internal World World => _world;

    /// <summary>Media packets that opened.</summary>
    public long PacketsReceived { get; private set; }

    /// <summary>Media on an SSRC the answer did not name.</summary>
    public long Unexpected { get; private set; }

    public int NacksReceived { get; private set; }

    /// <summary>Transport-wide feedback packets, and arrivals they report.</summary>
    public (int Packets, int Arrivals) CongestionFeedback { get; private set; }

    public Instant LastMediaAt { get; private set; }

    /// <summary>The slot that plays a publisher's sound or shows its picture; null when none does.</summary>
    public ReceivedSlot? Hears(WirePeer other) => AudioSlots.LastOrDefault(slot => slot.IsCarrying(other));

    public ReceivedSlot? Hears(LocalSpeaker other) => AudioSlots.LastOrDefault(slot => slot.IsCarrying(other));

    public ReceivedSlot? Sees(WirePeer other) => VideoSlots.LastOrDefault(slot => slot.IsCarrying(other));

    private void ReceiveRtp(ReadOnlySpan<byte> datagram)
    {
        var packet = datagram.ToArray();
        if (!RtpPacket.TryParseHeader(packet, out var header)
            || _receiver!.Unprotect(packet, header.HeaderLength, header.Ssrc, header.SequenceNumber, out var length, out var sequence)
                is var verdict && verdict != SrtpVerdict.Accepted)
        {
            Undecryptable++;
            return;
        }

        PacketsReceived++;
        LastMediaAt = _world.Now;
        if (!RtpPacket.TryParse(packet.AsSpan(0, length), out var plain)
            || SlotOf(plain.Ssrc) is not { } slot)
        {
            Unexpected++;
            return;
        }

        _arrivals?.OnPacket(_world.Now, plain);
        slot.Receive(_world.Now, plain, sequence, plain.Ssrc == slot.RtxSsrc && slot.IsVideo);
    }

    private ReceivedSlot? SlotOf(uint ssrc) => _slots.Find(slot => slot.Ssrc == ssrc || (slot.RtxSsrc != 0 && slot.RtxSsrc == ssrc));

    private void ReceiveRtcp(ReadOnlySpan<byte> datagram)
    {
        var packet = datagram.ToArray();
        if (_receiver!.UnprotectRtcp(packet, out var length) != SrtpVerdict.Accepted)
        {
            Undecryptable++;
            return;
        }

        var reader = new RtcpReader(packet.AsSpan(0, length));
        while (reader.TryRead(out var block))
            Read(block);
    }

    private void Read(in RtcpBlock block)
    {
        if (block.TryGetSenderReport(out var report))
        {
            var ssrc = report.SenderSsrc;
            _slots.Find(slot => slot.Ssrc == ssrc)?.OnSenderReport(report.NtpTimestamp, report.RtpTimestamp);
            _arrivals?.OnSenderReport(_world.Now, ssrc, report.NtpTimestamp);
        }
        else if (block.PacketType == RtcpPacketType.TransportFeedback && block.TryGetNack(out var nack))
        {
            foreach (var lost in nack)
            {
                NacksReceived++;
                LineOf(nack.MediaSsrc)?.SendAgain(lost);
            }
        }
        else if (block.TryGetTransportCc(out var feedback))
        {
            var arrived = 0;
            foreach (var status in feedback)
                arrived += status.Received ? 1 : 0;
            CongestionFeedback = (CongestionFeedback.Packets + 1, CongestionFeedback.Arrivals + arrived);
        }
        else if (block.PacketType == RtcpPacketType.PayloadFeedback && block.TryGetPli(out var pli) && LineOf(pli.MediaSsrc) is not null)
        {
            Camera?.AskKeyframe(pli.MediaSsrc);
        }
    }

    private SourceLine? LineOf(uint ssrc) => Camera?.Lines.FirstOrDefault(line => line.Ssrc == ssrc);
}
