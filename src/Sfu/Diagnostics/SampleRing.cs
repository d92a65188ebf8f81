namespace Sylk.Conference.Sfu.Diagnostics;

/// <summary>
/// Measurements from the shard's thread (which never waits) to whoever keeps histograms (one reader at a time). What the reader
/// does not fetch in time is not kept; nothing is allocated.
/// </summary>
internal sealed class SampleRing
{
    public const int Capacity = 8192;

    private readonly MediaSample[] _samples = new MediaSample[Capacity];
    private readonly Lock _readers = new();
    private long _written;
    private long _read;
    private long _missed;

    /// <summary>Samples there was no place for.</summary>
    public long Missed => Volatile.Read(ref _missed);

    /// <summary>The shard's side.</summary>
    public void Add(in MediaSample sample)
    {
        var next = _written;
        if (next - Volatile.Read(ref _read) >= Capacity)
        {
            _missed++;
            return;
        }

        _samples[next & (Capacity - 1)] = sample;
        Volatile.Write(ref _written, next + 1);
    }

    /// <summary>The reader's side: hands over what came since the last time.</summary>
    public void Drain(Action<MediaSample> take)
    {
        lock (_readers)
        {
            var end = Volatile.Read(ref _written);
            for (var at = _read; at < end; at++)
                take(_samples[at & (Capacity - 1)]);
            Volatile.Write(ref _read, end);
        }
    }
}
