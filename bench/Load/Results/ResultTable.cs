using System.Globalization;
using System.Text;
using System.Text.Json;
using Sylk.Conference.Load.Compare;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Load.Results;

/// <summary>Results as Markdown for people and as JSON for whoever compares.</summary>
internal static class ResultTable
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static string Markdown(MachineFacts machine, LoadResult median, int runs)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{machine}; median of {runs} run(s)\n\n| {median.Scenario} | |\n|---|---|\n");
        foreach (var (name, value) in Rows(median))
        {
            if (value >= 0)
                text.Append(CultureInfo.InvariantCulture, $"| {name} | {value:0.###} |\n");
        }

        if (median.OldestPausesMs.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"| pauses of generation 2, ms (first run) | {string.Join(", ", median.OldestPausesMs.Select(pause => pause.ToString("0.##", CultureInfo.InvariantCulture)))} |\n");
        if (median.BusiestThreads.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"| busiest server threads (first run) | {median.BusiestThreads} |\n");
        return text.ToString();
    }

    /// <summary>Medians side by side, and how much of the second server's each is.</summary>
    public static string Markdown(MachineFacts machine, IReadOnlyList<ComparedServer> servers)
    {
        var (ours, other) = (servers[0], servers[1]);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{machine}; medians of {ours.Runs.Count} alternating run(s)\n\n");
        foreach (var server in servers)
            text.Append(CultureInfo.InvariantCulture, $"- {server.Name}: {server.Settings}\n");
        text.Append(CultureInfo.InvariantCulture, $"\n| {ours.Median.Scenario} | {ours.Name} | {other.Name} | ratio |\n|---|---|---|---|\n");
        foreach (var ((name, mine), (_, theirs)) in Rows(ours.Median).Zip(Rows(other.Median)))
        {
            if (mine >= 0 && theirs >= 0)
                text.Append(CultureInfo.InvariantCulture, $"| {name} | {mine:0.###} | {theirs:0.###} | {Ratio(mine, theirs)} |\n");
        }

        return text.ToString();
    }

    public static void Save(string path, MachineFacts machine, IReadOnlyList<ComparedServer> servers) => File.WriteAllText(
        path,
        JsonSerializer.Serialize(new { machine, servers = servers.Select(server => new { server.Name, server.Settings, server.Median, server.Runs }) }, Json));

    private static string Ratio(double mine, double theirs) =>
        theirs > 0 ? (mine / theirs).ToString("0.000", CultureInfo.InvariantCulture) : "";

    public static void Save(string path, MachineFacts machine, LoadResult median, IReadOnlyList<LoadResult> runs) =>
        File.WriteAllText(path, JsonSerializer.Serialize(new { machine, median, runs }, Json));

    private static IEnumerable<(string Name, double Value)> Rows(LoadResult r) =>
    [
        ("players", r.Players),
        ("forwarded packets/s", r.ForwardedPerSecond),
        ("packets/s if everybody got everything", r.ExpectedPerSecond),
        ("server CPU per forwarded packet, µs", r.ServerCpuMicrosPerPacket),
        ("bare sendto of the same sizes, µs", r.BareSendMicros),
        ("server / bare sendto", r.RatioToBareSend),
        ("delay p50, ms", r.DelayP50Ms),
        ("delay p99, ms", r.DelayP99Ms),
        ("delay p99.9, ms", r.DelayP999Ms),
        ("delay p99.99, ms", r.DelayP9999Ms),
        ("loss, %", r.LossPercent),
        ("repair and padding packets, %", r.RepairPercent),
        ("server memory per peer, KiB", r.MemoryKibPerPeer),
        ("joins/s", r.JoinsPerSecond),
        ("joins that failed", r.FailedJoins),
        ("delay p99 before the storm or flood, ms", r.CalmDelayP99Ms),
        ("loss before the storm or flood, %", r.CalmLossPercent),
        ("delay p99 added by it, ms", r.AddedDelayP99Ms),
        ("server CPU before the flood, % of a core", r.CalmCpuPercent),
        ("server CPU in the flood / before", r.CpuRatio),
        ("joins per server CPU second", r.JoinsPerCpuSecond),
        ("server CPU per join and leave, ms", r.ServerCpuMsPerJoin),
        ("offer to DTLS up at idle, ms", r.DtlsUpMs),
        ("offer to first media at idle, ms", r.FirstMediaMs),
        ("allocated per forwarded packet, octets", r.AllocatedOctetsPerPacket),
        ("pauses for garbage collection together, ms", r.PauseMs),
        ("collections of generation 2", r.OldestCollections),
        ("server CPU, % of a core", r.ServerCpuPercent),
        ("generator CPU, % of a core", r.GeneratorCpuPercent),
    ];
}
