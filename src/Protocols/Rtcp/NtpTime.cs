namespace Sylk.Conference.Protocols.Rtcp;

/// <summary>NTP timestamps as RTCP carries them: 32.32 fixed point seconds since 1900 (RFC 3550 section 4).</summary>
public static class NtpTime
{
    /// <summary>Seconds from the NTP epoch to the Unix epoch.</summary>
    public const uint UnixEpochSeconds = 2_208_988_800;

    private const long MicrosPerSecond = 1_000_000;

    /// <param name="unixMicroseconds">Since 1970; the seconds wrap in 2036 as RTCP's do.</param>
    public static ulong FromUnixMicroseconds(long unixMicroseconds)
    {
        var seconds = Math.DivRem(unixMicroseconds, MicrosPerSecond, out var micros);
        if (micros < 0) (seconds, micros) = (seconds - 1, micros + MicrosPerSecond);
        var fraction = ((ulong)micros << 32) / MicrosPerSecond;
        return (ulong)(uint)(seconds + UnixEpochSeconds) << 32 | fraction;
    }

    /// <summary>Microseconds since 1970, rounded; the seconds are taken as of the era that began in 1900.</summary>
    public static long ToUnixMicroseconds(ulong ntp) =>
        ((long)(ntp >> 32) - UnixEpochSeconds) * MicrosPerSecond + FractionMicroseconds(ntp);

    /// <summary>The middle 32 bits, 16.16 fixed point seconds: the form of LSR and LRR.</summary>
    public static uint Middle(ulong ntp) => (uint)(ntp >> 16);

    /// <summary>A duration in 1/65,536 s, the unit of DLSR; clamped to what fits.</summary>
    public static uint ToShort(TimeSpan duration) =>
        (uint)(Math.Clamp(duration.Ticks, 0, (65536 * TimeSpan.TicksPerSecond) - 1) * 65536 / TimeSpan.TicksPerSecond);

    /// <summary>Microseconds of a difference of two NTP times.</summary>
    public static long DifferenceMicroseconds(ulong later, ulong earlier) =>
        (long)((Int128)(long)(later - earlier) * MicrosPerSecond >> 32);

    /// <summary>
    /// Round trip by RFC 3550 section 6.4.1 in microseconds; at least 1. False when the report names no time or would give
    /// a negative or an absurd (over 60 s) value.
    /// </summary>
    public static bool TryRoundTrip(ulong nowNtp, uint last, uint delay, out long microseconds)
    {
        var units = (int)(Middle(nowNtp) - last - delay);
        microseconds = Math.Max(1, (long)units * MicrosPerSecond >> 16);
        return last != 0 && units is >= 0 and <= 60 << 16;
    }

    private static long FractionMicroseconds(ulong ntp) => (long)(((ntp & uint.MaxValue) * MicrosPerSecond + (1UL << 31)) >> 32);
}
