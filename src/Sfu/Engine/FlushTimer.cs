using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Engine;

/// <summary>
/// Decides how long packets wait for company. Alone on an idle server nobody waits; on a busy thread waiting a few
/// milliseconds turns single packets into runs, which is what makes them cheap (sfu B.5). The last receiver of a flush waits
/// for all before it, so the more receivers wait, the earlier the flush begins: window and flush together keep the bound, but
/// for the millisecond in which the rest of a frame comes: a flush of its first packet alone would send each receiver two runs.
/// </summary>
internal sealed class FlushTimer(int longestMicroseconds)
{
    /// <summary>What serving one receiver takes, in microseconds, a frame of a few packets each: its run through the kernel's loopback.</summary>
    private const int MicrosecondsPerReceiver = 8;

    /// <summary>What is waited for the rest of a frame, however many receivers wait.</summary>
    private const int FrameMicroseconds = 1_000;

    /// <summary>Shares of the thread's time between which the window grows from nothing to its whole length.</summary>
    private const double BusyFrom = 0.02;
    private const double BusyAt = 0.08;

    private double _busy;
    private Instant _lastTurn;
    private Instant _waitingSince = Instant.Never;

    public Instant DueAt { get; private set; } = Instant.Never;

    /// <summary>Share of time the thread works, 0–1, smoothed over some hundred milliseconds.</summary>
    public double Busy => _busy;

    public bool IsDue(Instant now, int receivers)
    {
        if (receivers > 0)
        {
            if (_waitingSince == Instant.Never)
                _waitingSince = now;
            DueAt = new Instant(_waitingSince.Nanoseconds + (WindowMicroseconds(receivers) * 1000));
            if (now < DueAt)
                return false;
        }

        DueAt = Instant.Never;
        _waitingSince = Instant.Never;
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
        var worth = Math.Clamp((_busy - BusyFrom) / (BusyAt - BusyFrom), 0, 1);
        var frame = Math.Min(FrameMicroseconds, longestMicroseconds);
        return (long)(worth * Math.Max(frame, longestMicroseconds - (receivers * MicrosecondsPerReceiver)));
    }
}
