namespace Sylk.Conference.Protocols;

/// <summary>
/// A point on the monotonic clock of one process, in nanoseconds since an arbitrary start.
/// Protocol cores never read a clock; the loop that owns them reads it once per turn and passes it in.
/// </summary>
public readonly record struct Instant(long Nanoseconds) : IComparable<Instant>
{
    /// <summary>An instant later than any deadline.</summary>
    public static readonly Instant Never = new(long.MaxValue);

    public static Instant FromMilliseconds(double milliseconds) => new((long)(milliseconds * 1_000_000));

    public double Milliseconds => Nanoseconds / 1e6;

    public long Microseconds => Nanoseconds / 1000;

    public Instant PlusMilliseconds(long milliseconds) => new(Nanoseconds + milliseconds * 1_000_000);

    public static Instant Earlier(Instant a, Instant b) => a.Nanoseconds <= b.Nanoseconds ? a : b;

    public static Instant operator +(Instant instant, TimeSpan span) => new(instant.Nanoseconds + span.Ticks * 100);

    public static Instant operator -(Instant instant, TimeSpan span) => new(instant.Nanoseconds - span.Ticks * 100);

    public static TimeSpan operator -(Instant later, Instant earlier) => new((later.Nanoseconds - earlier.Nanoseconds) / 100);

    public static bool operator <(Instant a, Instant b) => a.Nanoseconds < b.Nanoseconds;

    public static bool operator >(Instant a, Instant b) => a.Nanoseconds > b.Nanoseconds;

    public static bool operator <=(Instant a, Instant b) => a.Nanoseconds <= b.Nanoseconds;

    public static bool operator >=(Instant a, Instant b) => a.Nanoseconds >= b.Nanoseconds;

    public int CompareTo(Instant other) => Nanoseconds.CompareTo(other.Nanoseconds);
}
