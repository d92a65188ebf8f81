using System.Runtime.CompilerServices;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>Bits per second over the last second, in 20 steps of 50 ms.</summary>
internal sealed class BitrateMeter
{
    private const int Steps = 20;
    private const long StepNanoseconds = 50_000_000;

    private StepBytes _bytes;
    private long _newest;
    private long _total;

    public void Add(Instant now, int bytes)
    {
        Advance(now);
        _bytes[Index(_newest)] += (uint)bytes;
        _total += bytes;
    }

    public long BitsPerSecond(Instant now)
    {
        Advance(now);
        return _total * 8;
    }

    private void Advance(Instant now)
    {
        var step = now.Nanoseconds / StepNanoseconds;
        if (step - _newest >= Steps)
        {
            _bytes = default;
            _total = 0;
            _newest = step;
        }

        while (_newest < step)
        {
            ref var slot = ref _bytes[Index(++_newest)];
            _total -= slot;
            slot = 0;
        }
    }

    private static int Index(long step) => (int)((ulong)step % Steps);

    [InlineArray(Steps)]
    private struct StepBytes
    {
        private uint _first;
    }
}
