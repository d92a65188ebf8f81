namespace Sylk.Conference.SipBridge.Phones;

/// <summary>How much of its time a phone thread uses, and what it spares when that is too much (ENC-4).</summary>
/// <param name="complexity">Effort of encoders while there is time.</param>
internal sealed class TickEffort(int complexity)
{
    private const double Smoothing = 0.02;
    private const double Busy = 0.6, VeryBusy = 0.8, Full = 0.95, Relaxed = 0.1;
    private const int BusyComplexity = 2;
    private int _level;

    /// <summary>Part of a tick's time that ticks took of late, about a second.</summary>
    public double Use { get; private set; }

    public bool IsOverloaded => Use > Full;

    public int Complexity => _level switch
    {
        0 => complexity,
        1 => Math.Min(complexity, BusyComplexity),
        _ => 0,
    };

    /// <summary>A tick took so long. What was spared comes back only when use has fallen clearly below the mark.</summary>
    public void Note(TimeSpan took)
    {
        Use += Smoothing * (took.TotalMilliseconds / LegOutbound.TickMs - Use);
        var least = Use > VeryBusy ? 2 : Use > Busy ? 1 : 0;
        var most = Use < Busy - Relaxed ? 0 : Use < VeryBusy - Relaxed ? 1 : 2;
        _level = Math.Clamp(_level, least, most);
    }
}
