namespace Sylk.Conference.Rooms;

/// <summary>Who must stay out, and whose tokens count no more.</summary>
internal sealed class Exclusions
{
    /// <summary>The longest life of a token: an older revocation has nothing left to revoke.</summary>
    public static readonly TimeSpan LongestToken = TimeSpan.FromHours(24);

    private readonly Dictionary<string, DateTimeOffset?> _bans = [];
    private readonly Dictionary<string, DateTimeOffset> _voided = [];
    private readonly HashSet<string> _suspects = [];

    public bool IsSuspect(string? source) => source is not null && _suspects.Contains(source);

    public void Suspect(string source) => _suspects.Add(source);

    public bool IsBanned(string identity, DateTimeOffset now) =>
        _bans.TryGetValue(identity, out var until) && (until is null || now < until);

    public bool IsVoid(string identity, DateTimeOffset issuedAt) => _voided.TryGetValue(identity, out var before) && issuedAt <= before;

    public void Ban(string identity, DateTimeOffset? until) => _bans[identity] = until;

    public void Void(string identity, DateTimeOffset before)
    {
        _voided[identity] = before;
        foreach (var (stale, at) in _voided.ToArray())
        {
            if (at + LongestToken < before)
                _voided.Remove(stale);
        }
    }

    public void Restore(StoredRoom stored)
    {
        foreach (var ban in stored.Bans)
            _bans[ban.Identity] = ban.Until;
        foreach (var mark in stored.Voided)
            _voided[mark.Identity] = mark.Before;
        _suspects.UnionWith(stored.Suspects);
    }

    /// <summary>Bans with an end, and void tokens, outlive the session.</summary>
    public void EndSession()
    {
        _suspects.Clear();
        foreach (var (identity, until) in _bans.ToArray())
        {
            if (until is null)
                _bans.Remove(identity);
        }
    }
}
