using Sylk.Conference.Protocols;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>
/// The way from the server to one or more clients: a capacity, a queue in front of it that drops what does not fit, a delay, loss
/// at random and in bursts. Clients that share one share its capacity.
/// </summary>
public sealed class ShapedLink(int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<double> _queueing = [];
    private Instant _free;

    /// <summary>Bits per second; what counts is the datagram's payload.</summary>
    public double Capacity { get; set; } = 1e9;

    /// <summary>Longest wait in the queue, milliseconds.</summary>
    public double QueueMs { get; set; } = 300;

    /// <summary>One way, milliseconds.</summary>
    public double DelayMs { get; set; } = 25;

    /// <summary>Share lost at random, 0–1.</summary>
    public double Loss { get; set; }

    /// <summary>Until then nothing passes.</summary>
    public Instant BlockedUntil { get; set; }

    public long BytesPassed { get; private set; }

    public long Dropped { get; private set; }

    /// <summary>Starts the figures afresh.</summary>
    public void Forget()
    {
        _queueing.Clear();
        (BytesPassed, Dropped) = (0, 0);
    }

    /// <summary>The wait in the queue that this share of the packets stayed under, milliseconds.</summary>
    public double QueueingMs(double share)
    {
        var sorted = _queueing.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[(int)((sorted.Length - 1) * share)];
    }

    internal bool TryPass(Instant now, int bytes, out Instant arrives)
    {
        var begin = _free > now ? _free : now;
        var waits = (begin - now).TotalMilliseconds;
        arrives = default;
        if (waits > QueueMs)
        {
            Dropped++;
            return false;
        }

        _queueing.Add(waits);
        _free = begin + TimeSpan.FromSeconds(bytes * 8 / Capacity);
        arrives = _free + TimeSpan.FromMilliseconds(DelayMs);
        if (now < BlockedUntil || _random.NextDouble() < Loss)
            return false;
        BytesPassed += bytes;
        return true;
    }
}
