using System.Buffers.Binary;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Net;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>
/// READ SECOND. From "this packet goes to that receiver" to bytes in the send arena: packets wait in their receiver's queue,
/// and at flush each receiver's are written, padded to a common size, protected and handed over as few runs of equal
/// segments (sfu B.5: segmentation offload is what makes a packet cheap). One thread; nothing is allocated.
/// </summary>
internal sealed partial class EgressPipeline(IDatagramTransport transport, ShardCounters counters)
{
    /// <summary>Segments of one run; the kernel takes 64.</summary>
    private const int MaxSegments = 60;

    private const int MaxRunBytes = 60_000;

    /// <summary>Runs written before they go to the kernel: few enough that their bytes are still in the core's own cache when it copies them.</summary>
    private const int RunsPerSend = 64;

    /// <summary>A packet may grow by this much, or by a fiftieth, to join a run.</summary>
    private const int FreePadding = 16;

    private readonly SendBatch _batch = new();
    private readonly int[] _lengths = new int[PendingQueue.Capacity];
    private readonly int[] _order = new int[PendingQueue.Capacity];
    private Peer[] _dirty = new Peer[64];
    private int _dirtyCount;

    public bool HasPending => _dirtyCount > 0 || !_batch.IsEmpty;

    public int DirtyPeers => _dirtyCount;

    /// <summary>Puts one media packet into its receiver's queue.</summary>
    public void Enqueue(Peer receiver, in PendingPacket packet)
    {
        if (receiver.Pending.Count == 0 && !receiver.Pending.IsMarked)
            MarkDirty(receiver);
        if (!receiver.Pending.TryAdd(packet))
            counters.Drop(DropReason.SendQueueFull, FlowDirection.Transmit, (DropKind)packet.Slot.Kind);
    }

    /// <summary>Queues bytes that are complete already (STUN, DTLS, RTCP); they leave with the end of the turn.</summary>
    public void SendNow(in NetworkPath path, ReadOnlySpan<byte> datagram)
    {
        var place = Reserve(datagram.Length);
        datagram.CopyTo(place);
        _batch.Commit(path, datagram.Length, datagram.Length);
        counters.BytesSent += datagram.Length;
    }

    /// <summary>Protects and queues one RTCP packet whose plain bytes are in <paramref name="buffer"/> (with room for the trailer).</summary>
    public void SendRtcp(Peer peer, Span<byte> buffer, int length)
    {
        if (!peer.Transport.TryGetSendPath(out var path))
            return;
        var protectedLength = peer.Transport.Outbound!.ProtectRtcp(buffer, length);
        SendNow(path, buffer[..protectedLength]);
    }

    /// <summary>Writes every waiting packet and gives everything to the kernel.</summary>
    public void Flush(Instant now)
    {
        for (var i = 0; i < _dirtyCount; i++)
        {
            FetchAhead.Writing(_dirty.AsSpan(0, _dirtyCount), i);
            _dirty[i].Pending.IsMarked = false;
            Write(now, _dirty[i]);
            _dirty[i] = null!;
            if (_batch.Count >= RunsPerSend)
                FlushControl();
        }

        _dirtyCount = 0;
        FlushControl();
    }

    /// <summary>Sends what is complete already and leaves media waiting for its slot.</summary>
    public void FlushControl()
    {
        if (_batch.IsEmpty)
            return;
        transport.Send(_batch);
        _batch.Clear();
    }

    /// <summary>A peer that closes takes what waited for it along.</summary>
    public void Forget(Peer receiver)
    {
        receiver.Pending.Clear();
        _paced.Remove(receiver);
        var index = Array.IndexOf(_dirty, receiver, 0, _dirtyCount);
        if (index < 0)
            return;
        receiver.Pending.IsMarked = false;
        _dirty[index] = _dirty[--_dirtyCount];
        _dirty[_dirtyCount] = null!;
    }

    private void MarkDirty(Peer receiver)
    {
        if (_dirtyCount == _dirty.Length)
            Array.Resize(ref _dirty, _dirty.Length * 2);
        _dirty[_dirtyCount++] = receiver;
        receiver.Pending.IsMarked = true;
    }

    private Span<byte> Reserve(int length)
    {
        var place = _batch.Reserve(length);
        if (!place.IsEmpty)
            return place;
        FlushControl();
        return _batch.Reserve(length);
    }

    private void Write(Instant now, Peer receiver)
    {
        var queue = receiver.Pending;
        if (queue.Count == 0)
            return;
        if (!receiver.Transport.TryGetSendPath(out var path))
        {
            HandOver(receiver);
            queue.Clear();
            return;
        }

        var overhead = receiver.Transport.Outbound!.Overhead;
        var all = queue.Count;
        var count = Arrange(queue.Items, overhead, onlyChosen: false, out var bytes);
        var congestion = receiver.Congestion;
        if (congestion is { IsActive: true } && congestion.RefillPacer(now) < bytes)
        {
            Choose(now, congestion, queue.Items, overhead);
            count = Arrange(queue.Items, overhead, onlyChosen: true, out _);
        }

        var written = 0;
        for (var first = 0; first < count;)
        {
            var run = RunLength(first, count, out var segment);
            written += WriteRun(now, receiver, path, first, run, segment);
            first += run;
        }

        congestion?.OnSent(now, written, count);

        if (count == all)
            queue.Clear();
        else
            LeaveRest(now, receiver);
    }

    /// <summary>Video first, audio last: a short audio packet may then end a run of video packets for free.</summary>
    private int Arrange(Span<PendingPacket> items, int overhead, bool onlyChosen, out int bytes)
    {
        var place = 0;
        bytes = 0;
        for (var pass = 0; pass < 2; pass++)
        {
            for (var i = 0; i < items.Length; i++)
            {
                ref var item = ref items[i];
                if ((item.Flags & PendingFlags.Audio) != 0 != (pass == 1) || (onlyChosen && !_chosen[i]))
                    continue;
                _order[place] = i;
                var length = Length(item, overhead);
                _lengths[place++] = length;
                bytes += length;
            }
        }

        return place;
    }

    private static int Length(in PendingPacket item, int overhead) => EgressHeader.Length(item) + PayloadLength(item) + overhead;

    private static int PayloadLength(in PendingPacket item) => item.PayloadLength
        + ((item.Flags & PendingFlags.Retransmission) != 0 ? 2 : 0)
        + ((item.Flags & PendingFlags.RewriteVp8) != 0 ? Vp8Growth(item) : 0);

    private static int Vp8Growth(in PendingPacket item) => item.Source.HasShortPictureId ? 1 : 0;

    /// <summary>
    /// How many packets from <paramref name="first"/> on leave as one run. All but the last are brought to the longest one's
    /// size by RTP padding, as long as no packet grows by more than <see cref="FreePadding"/> bytes or a fiftieth.
    /// </summary>
    private int RunLength(int first, int end, out int segment)
    {
        segment = _lengths[first];
        var shortest = segment;
        var count = 1;
        for (var i = first + 1; i < end && count < MaxSegments && (count + 1) * segment < MaxRunBytes; i++)
        {
            var length = _lengths[i];
            var longest = Math.Max(segment, length);
            var allowed = Math.Max(FreePadding, longest / 50);
            if (longest - shortest > allowed)
                break; // what is in the run already would have to grow too much
            segment = longest;
            count++;
            if (longest - length > allowed)
                break; // a much shorter one may stand last only
            shortest = Math.Min(shortest, length);
        }

        return count;
    }

    /// <returns>Octets written.</returns>
    private int WriteRun(Instant now, Peer receiver, in NetworkPath path, int first, int count, int segment)
    {
        var place = Reserve((count * segment) + EgressHeader.Most + 64);
        var items = receiver.Pending.Items;
        var used = 0;
        for (var i = first; i < first + count; i++)
        {
            ref var item = ref items[_order[i]];
            var target = i == first + count - 1 ? _lengths[i] : segment;
            var written = WritePacket(now, receiver, place[used..], item, target - _lengths[i]);
            if (written == 0)
            {
                // Its payload is gone from the history: what was written stands as one run, the rest makes another.
                CommitRun(path, used, segment);
                if (i + 1 < first + count)
                    used += WriteRun(now, receiver, path, i + 1, first + count - i - 1, segment);
                return used;
            }

            used += written;
        }

        CommitRun(path, used, segment);
        return used;
    }

    private void CommitRun(in NetworkPath path, int used, int segment)
    {
        if (used == 0)
            return;
        _batch.Commit(path, used, Math.Min(segment, used));
        counters.BytesSent += used;
        counters.Runs++;
    }

    private int WritePacket(Instant now, Peer receiver, Span<byte> destination, in PendingPacket item, int padding)
    {
        if (!item.Source.History.TryGet(item.SourceSequence, out var stored)
            || ((item.Flags & PendingFlags.Redundant) != 0 && !EgressRedundancy.IsIntact(item)))
        {
            counters.Drop(DropReason.HistoryOverwritten, FlowDirection.Transmit, (DropKind)item.Slot.Kind);
            return 0;
        }

        var slot = item.Slot;
        var retransmission = (item.Flags & PendingFlags.Retransmission) != 0;
        var sequence = retransmission ? slot.TakeRtxSequence() : item.OutSequence;
        var header = EgressHeader.Write(destination, item, stored, (ushort)sequence, padding > 0);
        var length = header + WritePayload(destination[header..], item, stored, retransmission);
        if (padding > 0)
        {
            destination.Slice(length, padding).Clear();
            destination[length + padding - 1] = (byte)padding;
            length += padding;
        }

        slot.PacketsSent++;
        slot.OctetsSent += (uint)(length - header - padding);
        counters.PacketsForwarded++;
        var written = receiver.Transport.Outbound!.Protect(destination, header, length, (uint)(sequence >> 16));
        if (slot.Format.TransportCcId != 0)
            receiver.Congestion?.OnNumbered(now, written);
        return written;
    }

    private static int WritePayload(Span<byte> destination, in PendingPacket item, in StoredPacket stored, bool retransmission)
    {
        var offset = 0;
        if (retransmission)
        {
            BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)item.OutSequence);
            offset = 2;
        }

        var payload = stored.Payload;
        if ((item.Flags & PendingFlags.Redundant) != 0)
            return EgressRedundancy.Write(destination[..item.PayloadLength], item, stored);
        if ((item.Flags & PendingFlags.PrimaryOfRed) != 0)
            payload = PayloadInspection.PrimaryOfRed(payload);
        var place = destination[offset..];
        if ((item.Flags & PendingFlags.RewriteVp8) != 0)
            return offset + PayloadInspection.CopyVp8(payload, place, item);

        payload.CopyTo(place);
        if ((item.Flags & PendingFlags.RewriteVp9) != 0)
            PayloadInspection.PatchVp9(place[..payload.Length], item);
        return offset + payload.Length;
    }
}
