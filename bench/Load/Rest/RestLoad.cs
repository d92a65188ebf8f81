using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Load.Rest;

/// <summary>
/// The API under fifty programs that ask one after the other: each client reads mostly and writes now and then, for its own room.
/// Bars: 99 of 100 reads within 50 ms, writes within 150 ms, once the server is warm.
/// </summary>
internal static class RestLoad
{
    public const string Verb = "rest";
    private const int ReadsPerWrite = 4;

    public static async Task RunAsync(Arguments arguments)
    {
        using var server = await ServerProcess.OpenAsync(arguments, MachineAddress.Loopback).ConfigureAwait(false);
        var key = arguments.Has("key") ? arguments.Text("key", "") : await FirstKeyAsync(server).ConfigureAwait(false);
        var (clients, warmup, duration) = (arguments.Number("clients", 50), arguments.Number("warmup", 10), arguments.Number("duration", 20));
        await PhaseAsync(server, key, clients, warmup).ConfigureAwait(false);
        var (reads, writes) = await PhaseAsync(server, key, clients, duration).ConfigureAwait(false);
        Console.WriteLine($"{clients} clients, {duration} s after {warmup} s of warming up");
        Report("reads", reads, duration, 50);
        Report("writes", writes, duration, 150);
    }

    private static async Task<string> FirstKeyAsync(ServerProcess server)
    {
        using var http = new HttpClient { BaseAddress = server.Url };
        var code = await server.BootstrapCode.WaitAsync(TimeSpan.FromSeconds(30)).ConfigureAwait(false);
        using var reply = await http.PostAsJsonAsync("/api/v1/bootstrap", new { code }).ConfigureAwait(false);
        reply.EnsureSuccessStatusCode();
        var made = await reply.Content.ReadFromJsonAsync<JsonElement>().ConfigureAwait(false);
        return made.GetProperty("secret").GetString()!;
    }

    private static async Task<(List<double> Reads, List<double> Writes)> PhaseAsync(ServerProcess server, string key, int clients, int seconds)
    {
        var until = Stopwatch.GetTimestamp() + (seconds * Stopwatch.Frequency);
        var all = await Task.WhenAll(Enumerable.Range(0, clients).Select(i => ClientAsync(server.Url, key, i, until))).ConfigureAwait(false);
        return ([.. all.SelectMany(one => one.Reads)], [.. all.SelectMany(one => one.Writes)]);
    }

    private static async Task<(List<double> Reads, List<double> Writes)> ClientAsync(Uri url, string key, int number, long until)
    {
        using var http = new HttpClient { BaseAddress = url };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        var room = $"rest-{number}";
        (await http.PostAsJsonAsync("/api/v1/rooms", new { name = room, title = "Load" }).ConfigureAwait(false)).Dispose();
        var (reads, writes) = (new List<double>(), new List<double>());
        for (var turn = 0; Stopwatch.GetTimestamp() < until; turn++)
        {
            if (turn % (ReadsPerWrite + 1) < ReadsPerWrite)
                reads.Add(await TimedAsync(http, () => Read(room, turn)).ConfigureAwait(false));
            else
                writes.Add(await TimedAsync(http, () => Write(room, turn)).ConfigureAwait(false));
        }
        (await http.DeleteAsync(new Uri($"/api/v1/rooms/{room}", UriKind.Relative)).ConfigureAwait(false)).Dispose();
        return (reads, writes);
    }

    private static HttpRequestMessage Read(string room, int turn) => new(HttpMethod.Get, (turn % 2) switch
    {
        0 => $"/api/v1/rooms/{room}",
        _ => $"/api/v1/rooms/{room}/participants",
    });

    private static HttpRequestMessage Write(string room, int turn) => (turn % 3) switch
    {
        0 => new(HttpMethod.Post, $"/api/v1/rooms/{room}/tokens") { Content = JsonContent.Create(new { identity = "load@example.org" }) },
        1 => new(HttpMethod.Post, $"/api/v1/rooms/{room}/messages") { Content = JsonContent.Create(new { content = "load" }) },
        _ => new(HttpMethod.Patch, $"/api/v1/rooms/{room}")
        {
            Content = JsonContent.Create(new { title = $"Load {turn.ToString(CultureInfo.InvariantCulture)}" }, new("application/merge-patch+json")),
        },
    };

    private static async Task<double> TimedAsync(HttpClient http, Func<HttpRequestMessage> make)
    {
        using var request = make();
        var since = Stopwatch.GetTimestamp();
        using var reply = await http.SendAsync(request).ConfigureAwait(false);
        await reply.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
        reply.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(since).TotalMilliseconds;
    }

    private static void Report(string name, List<double> times, int seconds, double bar)
    {
        times.Sort();
        double At(double part) => times.Count == 0 ? 0 : times[(int)Math.Min(times.Count - 1, times.Count * part)];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {times.Count / seconds}/s, p50 {At(0.5):0.0} ms, p99 {At(0.99):0.0} ms (bar {bar:0} ms: {(At(0.99) <= bar ? "met" : "missed")}), worst {At(1):0.0} ms"));
    }
}
