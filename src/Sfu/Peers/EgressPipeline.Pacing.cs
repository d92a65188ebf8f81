using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Peers.Congestion;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>
/// What may not all leave at once: chosen in the order audio, retransmissions, keyframes, other video, the rest follows in slots
/// of 5 ms. And probes: what waits, copies of recent packets, padding.
/// </summary>
internal sealed partial class EgressPipeline
{
    private const int Classes = 4;
    private const int MostKeyframeSlots = 32;

    /// <summary>How far back recent packets are looked for to be sent twice.</summary>
    private const int ProbeLooksBack = 24;

    /// <summary>The padding's length is one octet (RFC 3550 §5.1).</summary>
    private const int LongestPadding = 255;

    private readonly bool[] _chosen = new bool[PendingQueue.Capacity];
    private readonly Slot?[] _keyframeSlots = new Slot?[MostKeyframeSlots];
    private readonly PacedReceivers _paced = new();

    /// <summary>When <see cref="RunPaced"/> has something to do.</summary>
    public Instant NextSlot => _paced.Next;

    /// <summary>The receiver's pacer has something to send later.</summary>
    public void Pace(Peer receiver) => _paced.Add(receiver);

    public void RunPaced(Instant now)
    {
        if (now < _paced.Next)
            return;
        for (var i = 0; i < _paced.Count; i++)
        {
            var receiver = _paced[i];
            var pacer = receiver.Congestion!.Pacer;
            if (pacer.NextAt > now)
                continue;
            pacer.Leave(now, somethingWaits: false);
            Write(now, receiver);
            Probe(now, receiver, pacer);
        }

        _paced.Settle();
    }

    /// <summary>Takes packets class by class while any budget is left; audio whatever is left.</summary>
    private void Choose(Instant now, ReceiverCongestion congestion, Span<PendingPacket> items, int overhead)
    {
        var budget = congestion.RefillPacer(now);
        var slots = FindKeyframes(items);
        _chosen.AsSpan(0, items.Length).Clear();
        for (var wanted = 0; wanted < Classes; wanted++)
        {
            for (var i = 0; i < items.Length && (wanted == 0 || budget > 0); i++)
            {
                if (ClassOf(items[i], slots) != wanted)
                    continue;
                _chosen[i] = true;
                budget -= Length(items[i], overhead);
            }
        }
    }

    private ReadOnlySpan<Slot?> FindKeyframes(Span<PendingPacket> items)
    {
        var count = 0;
        foreach (ref var item in items)
            if ((item.Flags & PendingFlags.Keyframe) != 0 && count < MostKeyframeSlots && !_keyframeSlots.AsSpan(0, count).Contains(item.Slot))
                _keyframeSlots[count++] = item.Slot;
        return _keyframeSlots.AsSpan(0, count);
    }

    /// <summary>A slot with a keyframe goes ahead as a whole: its packets stay in order.</summary>
    private static int ClassOf(in PendingPacket item, ReadOnlySpan<Slot?> keyframes) =>
        (item.Flags & PendingFlags.Audio) != 0 ? 0
        : (item.Flags & PendingFlags.Retransmission) != 0 ? 1
        : keyframes.Contains(item.Slot) ? 2
        : 3;

    private void LeaveRest(Instant now, Peer receiver)
    {
        receiver.Pending.Remove(_chosen);
        Shed(now, receiver);
        receiver.Congestion!.Pacer.Leave(now, receiver.Pending.Count > 0);
        Pace(receiver);
    }

    /// <summary>
    /// What waits for too long is given up, oldest first: all that stands before a keyframe of its slot, and where there is none yet
    /// frames that cannot be shown any more; then a keyframe is asked for.
    /// </summary>
    private void Shed(Instant now, Peer receiver)
    {
        var items = receiver.Pending.Items;
        var waiting = 0;
        foreach (ref readonly var item in items)
            waiting += item.PayloadLength;
        var excess = Pacer.Excess(receiver.Congestion!.Estimator.Target, waiting);
        if (excess <= 0)
            return;
        _chosen.AsSpan(0, items.Length).Clear();
        var keyframes = FindKeyframes(items);
        for (var i = 0; i < items.Length && excess > 0; i++)
        {
            ref readonly var item = ref items[i];
            if ((item.Flags & PendingFlags.Audio) != 0 || (keyframes.Contains(item.Slot) && !StandsBeforeKeyframe(items[i..])))
                continue;
            _chosen[i] = true;
            excess -= item.PayloadLength;
            item.Slot.Ledger?.Forget((ushort)item.OutSequence);
            counters.Drop(DropReason.PacerQueueFull, FlowDirection.Transmit, DropKind.Video);
            if (!keyframes.Contains(item.Slot))
                item.Slot.RequestKeyframe(now);
        }

        receiver.Pending.Remove(_chosen);
    }

    private static bool StandsBeforeKeyframe(ReadOnlySpan<PendingPacket> from)
    {
        foreach (ref readonly var later in from)
            if (later.Slot == from[0].Slot && (later.Flags & PendingFlags.Keyframe) != 0)
                return later.OutSequence != from[0].OutSequence;
        return false;
    }

    private void Probe(Instant now, Peer receiver, Pacer pacer)
    {
        while (pacer.OwesProbe(now))
        {
            if (receiver.Transport.TryGetSendPath(out var path) && TryWriteProbe(now, receiver, path))
                continue;
            pacer.EndProbe();
        }
    }

    private bool TryWriteProbe(Instant now, Peer receiver, in NetworkPath path)
    {
        foreach (var slot in receiver.VideoSlots)
            if (slot is { PacketsSent: > 0, RtxSsrc: not 0, Ledger: not null } && (TryCopy(now, receiver, path, slot) || TryPad(now, receiver, path, slot)))
                return true;
        return false;
    }

    /// <summary>A packet sent a moment ago again: of use if it was lost. It counts as a resend (L8).</summary>
    private bool TryCopy(Instant now, Peer receiver, in NetworkPath path, Slot slot)
    {
        if (!slot.Ledger!.CanRepeat)
            return false;
        var most = receiver.Congestion!.Pacer.ProbePacketBytes * 2;
        for (var back = 0; back < ProbeLooksBack; back++)
        {
            var sequence = (ushort)(slot.Ledger.Newest - back);
            if (!slot.Ledger.TryLook(sequence, out var sent) || !Resending.TryMake(slot, sequence, sent, out var copy) || copy.PayloadLength > most)
                return false;
            if (slot.Ledger.TryTake(now, sequence, receiver.RoundTrip.Milliseconds, out _) != ResendVerdict.Resend)
                continue;
            slot.Ledger.OnResent(copy.PayloadLength);
            counters.PacketsRetransmitted++;
            return WriteProbe(now, receiver, path, WritePacket(now, receiver, Reserve(copy.PayloadLength + EgressHeader.Most + 64), copy, 0));
        }

        return false;
    }

    private bool TryPad(Instant now, Peer receiver, in NetworkPath path, Slot slot)
    {
        if (!slot.Ledger!.TryLook(slot.Ledger.Newest, out var last) || slot.Format.RtxPayloadTypeOf(last.PayloadType) == 0)
            return false;
        var place = Reserve(EgressHeader.Most + LongestPadding + 64);
        var sequence = slot.TakeRtxSequence();
        var header = EgressHeader.WritePadding(place, slot, last, (ushort)sequence);
        place.Slice(header, LongestPadding).Clear();
        place[header + LongestPadding - 1] = LongestPadding;
        var written = receiver.Transport.Outbound!.Protect(place, header, header + LongestPadding, (uint)(sequence >> 16));
        if (slot.Format.TransportCcId != 0)
            receiver.Congestion!.OnNumbered(now, written);
        counters.ProbePackets++;
        return WriteProbe(now, receiver, path, written);
    }

    private bool WriteProbe(Instant now, Peer receiver, in NetworkPath path, int written)
    {
        CommitRun(path, written, written);
        receiver.Congestion!.OnSent(now, written, written > 0 ? 1 : 0);
        return written > 0;
    }
}
