namespace Sylk.Conference.Rooms;

/// <summary>How fast lines of one leg to another system may come in: twenty in a second, then two seconds of nothing.</summary>
public sealed class LegPace
{
    public const int LinesPerSecond = 20;

    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private DateTimeOffset _second;
    private DateTimeOffset _pausedUntil;
    private int _lines;

    /// <returns>Null when the next line may pass now; otherwise for how long the leg is to be left alone.</returns>
    public TimeSpan? Take(DateTimeOffset now)
    {
        if (now < _pausedUntil)
            return _pausedUntil - now;
        if (now - _second >= TimeSpan.FromSeconds(1))
            (_second, _lines) = (now, 0);
        if (++_lines <= LinesPerSecond)
            return null;
        (_pausedUntil, _lines) = (now + Pause, 0);
        return Pause;
    }
}
