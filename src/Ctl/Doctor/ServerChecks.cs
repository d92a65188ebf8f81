using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sylk.Conference.Ctl.Doctor;

/// <summary>What the server says of itself at <c>/health/ready</c>, and what its clock says.</summary>
internal static class ServerChecks
{
    /// <summary>Tokens tolerate a minute.</summary>
    private static readonly TimeSpan TooFar = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(3);

    /// <summary>Checks of the server and the word that chooses them here; the others are always shown.</summary>
    private static readonly Dictionary<string, string> Words = new(StringComparer.Ordinal) { ["rooms"] = "cluster", ["cluster"] = "cluster", ["store"] = "storage", ["storage"] = "storage" };

    /// <exception cref="Rest.UnreachableException">Nobody answers.</exception>
    public static async Task<IReadOnlyList<Finding>> HealthAsync(Patient patient, Func<string, bool> wanted, CancellationToken stop)
    {
        using var reply = await patient.Rest.FetchAsync("health/ready", stop);
        var checks = Parse(await reply.Content.ReadAsStringAsync(stop))?["checks"] as JsonArray;
        if (checks is null)
            return wanted("storage") || wanted("cluster") ? [Finding.Skipped("health", "/health is not answered here (Http:AdminUrls?)")] : [];
        return [.. checks.Where(check => wanted(Words.GetValueOrDefault((string?)check?["name"] ?? "", "media"))).Select(Read)];
    }

    public static async Task<Finding> ClockAsync(Patient patient, TimeProvider time, CancellationToken stop)
    {
        var before = time.GetUtcNow();
        using var reply = await patient.Rest.FetchAsync("config.json", stop);
        if (reply.Headers.Date is not { } there)
            return Finding.Skipped("clock", "the server does not tell its time");
        // The header has whole seconds: the truth lies up to one later.
        var middle = before + ((time.GetUtcNow() - before) / 2);
        var off = there.AddMilliseconds(500) - middle;
        var detail = string.Create(CultureInfo.InvariantCulture, $"{off.TotalSeconds:+0.0;-0.0} s from this machine's");
        var advice = "Run NTP (systemd-timesyncd or chrony) on both machines.";
        return off.Duration() switch
        {
            var much when much > TooFar => Finding.Failed("clock", detail, advice + " Join tokens fail at 60 s."),
            var some when some > Noticeable => Finding.Warning("clock", detail, advice),
            _ => Finding.Ok("clock", detail),
        };
    }

    private static Finding Read(JsonNode? check)
    {
        var (name, detail) = ($"server: {(string?)check?["name"]}", (string?)check?["detail"] ?? "");
        return (string?)check?["state"] switch
        {
            "ok" => Finding.Ok(name, detail),
            "degraded" => Finding.Warning(name, detail, "See docs/operations/health.md."),
            _ => Finding.Failed(name, detail, "See docs/operations/health.md and the server's log."),
        };
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
