using System.Globalization;
using System.Text.Json;
using Sylk.Conference.Server.Tests.Storage;

namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>
/// Chat while the server is killed again and again (R-38, browsers and REST). In short a few kills; <c>SYLK_CHAT_KILLS=100</c>
/// and <c>SYLK_CHAT_LINES=20000</c> make the long form, <c>SYLK_CHAT_SEED</c> repeats a run.
/// </summary>
public sealed class ChatUnderKillsTests
{
    private const int Rooms = 3;
    private const int WritersPerRoom = 5;
    private static readonly TimeSpan ShortestLife = TimeSpan.FromMilliseconds(600);

    private static readonly int Kills = Number("SYLK_CHAT_KILLS", 4);
    private static readonly int Lines = Number("SYLK_CHAT_LINES", 500);
    private static readonly int Seed = Number("SYLK_CHAT_SEED", 20261126);

    [Fact(DisplayName = "R-38 C1 C2 C3 C4 C5 Chat under SIGKILL: nothing lost, nothing twice, one order, nothing invented")]
    public async Task Chat_under_kills()
    {
        await using var server = await KeptServer.OnSqliteAsync("--Limits:RequestsPerSecond=100000", "--Limits:RequestsBurst=100000");
        using var log = new ChatLogFile();
        var rooms = Enumerable.Range(1, Rooms).Select(n => $"room{n}").ToArray();
        foreach (var room in rooms)
            await server.PostAsync("/rooms", new { name = room, kind = "permanent" });
        using var over = new CancellationTokenSource();
        var people = rooms.SelectMany((room, r) => Cast(server, log, room, r)).Select(writer => Task.Run(() => writer.RunAsync(over.Token))).ToList();
        var kills = await KillAsync(server, log);
        await over.CancelAsync();
        await Task.WhenAll(people);

        var stored = new List<StoredLine>();
        foreach (var room in rooms)
            stored.AddRange(await HistoryAsync(server, room));
        var findings = ChatChecker.Check(log.ReadAll(), stored);
        TestContext.Current.SendDiagnosticMessage($"seed {Seed}: {kills} kills, {log.Acknowledged} lines acknowledged, {stored.Count} in the store, {findings.Count} findings");
        Assert.Empty(findings);
        Assert.True(kills >= Kills && log.Acknowledged >= Lines);
    }

    /// <summary>Who is in one room; a wire that is not here yet needs one line.</summary>
    private static IEnumerable<IChatWriter> Cast(KeptServer server, ChatLogFile log, string room, int number) =>
    [
        .. Enumerable.Range(0, WritersPerRoom).Select(n => new ChatWriter(server, log, room, $"w{number}{n}", Seed + number * 100 + n)),
        new RestWriter(server, log, room),
    ];

    /// <summary>Each life ends at a time of its own, and not before it has seen its share of lines.</summary>
    private static async Task<int> KillAsync(KeptServer server, ChatLogFile log)
    {
#pragma warning disable CA5394 // when to kill is no secret; the seed makes the run repeatable
        var chance = new Random(Seed);
        var kills = 0;
        while (kills < Kills || log.Acknowledged < Lines)
        {
            var enough = Math.Min(Lines, (kills + 1) * (Lines / Kills + 1));
            await Task.Delay(ShortestLife + TimeSpan.FromMilliseconds(chance.Next(400)));
            for (var patience = 0; patience < 100 && log.Acknowledged < enough; patience++)
                await Task.Delay(100);
            await Task.Delay(chance.Next(50));
            await server.KillAsync();
            kills++;
            await server.StartAgainAsync();
        }
        return kills;
#pragma warning restore CA5394
    }

    private static async Task<List<StoredLine>> HistoryAsync(KeptServer server, string room)
    {
        var lines = new List<StoredLine>();
        string? cursor = null;
        do
        {
            var page = await server.GetAsync($"/rooms/{room}/messages?limit=200{(cursor is null ? "" : $"&cursor={cursor}")}");
            lines.AddRange(page.GetProperty("items").EnumerateArray()
                .Select(line => new StoredLine(room, line.GetProperty("sequence").GetInt64(), line.GetProperty("content").GetString()!)));
            cursor = page.GetProperty("next") is { ValueKind: JsonValueKind.String } next ? next.GetString() : null;
        }
        while (cursor is not null);
        return lines;
    }

    private static int Number(string variable, int usual) =>
        int.Parse(Environment.GetEnvironmentVariable(variable) ?? usual.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
