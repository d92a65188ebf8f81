using System.Net;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Signalling;

/// <summary>
/// Limit L20: how many rooms one person opens in an hour. Somebody is who they proved to be, else the address they come from;
/// addresses of this machine are not counted (a proxy on it carries everybody).
/// </summary>
internal sealed class RoomOpenings(SylkOptions options, RoomClock clock)
{
    private const int MostRemembered = 100_000;
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<DateTimeOffset>> _opened = new(StringComparer.Ordinal);

    /// <returns>Null for somebody who is not counted.</returns>
    public static string? WhoIs(string? identity, string? source)
    {
        if (identity is not null)
            return $"person {identity}";
        return string.IsNullOrEmpty(source) || (IPAddress.TryParse(source, out var address) && IPAddress.IsLoopback(address)) || source == "0000000000000000"
            ? null
            : $"address {source}";
    }

    /// <summary>Takes one of the hour's rooms; false when there is none left.</summary>
    public bool TryTake(string? who)
    {
        if (who is null)
            return true;
        var now = clock.Now;
        lock (_gate)
        {
            if (_opened.Count >= MostRemembered)
                Forget(now);
            var times = _opened.TryGetValue(who, out var known) ? known : _opened[who] = new();
            times.RemoveAll(time => now - time >= Window);
            if (times.Count >= options.Limits.RoomsPerHour)
                return false;
            times.Add(now);
            return true;
        }
    }

    /// <summary>The room was there already: nothing was opened.</summary>
    public void GiveBack(string? who)
    {
        if (who is null)
            return;
        lock (_gate)
        {
            if (!_opened.TryGetValue(who, out var times) || times.Count == 0)
                return;
            times.RemoveAt(times.Count - 1); // the newest: what was really opened before ends when it did
            if (times.Count == 0)
                _opened.Remove(who);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (who, times) in _opened)
        {
            if (times.All(time => now - time >= Window))
                _opened.Remove(who);
        }
        if (_opened.Count >= MostRemembered)
            _opened.Clear();
    }
}
