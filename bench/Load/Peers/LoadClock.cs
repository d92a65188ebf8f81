using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Load.Linux;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Load.Peers;

/// <summary>Time of the turn, and how the kernel's stamps (wall clock) relate to it.</summary>
internal sealed class LoadClock
{
    public Instant Now { get; private set; } = MonotonicClock.Now;

    /// <summary>Wall clock minus monotonic clock, in nanoseconds.</summary>
    public long RealtimeOffset { get; private set; }

    public void Read()
    {
        var wall = Native.Nanoseconds(Native.RealtimeClock);
        Now = new Instant(Native.Nanoseconds(Native.MonotonicClock));
        RealtimeOffset = wall - Now.Nanoseconds;
    }
}
