namespace Sylk.Conference.Server.Options;

/// <summary>What a reload did.</summary>
/// <param name="Applied">Keys whose new value is in force.</param>
/// <param name="NeedRestart">Keys that changed and are read at start only.</param>
/// <param name="Problems">Lines about what is wrong; those keys keep their value.</param>
internal sealed record ReloadReport(IReadOnlyList<string> Applied, IReadOnlyList<string> NeedRestart, IReadOnlyList<string> Problems);

/// <summary>
/// Takes the live keys over while the server runs (SIGHUP). Values are changed in the one <see cref="SylkOptions"/> everybody has;
/// who keeps something made of them makes it anew on <see cref="Changed"/>.
/// </summary>
internal sealed class LiveOptions(StartupOptions startup, ILogger<LiveOptions> log)
{
    private readonly Lock _gate = new();

    /// <summary>After new values are in place; on any thread.</summary>
    public event Action? Changed;

    public ReloadReport Reload()
    {
        lock (_gate)
        {
            var report = TakeOver(startup.ReadAgain());
            if (report.Applied.Count > 0)
                Changed?.Invoke();
            Tell(report);
            return report;
        }
    }

    private ReloadReport TakeOver(StartupOptions fresh)
    {
        var (applied, waiting) = (new List<string>(), new List<string>());
        var wrong = fresh.WrongKeys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var leaf in fresh.IsReadable ? fresh.Keys.Leaves : [])
        {
            var mine = startup.Keys.Find(leaf.Key)!;
            if (wrong.Contains(leaf.Key) || Same(leaf, mine))
                continue;
            (leaf.IsLive ? applied : waiting).Add(leaf.Key);
            if (!leaf.IsLive)
                continue;
            mine.Assign(leaf.Read()!);
            mine.Origin = leaf.Origin;
        }
        return new(applied, waiting, fresh.Problems);
    }

    /// <summary>Secrets look alike when shown, but none of them is live.</summary>
    private static bool Same(OptionLeaf a, OptionLeaf b) => a.Secret is not null ? Equals(a.Read(), b.Read()) : a.Show() == b.Show();

    private void Tell(ReloadReport report)
    {
        foreach (var problem in report.Problems)
            log.ReloadProblem(problem);
        foreach (var key in report.NeedRestart)
            log.NeedsRestart(key);
        log.Reloaded(report.Applied.Count == 0 ? "nothing" : string.Join(", ", report.Applied));
    }
}
