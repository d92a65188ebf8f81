using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Headless.Publishing;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Rtp;

namespace Sylk.Conference.Headless.Receiving;

/// <summary>
/// Measures what one peer receives: packets, loss, duplicates, one-way delay of marked packets and complete frames.
/// </summary>
/// <param name="decryptOneIn">
/// 1 reads every packet. More reads only each so-maniest for delay and counts the others by their headers, which stay in
/// the clear; complete frames are then not counted.
/// </param>
public sealed class Receiver(int decryptOneIn = 1)
{
    private readonly List<ReceivedSlot> _slots = [];
    private readonly RtpExtensionIds _ids = PeerOffer.ExtensionIds;
    private readonly ReceiverFeedback _feedback = new();
    private int _untilDecrypt;

    public IReadOnlyList<ReceivedSlot> Slots => _slots;

    public DelayHistogram Delays { get; set; } = new();

    /// <summary>Packets that did not decrypt.</summary>
    public long Refused { get; private set; }

    /// <summary>When the first media packet came.</summary>
    public Instant FirstMediaAt { get; private set; } = Instant.Never;

    public Instant NextDeadline => _feedback.NextDeadline;

    public void Tick(HeadlessPeer peer, Instant now)
    {
        if (peer.State == PeerState.Connected)
            _feedback.Tick(peer, now, _slots);
    }

    public void ReceiveRtp(Instant arrival, HeadlessPeer peer, Span<byte> packet)
    {
        if (!RtpPacket.TryParseHeader(packet, out var header))
            return;
        if (header.Scan(_ids).TryGet(RtpExtensionKind.TransportCc, packet, out var value)
            && TransportCcSequence.TryRead(value, out var number))
            _feedback.Note(arrival, number);
        var slot = Find(header.Ssrc) ?? Add(header.Ssrc, header.PayloadType);
        slot.Count(arrival, header);
        if (slot.IsRepair)
            return;
        if (FirstMediaAt == Instant.Never)
            FirstMediaAt = arrival;
        if (--_untilDecrypt > 0)
            return;
        _untilDecrypt = decryptOneIn;
        Read(arrival, peer, slot, packet, header);
    }

    /// <summary>Remembers sender reports, which receiver reports answer.</summary>
    public void ReceiveRtcp(Instant now, ReadOnlySpan<byte> compound)
    {
        var reader = new RtcpReader(compound);
        while (reader.TryRead(out var block))
        {
            if (block.TryGetSenderReport(out var report))
                Find(report.SenderSsrc)?.NoteSenderReport(now, report.NtpTimestamp);
        }
    }

    private ReceivedSlot? Find(uint ssrc)
    {
        foreach (var slot in _slots)
        {
            if (slot.Ssrc == ssrc)
                return slot;
        }

        return null;
    }

    private ReceivedSlot Add(uint ssrc, byte payloadType)
    {
        var slot = new ReceivedSlot(ssrc, payloadType);
        _slots.Add(slot);
        return slot;
    }

    private void Read(Instant arrival, HeadlessPeer peer, ReceivedSlot slot, Span<byte> packet, in RtpPacket header)
    {
        var length = peer.Unprotect(packet, header);
        if (length == 0)
        {
            Refused++;
            return;
        }

        var payload = packet[header.HeaderLength..length];
        if (!TryFindMark(slot, payload, out var mark))
            return;
        Delays.Add(arrival.Nanoseconds - mark.SentAt.Nanoseconds);
        if (!slot.IsAudio)
            slot.Frames.Add(mark);
    }

    private static bool TryFindMark(ReceivedSlot slot, ReadOnlySpan<byte> payload, out PacketMark mark)
    {
        mark = default;
        var offset = PacketMark.AudioOffset;
        if (!slot.IsAudio)
            offset = Vp8Descriptor.TryParse(payload, out var descriptor) ? descriptor.Length + PacketMark.VideoOffset : payload.Length;
        return payload.Length > offset && PacketMark.TryRead(payload[offset..], out mark);
    }
}
