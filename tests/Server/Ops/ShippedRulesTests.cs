using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sylk.Conference.Server.Tests;

/// <summary>The dashboard and the alerts of <c>ops/</c> speak of what the server exports, and each alert has its page.</summary>
[Collection(nameof(MetricsTests))]
public sealed partial class ShippedRulesTests
{
    internal static readonly string Root = FindRoot();

    [Fact(DisplayName = "Product 18 Every metric that the dashboard and the alerts name is on the server's page")]
    public async Task Every_metric_named_is_exported()
    {
        await using var server = await RunningServer.StartAsync("--Http:Urls=https://127.0.0.1:0", "--Http:AdminUrls=http://127.0.0.1:0", "--Tls:Mode=selfSigned");
        using var operators = new HttpClient { BaseAddress = server.Addresses[1] };
        await ServerFacts.MakeAllAsync(server, server.Addresses[1]);
        var exported = Types().Matches(await operators.GetStringAsync("/metrics")).Select(match => match.Groups[1].Value).ToHashSet();
        var named = Expressions().SelectMany(MetricsOf).Distinct().ToList();
        Assert.True(named.Count > 20);
        Assert.Equal([], named.Except(exported));
    }

    [Fact]
    public void Every_alert_has_a_heading_on_its_page()
    {
        var rules = File.ReadAllText(Path.Combine(Root, "ops/prometheus/alerts.yml"));
        var alerts = Alerts().Matches(rules).Select(match => match.Groups[1].Value).ToList();
        var links = Runbooks().Matches(rules).Select(match => (Page: match.Groups[1].Value, Anchor: match.Groups[2].Value)).ToList();
        Assert.Equal(7, alerts.Count);
        Assert.Equal(alerts.Select(alert => alert.ToLowerInvariant()), links.Select(link => link.Anchor));
        foreach (var (page, anchor) in links)
            Assert.Contains(File.ReadLines(Path.Combine(Root, page)), line => line.Equals($"## {anchor}", StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> Expressions()
    {
        using var dashboard = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root, "ops/grafana/sylk-conference.json")));
        foreach (var panel in dashboard.RootElement.GetProperty("panels").EnumerateArray().Where(panel => panel.TryGetProperty("targets", out _)))
        {
            foreach (var target in panel.GetProperty("targets").EnumerateArray())
                yield return target.GetProperty("expr").GetString()!;
        }
        yield return string.Join('\n', File.ReadLines(Path.Combine(Root, "ops/prometheus/alerts.yml")).Where(line => !NoExpression().IsMatch(line)));
    }

    /// <summary>Names without those of labels, which stand in braces and behind <c>by</c>.</summary>
    private static IEnumerable<string> MetricsOf(string expression) =>
        Names().Matches(Labels().Replace(expression, "")).Select(match => Series().Replace(match.Value, ""));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Sylk.Conference.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"^# TYPE (\S+) ", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex(@"\b(?:sylk|http|kestrel|signalr|dotnet|orleans)_[a-z0-9_]+")]
    private static partial Regex Names();

    [GeneratedRegex(@"\{[^}]*\}|\bby \([^)]*\)")]
    private static partial Regex Labels();

    [GeneratedRegex("_(bucket|count|sum)$")]
    private static partial Regex Series();

    [GeneratedRegex(@"^\s*(#|summary:|runbook:|labels:|- alert:)")]
    private static partial Regex NoExpression();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alerts();

    [GeneratedRegex(@"runbook: (\S+)#(\S+)")]
    private static partial Regex Runbooks();
}

/// <summary>Lets everything happen once that the server measures.</summary>
internal static class ServerFacts
{
    public static async Task MakeAllAsync(RunningServer server, Uri address)
    {
        await using var alice = await HubClient.ConnectAsync(address);
        await alice.JoinAsync(new { room = "measured", displayName = "Alice", resume = new { sessionId = "ses_none", resumeKey = "none" } });
        await MetricsTests.FillAsync(server, alice, "measured", 1);
        HubClient.Value(await alice.CallAsync("EndRoom", new { reason = "measured" }));
    }
}
