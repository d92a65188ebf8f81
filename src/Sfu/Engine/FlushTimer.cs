using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Engine;

/// <summary>
/// Decides how long packets wait for company. Alone on an idle server nobody waits; when many receivers are served, or the
/// thread is busy, waiting a millisecond or more turns single packets into runs, which is what makes them cheap (sfu B.5).
/// </summary>
internal sealed class FlushTimer(int longestMicroseconds)
{
    /// <summary>Below this many receivers in one turn there is nothing to gain.</summary>
    private const int WorthwhileReceivers = 16;

    private const double BusyFrom = 0.25;
    private const double BusyAt = 0.60;

    private double _busy;
    private Instant _lastTurn;

    public Instant DueAt { get; private set; } = Instant.Never;

    /// <summary>Share of time the thread works, 0–1, smoothed over some hundred milliseconds.</summary>
    public double Busy => _busy;

    public bool IsDue(Instant now, int receivers)
    {
        if (receivers == 0)
        {
            DueAt = Instant.Never;
            return true;
        }

        if (DueAt == Instant.Never)
            DueAt = new Instant(now.Nanoseconds + (WindowMicroseconds(receivers) * 1000));
        if (now < DueAt)
            return false;
        DueAt = Instant.Never;
        return true;
    }

    public void NoteWork(Instant began, Instant ended)
    {
        var elapsed = (ended - _lastTurn).TotalSeconds;
        _lastTurn = ended;
        if (elapsed is <= 0 or > 1)
            return;
        var share = (ended - began).TotalSeconds / elapsed;
        var weight = Math.Min(1, elapsed / 0.2);
        _busy += (Math.Min(1, share) - _busy) * weight;
    }

    private long WindowMicroseconds(int receivers)
    {
        if (receivers < WorthwhileReceivers && _busy < BusyFrom)
            return 0;
        var load = Math.Clamp((_busy - BusyFrom) / (BusyAt - BusyFrom), 0, 1);
        return (long)(longestMicroseconds * (0.4 + (0.6 * load)));
    }
}
