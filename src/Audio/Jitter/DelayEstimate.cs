namespace Sylk.Conference.Audio.Jitter;

/// <summary>
/// How long packets must wait so that those which come late still come in time (JB-2). Remembers the transits of the last 4 s; transit
/// is arrival minus timestamp, and only differences of it mean anything. It follows the sender's clock, so drift (§ 9.10) becomes a
/// slow change of the smallest transit.
/// </summary>
internal sealed class DelayEstimate
{
    private const int Slots = 256;
    private const long WindowNs = 4_000_000_000;
    private const double MinMs = 20, StartMs = 40, MaxMs = 120, MaxLossyMs = 200, LossyRate = 0.03;

    /// <summary>20 ms in 2 s; when far too much is held after a storm, 20 ms in a quarter of a second.</summary>
    private const double ShrinkPerTick = 0.2, ShrinkFastPerTick = 1.6, FarMs = 30;

    /// <summary>So many packets in a row that are all so late: the way became longer, or the sender's clock stood still in a pause.</summary>
    private const int StepPackets = 15;
    private const double StepMs = 100;

    private readonly long[] _arrivals = new long[Slots], _transits = new long[Slots], _scratch = new long[Slots];
    private int _next, _count, _untilScan, _lateInARow;
    private double _wantedMs = StartMs, _lateRate;
    private bool _hasLearnt;

    /// <summary>The smallest transit of the last 4 s (ns).</summary>
    public long MinTransit { get; private set; }

    /// <summary>What a packet that came as quickly as any has to wait (ms).</summary>
    public double TargetMs { get; private set; } = StartMs;

    /// <param name="arrival">ns.</param>
    /// <param name="transit">arrival minus media time (ns).</param>
    /// <param name="packetMs">How long the packet lasts.</param>
    public void Add(long arrival, long transit, double packetMs)
    {
        (_arrivals[_next], _transits[_next]) = (arrival, transit);
        _next = (_next + 1) % Slots;
        _count = Math.Min(_count + 1, Slots);
        var relativeMs = (transit - MinTransit) / 1e6;
        _lateInARow = relativeMs > StepMs ? _lateInARow + 1 : 0;
        if (_lateInARow == StepPackets) Relearn();
        if (--_untilScan > 0 && relativeMs >= 0 && relativeMs + packetMs <= _wantedMs) return;
        _untilScan = 10;
        Scan(arrival, packetMs);
    }

    /// <summary>Tells whether a packet came too late to be played.</summary>
    public void OnOutcome(bool isLate) => _lateRate += ((isLate ? 1 : 0) - _lateRate) * 0.01;

    /// <summary>20 ms pass: the target grows at once and shrinks slowly.</summary>
    public void Advance()
    {
        if (_wantedMs >= TargetMs) TargetMs = _wantedMs;
        else TargetMs = Math.Max(_wantedMs, TargetMs - (TargetMs - _wantedMs > FarMs ? ShrinkFastPerTick : ShrinkPerTick));
    }

    public void Reset()
    {
        (_next, _count, _untilScan, _lateInARow, _lateRate) = (0, 0, 0, 0, 0);
        (_wantedMs, TargetMs, MinTransit, _hasLearnt) = (StartMs, StartMs, 0, false);
    }

    /// <summary>Only the last packets count: what was before was another way.</summary>
    private void Relearn() => (_count, _lateInARow, _untilScan) = (StepPackets, 0, 0);

    private void Scan(long now, double packetMs)
    {
        var kept = 0;
        for (var i = 1; i <= _count; i++)
        {
            var at = (_next + Slots - i) % Slots;
            if (now - _arrivals[at] <= WindowNs) _scratch[kept++] = _transits[at];
        }

        var values = _scratch.AsSpan(0, kept);
        values.Sort();
        MinTransit = values[0];
        var spreadMs = (values[(kept - 1) * 95 / 100] - MinTransit) / 1e6;
        // Until a second of packets is known, the start value stands for what is not.
        var floor = kept < 50 && !_hasLearnt ? StartMs : MinMs;
        _hasLearnt |= kept >= 50;
        _wantedMs = Math.Clamp(spreadMs + packetMs, floor, _lateRate > LossyRate ? MaxLossyMs : MaxMs);
    }
}
