using System.Collections.Concurrent;

namespace Sylk.Conference.SipBridge;

/// <summary>Which trunks answer. One nobody has asked yet counts as there.</summary>
internal sealed class TrunkStates
{
    /// <summary>Questions without an answer until a trunk counts as gone (section 6.4).</summary>
    private const int MostMisses = 3;

    private readonly ConcurrentDictionary<string, int> _misses = new(StringComparer.OrdinalIgnoreCase);

    public bool IsDown(string trunk) => _misses.GetValueOrDefault(trunk) >= MostMisses;

    /// <returns>True when that changes what <see cref="IsDown"/> says.</returns>
    public bool Note(string trunk, bool answered)
    {
        var before = IsDown(trunk);
        _misses[trunk] = answered ? 0 : Math.Min(MostMisses, _misses.GetValueOrDefault(trunk) + 1);
        return before != IsDown(trunk);
    }
}
