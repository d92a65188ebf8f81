using Sylk.Conference.Protocols.Rtp;

namespace Sylk.Conference.Headless.Receiving;

/// <summary>Counts one slot's packets by sequence number: received, lost, twice. Remembers the last 1,024.</summary>
public sealed class SlotCounter
{
    private const int Window = 1024;
    private readonly ulong[] _seen = new ulong[Window / 64];
    private SequenceUnwrapper _unwrapper;
    private long _first;
    private long _highest;

    /// <summary>Different packets received.</summary>
    public long Received { get; private set; }

    public long Duplicates { get; private set; }

    /// <summary>Missing between the first and the highest number.</summary>
    public long Lost => Received == 0 ? 0 : Math.Max(0, _highest - _first + 1 - Received);

    public bool Count(ushort sequence)
    {
        var started = _unwrapper.Started;
        var number = _unwrapper.Unwrap(sequence);
        if (!started)
            (_first, _highest) = (number, number - 1);
        if (number > _highest)
            Advance(number);
        else if (number <= _highest - Window || number < _first || IsMarked(number))
            return Repeat();
        Mark(number);
        Received++;
        return true;
    }

    private bool Repeat()
    {
        Duplicates++;
        return false;
    }

    private void Advance(long number)
    {
        for (var next = Math.Max(_highest + 1, number - Window + 1); next <= number; next++)
            _seen[(next & (Window - 1)) >> 6] &= ~(1UL << (int)(next & 63));
        _highest = number;
    }

    private bool IsMarked(long number) => (_seen[(number & (Window - 1)) >> 6] >> (int)(number & 63) & 1) != 0;

    private void Mark(long number) => _seen[(number & (Window - 1)) >> 6] |= 1UL << (int)(number & 63);
}
