namespace Sylk.Conference.Protocols.Sctp;

internal enum DataVerdict : byte { Taken, Duplicate, NoRoom, Violation }

/// <summary>
/// The receiving half: which numbers arrived, and messages put together in the order of their numbers. A sender that keeps
/// to RFC 9260 section 6.9 numbers the fragments of a message one after another, so one message at most is ever incomplete
/// at the cumulative point; an unordered message of one fragment is handed on at once. All that is kept is counted.
/// </summary>
internal sealed class InboundMessages(SctpSettings settings, uint firstTsn)
{
    /// <summary>Counted on top of each thing kept, so that a flood of tiny ones meets the limit too.</summary>
    internal const int Overhead = 64;
    private const int MaxRanges = 256;
    private readonly Dictionary<uint, Fragment> _fragments = [];
    private readonly Queue<SctpMessage> _ready = new();
    private readonly List<TsnRange> _ranges = [];
    private byte[] _partial = [];
    private int _partialLength;
    private bool _assembling;

    /// <summary>Every number up to this one arrived or was given up.</summary>
    public uint Cumulative { get; private set; } = firstTsn - 1;

    /// <summary>Runs above the cumulative point, ascending, with gaps between them.</summary>
    public IReadOnlyList<TsnRange> Ranges => _ranges;

    /// <summary>Bytes kept, overhead included.</summary>
    public int Held { get; private set; }

    public uint Window => (uint)Math.Max(0, settings.ReceiveBuffer - Held);

    public bool HasMessage => _ready.Count > 0;

    public bool TryTake(out SctpMessage message)
    {
        if (!_ready.TryDequeue(out message))
        {
            return false;
        }

        Held -= message.Payload.Length + Overhead;
        return true;
    }

    public DataVerdict Add(uint tsn, byte flags, ushort stream, uint protocol, ReadOnlySpan<byte> payload)
    {
        if (!Tsn.IsAfter(tsn, Cumulative) || IsReceived(tsn))
        {
            return DataVerdict.Duplicate;
        }

        var next = tsn == Cumulative + 1;
        if (!HasRoom(payload.Length, next))
        {
            return DataVerdict.NoRoom;
        }

        if (next)
        {
            Cumulative = tsn;
            return Consume(new Fragment(flags, stream, protocol, []), payload) && Advance() ? DataVerdict.Taken : DataVerdict.Violation;
        }

        if (!AddRange(tsn))
        {
            return DataVerdict.NoRoom;
        }

        const byte alone = DataFlag.Begin | DataFlag.End | DataFlag.Unordered;
        if ((flags & alone) == alone)
        {
            Deliver(stream, protocol, true, payload.ToArray());
            return DataVerdict.Taken;
        }

        _fragments.Add(tsn, new Fragment(flags, stream, protocol, payload.ToArray()));
        Held += payload.Length + Overhead;
        return DataVerdict.Taken;
    }

    /// <summary>The sender gave up everything up to <paramref name="tsn"/> (RFC 3758 section 3.6); false on a violation.</summary>
    public bool Forward(uint tsn)
    {
        if (!Tsn.IsAfter(tsn, Cumulative))
        {
            return true;
        }

        foreach (var range in _ranges)
        {
            for (var at = range.First; Tsn.IsAfterOrSame(tsn, at) && Tsn.IsAfterOrSame(range.Last, at); at++)
            {
                if (at != Cumulative + 1)
                {
                    DropPartial();
                }

                Cumulative = at;
                if (!ConsumeKept(at))
                {
                    return false;
                }
            }
        }

        if (Cumulative != tsn)
        {
            DropPartial();
            Cumulative = tsn;
        }

        return Advance();
    }

    private bool IsReceived(uint tsn)
    {
        foreach (var range in _ranges)
        {
            if (Tsn.IsAfterOrSame(tsn, range.First) && Tsn.IsAfterOrSame(range.Last, tsn))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// What moves the cumulative point may use one message more than the rest: else a buffer full of what came early would
    /// refuse the very fragment that frees it.
    /// </summary>
    private bool HasRoom(int length, bool next)
    {
        var limit = settings.ReceiveBuffer + (next && _ready.Count == 0 ? settings.MaxInboundMessage + Overhead : 0);
        return Held + length + Overhead <= limit;
    }

    /// <summary>Takes in what had come early and is now next.</summary>
    private bool Advance()
    {
        while (_ranges.Count > 0 && !Tsn.IsAfter(_ranges[0].First, Cumulative + 1))
        {
            var last = _ranges[0].Last;
            _ranges.RemoveAt(0);
            while (Tsn.IsAfter(last, Cumulative))
            {
                Cumulative++;
                if (!ConsumeKept(Cumulative))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool ConsumeKept(uint tsn)
    {
        if (!_fragments.Remove(tsn, out var fragment))
        {
            return !_assembling; // handed on at once when it came; it stood alone, so nothing may be open across it
        }

        Held -= fragment.Payload.Length + Overhead;
        return Consume(fragment, fragment.Payload);
    }

    private bool Consume(in Fragment fragment, ReadOnlySpan<byte> payload)
    {
        if ((fragment.Flags & DataFlag.Begin) != 0)
        {
            if (_assembling)
            {
                return false;
            }

            if ((fragment.Flags & DataFlag.End) != 0)
            {
                return payload.Length <= settings.MaxInboundMessage && Deliver(fragment, payload.ToArray());
            }

            _assembling = true;
            Held += Overhead;
        }

        if (!_assembling)
        {
            return true; // the rest of a message whose start was given up
        }

        if (_partialLength + payload.Length > settings.MaxInboundMessage)
        {
            return false;
        }

        Append(payload);
        if ((fragment.Flags & DataFlag.End) == 0)
        {
            return true;
        }

        var message = _partial.AsSpan(0, _partialLength).ToArray();
        DropPartial();
        return Deliver(fragment, message);
    }

    private void Append(ReadOnlySpan<byte> payload)
    {
        if (_partial.Length < _partialLength + payload.Length)
        {
            Array.Resize(ref _partial, Math.Min(settings.MaxInboundMessage, Math.Max(_partialLength + payload.Length, 2 * _partial.Length)));
        }

        payload.CopyTo(_partial.AsSpan(_partialLength));
        _partialLength += payload.Length;
        Held += payload.Length;
    }

    private void DropPartial()
    {
        if (!_assembling)
        {
            return;
        }

        Held -= _partialLength + Overhead;
        _assembling = false;
        _partialLength = 0;
        _partial = [];
    }

    private bool Deliver(in Fragment fragment, byte[] payload)
    {
        Deliver(fragment.Stream, fragment.Protocol, (fragment.Flags & DataFlag.Unordered) != 0, payload);
        return true;
    }

    private void Deliver(ushort stream, uint protocol, bool unordered, byte[] payload)
    {
        Held += payload.Length + Overhead;
        _ready.Enqueue(new SctpMessage(stream, protocol, unordered, payload));
    }

    /// <summary>False when there are too many gaps already.</summary>
    private bool AddRange(uint tsn)
    {
        var at = _ranges.Count;
        while (at > 0 && Tsn.IsAfter(_ranges[at - 1].First, tsn))
        {
            at--;
        }

        var joinsLeft = at > 0 && _ranges[at - 1].Last + 1 == tsn;
        var joinsRight = at < _ranges.Count && _ranges[at].First == tsn + 1;
        switch (joinsLeft, joinsRight)
        {
            case (true, true):
                _ranges[at - 1] = new TsnRange(_ranges[at - 1].First, _ranges[at].Last);
                _ranges.RemoveAt(at);
                return true;
            case (true, false):
                _ranges[at - 1] = _ranges[at - 1] with { Last = tsn };
                return true;
            case (false, true):
                _ranges[at] = _ranges[at] with { First = tsn };
                return true;
            default:
                // SACK speaks of numbers by 16-bit distances; what is further ahead could not be acknowledged.
                if (_ranges.Count >= MaxRanges || tsn - Cumulative > ushort.MaxValue)
                {
                    return false;
                }

                _ranges.Insert(at, new TsnRange(tsn, tsn));
                return true;
        }
    }

    private readonly record struct Fragment(byte Flags, ushort Stream, uint Protocol, byte[] Payload);
}

/// <summary>Numbers from first to last, both included.</summary>
internal readonly record struct TsnRange(uint First, uint Last);
