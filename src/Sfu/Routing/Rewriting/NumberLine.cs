using System.Numerics;

namespace Sylk.Conference.Sfu.Routing.Rewriting;

/// <summary>
/// Maps the numbers of one source (sequence numbers, or picture numbers) to a line without holes for what was dropped on
/// purpose. What was lost keeps its number, so that the receiver's NACK can name it. A late number gets the value that was
/// in force at its position: two bit maps over the last <see cref="Window"/> numbers remember what was dropped and what
/// was placed, and the value is found by counting bits.
/// </summary>
internal sealed class NumberLine
{
    private const int Dropped = 0;
    private const int Placed = 1;

    /// <summary>What was dropped and what was placed, word by word side by side: a packet touches one line of the cache.</summary>
    private readonly ulong[] _bits;
    private readonly int _window;
    private long _head;
    private long _headOut;
    private long _floor;

    /// <param name="window">How far back late numbers can be placed: a power of two, at least 64.</param>
    public NumberLine(int window)
    {
        _window = window;
        _bits = new ulong[window / 32];
    }

    public int Window => _window;

    /// <summary>The newest number seen, kept or dropped.</summary>
    public long Head => _head;

    /// <summary>The newest value given out or kept free for a lost number.</summary>
    public long HeadOut => _headOut;

    /// <summary>Starts at <paramref name="number"/>, which gets <paramref name="value"/>; older ones are refused from now on.</summary>
    public void Begin(long number, long value)
    {
        Array.Clear(_bits);
        _floor = number;
        _head = number - 1;
        _headOut = value - 1;
    }

    /// <summary>Finds the value of a kept number. False: dropped before, too old, or from before the start.</summary>
    /// <param name="fresh">False when this number was placed before (a duplicate, or another packet of the same picture).</param>
    public bool TryPlace(long number, out long value, out bool fresh)
    {
        fresh = false;
        value = 0;
        if (number == _head + 1)
        {
            // Nearly always: one word each, read and written once.
            var (word, bit) = (Word(number), Bit(number));
            _bits[word + Dropped] &= ~bit;
            _bits[word + Placed] |= bit;
            _head = number;
            value = ++_headOut;
            return fresh = true;
        }

        if (number > _head)
        {
            _headOut += Advance(number) + 1;
            Set(Placed, number);
            value = _headOut;
            return fresh = true;
        }

        if (!IsReachable(number) || Get(Dropped, number)) return false;
        value = _headOut - KeptAfter(number);
        fresh = !Get(Placed, number);
        Set(Placed, number);
        return true;
    }

    /// <summary>True when the number lies within the window and was dropped on purpose.</summary>
    public bool WasDropped(long number) => number <= _head && IsReachable(number) && Get(Dropped, number);

    /// <summary>
    /// Leaves a number out of the line. Only a number newer than all before can be left out: an older one already holds a
    /// value that later numbers were counted from, so it stays a hole. Returns whether the line closed over it.
    /// </summary>
    public bool Drop(long number)
    {
        if (number <= _head) return WasDropped(number);
        _headOut += Advance(number);
        Set(Dropped, number);
        return true;
    }

    /// <summary>Leaves out all numbers after the newest seen, up to and including <paramref name="last"/>.</summary>
    public void DropThrough(long last)
    {
        if (last - _head > _window)
        {
            _floor = last - _window + 1;
            _head = last - _window;
        }

        while (_head < last) Drop(_head + 1);
    }

    private bool IsReachable(long number) => number >= _floor && _head - number < _window;

    // Makes `number` the head with clean bits up to it, and tells how many lost numbers lie between.
    private long Advance(long number)
    {
        var lost = number - _head - 1;
        if (lost >= _window)
        {
            Array.Clear(_bits);
        }
        else
        {
            for (var n = _head + 1; n <= number; n++) Clear(n);
        }

        _head = number;
        return lost;
    }

    private long KeptAfter(long number)
    {
        var distance = _head - number;
        return distance - DroppedIn(number + 1, (int)distance);
    }

    private int DroppedIn(long start, int count)
    {
        var total = 0;
        var position = (int)(start & (_window - 1));
        while (count > 0)
        {
            var bit = position & 63;
            var take = Math.Min(64 - bit, count);
            var mask = take == 64 ? ulong.MaxValue : ((1UL << take) - 1) << bit;
            total += BitOperations.PopCount(_bits[(position >> 6 << 1) + Dropped] & mask);
            position = (position + take) & (_window - 1);
            count -= take;
        }

        return total;
    }

    private bool Get(int kind, long number) => (_bits[Word(number) + kind] & Bit(number)) != 0;

    private void Set(int kind, long number) => _bits[Word(number) + kind] |= Bit(number);

    private void Clear(long number)
    {
        _bits[Word(number) + Dropped] &= ~Bit(number);
        _bits[Word(number) + Placed] &= ~Bit(number);
    }

    private int Word(long number) => (int)(number & (_window - 1)) >> 6 << 1;

    private static ulong Bit(long number) => 1UL << (int)(number & 63);
}
