using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>
/// Whether we send much less than we may ("application-limited region"): a budget of 65 % of the estimate over half a second,
/// mostly unused. Then arrivals say nothing about the link, and only probes can.
/// </summary>
internal struct ApplicationLimit
{
    private const double Share = 0.65;
    private const double WindowSeconds = 0.5;
    private const double BeginsAbove = 0.8;
    private const double EndsBelow = 0.5;
    private const int RecentMs = 1_000;

    private double _left;
    private Instant _at;
    private Instant _activeAt;

    public bool IsActive { get; private set; }

    /// <summary>It is so, or was a second ago: a burst has just ended it.</summary>
    public readonly bool WasActive(Instant now) => IsActive || (_activeAt != default && now < _activeAt.PlusMilliseconds(RecentMs));

    public void OnSent(Instant now, int bytes, double estimate)
    {
        var most = Share * estimate / 8 * WindowSeconds;
        if (most <= 0)
            return;
        var passed = _at == default ? 0 : Math.Clamp((now - _at).TotalSeconds, 0, WindowSeconds);
        _at = now;
        _left = Math.Clamp(_left + (passed * Share * estimate / 8) - bytes, -most, most);
        var share = _left / most;
        if (!IsActive && share > BeginsAbove)
            IsActive = true;
        else if (IsActive && share < EndsBelow)
            IsActive = false;
        if (IsActive)
            _activeAt = now;
    }
}
