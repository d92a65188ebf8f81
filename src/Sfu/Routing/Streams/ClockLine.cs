using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>
/// How the RTP timestamps of one source relate to the server's monotonic clock: at <see cref="At"/> the source's clock
/// read <see cref="Rtp"/>. Holds within half the 32-bit range around that point (13 h at 48 kHz, 6.6 h at 90 kHz).
/// </summary>
internal readonly record struct ClockLine(Instant At, uint Rtp, int ClockRate)
{
    /// <summary>False until a sender report was seen.</summary>
    public bool IsKnown => ClockRate > 0;

    public Instant TimeOf(uint rtp) => new(At.Nanoseconds + TicksToNanoseconds((int)(rtp - Rtp), ClockRate));

    public uint RtpAt(Instant time) => Rtp + (uint)NanosecondsToTicks(time.Nanoseconds - At.Nanoseconds, ClockRate);

    public static long TicksToNanoseconds(long ticks, int clockRate) =>
        ticks / clockRate * 1_000_000_000 + ticks % clockRate * 1_000_000_000 / clockRate;

    public static long NanosecondsToTicks(long nanoseconds, int clockRate) =>
        nanoseconds / 1_000_000_000 * clockRate + nanoseconds % 1_000_000_000 * clockRate / 1_000_000_000;
}
