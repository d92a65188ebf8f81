using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Sctp;

/// <summary>A message on its way; its chunks share it.</summary>
internal sealed class OutboundMessage(ushort stream, uint protocol, ReadOnlyMemory<byte> payload, SctpReliability reliability, Instant expiresAt)
{
    public ushort Stream { get; } = stream;

    public uint Protocol { get; } = protocol;

    public ReadOnlyMemory<byte> Payload { get; } = payload;

    public bool Unordered { get; } = reliability.Unordered;

    public int MaxRetransmits { get; } = reliability.MaxRetransmits;

    public Instant ExpiresAt { get; } = expiresAt;

    public ushort Sequence { get; set; }

    /// <summary>Bytes that have a number.</summary>
    public int Cut { get; set; }

    /// <summary>Bytes that count as waiting.</summary>
    public int Waiting { get; set; } = payload.Length;

    public bool Abandoned { get; set; }
}

/// <summary>One DATA chunk that has a number.</summary>
internal sealed class OutboundChunk(uint tsn, OutboundMessage message, int offset, int length, byte flags)
{
    public const int HeaderSize = 16;

    public uint Tsn { get; } = tsn;

    public OutboundMessage Message { get; } = message;

    public int Length { get; } = length;

    public Instant SentAt { get; set; }

    public int Transmissions { get; set; }

    /// <summary>Reports that skipped it. Told missing three times it is sent again at once, and never so a second time (RFC 9260 section 7.2.4).</summary>
    public int Missed { get; set; }

    public bool Acked { get; set; }

    /// <summary>Not in flight: waits to be sent again.</summary>
    public bool Lost { get; set; }

    public bool InFlight => Transmissions > 0 && !Acked && !Lost && !Message.Abandoned;

    public int PaddedSize => (HeaderSize + Length + 3) & ~3;

    public void Write(Span<byte> destination)
    {
        destination[0] = ChunkType.Data;
        destination[1] = flags;
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)(HeaderSize + Length));
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], Tsn);
        BinaryPrimitives.WriteUInt16BigEndian(destination[8..], Message.Stream);
        BinaryPrimitives.WriteUInt16BigEndian(destination[10..], Message.Unordered ? (ushort)0 : Message.Sequence);
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], Message.Protocol);
        Message.Payload.Span.Slice(offset, Length).CopyTo(destination[HeaderSize..]);
        destination[(HeaderSize + Length)..PaddedSize].Clear();
    }
}

/// <summary>
/// The sending half: messages that wait, chunks in flight, what the other end acknowledged and what is given up
/// (RFC 9260 section 6, RFC 3758 section 3.5).
/// </summary>
internal sealed class OutboundMessages(SctpSettings settings, uint firstTsn)
{
    private const int FastRetransmitAfter = 3;
    private readonly LinkedList<OutboundMessage> _queue = [];
    private readonly List<OutboundChunk> _chunks = [];
    private readonly Dictionary<ushort, ushort> _sequences = [];
    private uint _nextTsn = firstTsn;
    private int _inFlight;
    private CongestionWindow _congestion = new(settings.MaxPacket);

    public uint Cumulative { get; private set; } = firstTsn - 1;

    /// <summary>Up to here the other end need not wait (RFC 3758 section 3.5 A).</summary>
    public uint AdvancedPoint { get; private set; } = firstTsn - 1;

    public uint LastTsn => _nextTsn - 1;

    /// <summary>Bytes of messages not yet acknowledged or given up.</summary>
    public int Buffered { get; private set; }

    /// <summary>The other end's receive window, less what is in flight.</summary>
    public long PeerWindow { get; set; }

    public bool MayAbandon { get; set; }

    public RetransmissionTimeout Timeout = new(settings);

    public bool IsEmpty => _queue.Count == 0 && _chunks.Count == 0;

    public bool HasOutstanding => _chunks.Count > 0;

    public int CongestionBytes => _congestion.Bytes;

    public long Retransmissions { get; private set; }

    public long Abandoned { get; private set; }

    public void Enqueue(OutboundMessage message)
    {
        Buffered += message.Payload.Length;
        _queue.AddLast(message);
    }

    public bool UsesStream(ushort stream) =>
        _queue.Any(message => message.Stream == stream) || _chunks.Exists(chunk => !chunk.Acked && chunk.Message.Stream == stream);

    public void ResetStream(ushort stream) => _sequences.Remove(stream);

    /// <summary>Writes as many chunks as the packet, the path and the other end take.</summary>
    /// <returns>Bytes written.</returns>
    public int Fill(Instant now, Span<byte> destination)
    {
        DropExpired(now);
        var used = FillRetransmissions(now, destination);
        while (NextNew(now, destination.Length - used) is { } chunk)
        {
            _chunks.Add(chunk);
            used += Emit(now, chunk, destination[used..]);
        }

        return used;
    }

    /// <summary>Takes an acknowledgement.</summary>
    /// <returns>False when it speaks of numbers never sent.</returns>
    public bool Acknowledge(Instant now, uint cumulative, ReadOnlySpan<byte> gaps, uint window, out bool progress)
    {
        progress = false;
        if (Tsn.IsAfter(cumulative, LastTsn))
        {
            return false;
        }

        if (!Tsn.IsAfterOrSame(cumulative, Cumulative))
        {
            return true; // older than one we have seen
        }

        var wasFull = _inFlight + settings.MaxPacket > _congestion.Bytes;
        var acked = AcknowledgeUpTo(now, cumulative);
        progress = cumulative != Cumulative;
        Cumulative = cumulative;
        var (gapAcked, newest) = AcknowledgeGaps(now, gaps);
        if (progress)
        {
            _congestion.Acknowledge(acked, wasFull, cumulative, _chunks.Count == 0);
        }

        if (gapAcked > 0)
        {
            CountMisses(newest);
        }

        progress |= gapAcked > 0;
        PeerWindow = (long)window - _inFlight;
        AdvanceOverAbandoned();
        return true;
    }

    /// <summary>Nothing was heard for a timeout: all that is out counts as lost (RFC 9260 section 6.3.3).</summary>
    public void Expire()
    {
        _congestion.Expire();
        Timeout.BackOff();
        for (var i = 0; i < _chunks.Count; i++)
        {
            MarkLost(_chunks[i]);
        }

        AdvanceOverAbandoned();
    }

    /// <summary>Ordered streams that the numbers given up belong to, with the last sequence number of each.</summary>
    public Dictionary<ushort, ushort> SkippedStreams()
    {
        var skipped = new Dictionary<ushort, ushort>();
        foreach (var chunk in _chunks)
        {
            if (Tsn.IsAfter(chunk.Tsn, AdvancedPoint))
            {
                break;
            }

            if (!chunk.Message.Unordered)
            {
                skipped[chunk.Message.Stream] = chunk.Message.Sequence;
            }
        }

        return skipped;
    }

    private int FillRetransmissions(Instant now, Span<byte> destination)
    {
        var used = 0;
        for (var i = 0; i < _chunks.Count; i++)
        {
            var chunk = _chunks[i];
            if (!chunk.Lost || chunk.Acked || chunk.Message.Abandoned)
            {
                continue;
            }

            if (chunk.PaddedSize > destination.Length - used || (_inFlight > 0 && _inFlight + chunk.Length > _congestion.Bytes))
            {
                break;
            }

            Retransmissions++;
            used += Emit(now, chunk, destination[used..]);
        }

        return used;
    }

    private int Emit(Instant now, OutboundChunk chunk, Span<byte> destination)
    {
        chunk.Write(destination);
        chunk.SentAt = now;
        chunk.Transmissions++;
        chunk.Lost = false;
        _inFlight += chunk.Length;
        PeerWindow -= chunk.Length;
        return chunk.PaddedSize;
    }

    private OutboundChunk? NextNew(Instant now, int room)
    {
        if (_queue.First?.Value is not { } message || room < OutboundChunk.HeaderSize + 4)
        {
            return null;
        }

        var left = message.Payload.Length - message.Cut;
        var length = Math.Min(left, room - OutboundChunk.HeaderSize);
        var worthCutting = length == left || length >= settings.MaxPacket / 2;
        var probe = _inFlight == 0; // one chunk may go into a closed window (RFC 9260 section 6.1 A)
        if (!worthCutting || (!probe && (PeerWindow < length || _inFlight >= _congestion.Bytes)))
        {
            return null;
        }

        if (message.Cut == 0 && !message.Unordered)
        {
            message.Sequence = _sequences.GetValueOrDefault(message.Stream);
            _sequences[message.Stream] = (ushort)(message.Sequence + 1);
        }

        var flags = (message.Unordered ? DataFlag.Unordered : 0) | (message.Cut == 0 ? DataFlag.Begin : 0) | (length == left ? DataFlag.End : 0);
        var chunk = new OutboundChunk(_nextTsn++, message, message.Cut, length, (byte)flags);
        message.Cut += length;
        if (length == left)
        {
            _queue.RemoveFirst();
        }

        return chunk;
    }

    private void DropExpired(Instant now)
    {
        while (MayAbandon && _queue.First?.Value is { } message && message.ExpiresAt <= now)
        {
            Abandon(message);
        }

        AdvanceOverAbandoned();
    }

    private void MarkLost(OutboundChunk chunk)
    {
        if (!chunk.InFlight)
        {
            return;
        }

        _inFlight -= chunk.Length;
        chunk.Lost = true;
        var message = chunk.Message;
        if (MayAbandon && message.MaxRetransmits >= 0 && chunk.Transmissions > message.MaxRetransmits)
        {
            Abandon(message);
        }
    }

    private void Abandon(OutboundMessage message)
    {
        foreach (var chunk in _chunks)
        {
            if (chunk.Message == message && chunk.InFlight)
            {
                _inFlight -= chunk.Length;
            }
        }

        message.Abandoned = true;
        Abandoned++;
        Buffered -= message.Waiting;
        message.Waiting = 0;
        if (message.Cut == message.Payload.Length)
        {
            return;
        }

        // The rest has no numbers. One number stands for it, so that the other end learns that no end will come.
        _queue.Remove(message);
        if (message.Cut > 0)
        {
            _chunks.Add(new OutboundChunk(_nextTsn++, message, message.Cut, 0, DataFlag.End));
        }
    }

    private int AcknowledgeUpTo(Instant now, uint cumulative)
    {
        var count = 0;
        var acked = 0;
        while (count < _chunks.Count && Tsn.IsAfterOrSame(cumulative, _chunks[count].Tsn))
        {
            acked += Acknowledge(now, _chunks[count++]);
        }

        _chunks.RemoveRange(0, count);
        return acked;
    }

    private int Acknowledge(Instant now, OutboundChunk chunk)
    {
        if (chunk.Acked)
        {
            return 0;
        }

        if (chunk.InFlight)
        {
            _inFlight -= chunk.Length;
        }

        if (chunk is { Transmissions: 1, Lost: false })
        {
            Timeout.Measure(now - chunk.SentAt);
        }

        chunk.Acked = true;
        if (!chunk.Message.Abandoned)
        {
            Buffered -= chunk.Length;
            chunk.Message.Waiting -= chunk.Length;
        }

        return chunk.Length;
    }

    private (int Acked, uint Newest) AcknowledgeGaps(Instant now, ReadOnlySpan<byte> gaps)
    {
        var (acked, newest, at) = (0, Cumulative, 0);
        for (; gaps.Length >= 4; gaps = gaps[4..])
        {
            var first = Cumulative + BinaryPrimitives.ReadUInt16BigEndian(gaps);
            var last = Cumulative + BinaryPrimitives.ReadUInt16BigEndian(gaps[2..]);
            while (at < _chunks.Count && Tsn.IsAfter(first, _chunks[at].Tsn))
            {
                at++;
            }

            for (; at < _chunks.Count && Tsn.IsAfterOrSame(last, _chunks[at].Tsn); at++)
            {
                if (!_chunks[at].Acked && _chunks[at].Transmissions > 0)
                {
                    acked += Acknowledge(now, _chunks[at]);
                    newest = _chunks[at].Tsn;
                }
            }
        }

        return (acked, newest);
    }

    private void CountMisses(uint newest)
    {
        for (var i = 0; i < _chunks.Count && Tsn.IsAfter(newest, _chunks[i].Tsn); i++)
        {
            var chunk = _chunks[i];
            if (chunk.InFlight && ++chunk.Missed == FastRetransmitAfter)
            {
                MarkLost(chunk);
                _congestion.FastRetransmit(LastTsn);
            }
        }
    }

    private void AdvanceOverAbandoned()
    {
        if (Tsn.IsAfter(Cumulative, AdvancedPoint))
        {
            AdvancedPoint = Cumulative;
        }

        foreach (var chunk in _chunks)
        {
            if (Tsn.IsAfter(chunk.Tsn, AdvancedPoint))
            {
                if (!chunk.Message.Abandoned)
                {
                    return;
                }

                AdvancedPoint = chunk.Tsn;
            }
        }
    }
}
