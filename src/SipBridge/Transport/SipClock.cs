using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge;

/// <summary>Monotonic time for the SIP core, from whatever clock the process has.</summary>
public sealed class SipClock(TimeProvider time)
{
    public TimeProvider Time { get; } = time;

    public Instant Now => new(Time.GetElapsedTime(0).Ticks * 100);
}
