using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// Limit L11: 20 requests a second with a burst of 40 from one address that has not proved who it is. Addresses are remembered up to a
/// number; beyond it strangers share one budget, so a spoofed flood costs no memory.
/// </summary>
internal sealed class SourceRates
{
    private const double PerSecond = 20;
    private const double Burst = 40;
    private const int MostSources = 10_000;

    private readonly Dictionary<(ulong, ulong), Budget> _sources = [];
    private Budget _strangers = new(Burst, default);
    private Instant _sweptAt;

    /// <summary>Takes one; false when there is none left.</summary>
    public bool TryTake(Instant now, TransportAddress source)
    {
        var key = (source.High, source.Low);
        if (!_sources.TryGetValue(key, out var budget))
        {
            if (_sources.Count >= MostSources)
                Sweep(now);
            if (_sources.Count >= MostSources)
                return Take(now, ref _strangers);
            budget = new(Burst, now);
        }
        var taken = Take(now, ref budget);
        _sources[key] = budget;
        return taken;
    }

    private static bool Take(Instant now, ref Budget budget)
    {
        var tokens = Math.Min(Burst, budget.Tokens + ((now - budget.At).TotalSeconds * PerSecond));
        budget = new(tokens >= 1 ? tokens - 1 : tokens, now);
        return tokens >= 1;
    }

    /// <summary>Whoever was silent long enough to have a full budget again is forgotten; at most once a second.</summary>
    private void Sweep(Instant now)
    {
        if (now - _sweptAt < TimeSpan.FromSeconds(1))
            return;
        _sweptAt = now;
        var full = TimeSpan.FromSeconds(Burst / PerSecond);
        foreach (var (key, budget) in _sources)
        {
            if (now - budget.At >= full)
                _sources.Remove(key);
        }
    }

    private readonly record struct Budget(double Tokens, Instant At);
}
