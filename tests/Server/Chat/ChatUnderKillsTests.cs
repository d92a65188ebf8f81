using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Sylk.Conference.Server.Tests.Storage;

namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>
/// Chat while the server and the XMPP server beside it are killed again and again (R-38): pages, programs, phones that write by SIP
/// MESSAGE, MSRP clients and XMPP users in the same rooms. In short a few kills; <c>SYLK_CHAT_KILLS=100</c> and
/// <c>SYLK_CHAT_LINES=20000</c> make the long form, <c>SYLK_CHAT_SEED</c> repeats a run, <c>SYLK_CHAT_LOG</c> keeps its log.
/// </summary>
public sealed class ChatUnderKillsTests
{
    private const int Rooms = 2;
    private const int Pages = 4;
    private const int OfEachWire = 2;

    /// <summary>Of so many kills one is the XMPP server's.</summary>
    private const int ForeignKills = 3;
    private static readonly TimeSpan ShortestLife = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly int Kills = Number("SYLK_CHAT_KILLS", 4);
    private static readonly int Lines = Number("SYLK_CHAT_LINES", 500);
    private static readonly int Seed = Number("SYLK_CHAT_SEED", 20261126);

    [Fact(DisplayName = "R-38 C1 to C6 Chat of pages, REST, SIP MESSAGE, MSRP and XMPP under SIGKILL: nothing lost, nothing twice, one order, nothing invented")]
    public async Task Chat_under_kills()
    {
        var users = Enumerable.Range(0, Rooms).SelectMany(r => Enumerable.Range(0, OfEachWire).Select(n => $"xmpp{r}{n}"));
        await using var prosody = await ProsodyProcess.StartAsync(users);
        var sip = ProsodyProcess.FreePort(SocketType.Dgram);
        await using var server = await KeptServer.OnSqliteAsync(
            "--Limits:RequestsPerSecond=100000", "--Limits:RequestsBurst=100000", "--Sip:Enabled=true", "--Sip:Address=127.0.0.1", $"--Sip:Udp={sip}", "--Sip:Tcp=-1",
            "--Sip:TrustedPeers:0=127.0.0.1/32", "--Msrp:Tcp=0", "--Msrp:Tls=-1", "--Xmpp:Enabled=true", $"--Xmpp:Domain={ProsodyProcess.Rooms}",
            $"--Xmpp:ComponentSecret={ProsodyProcess.Secret}", $"--Xmpp:Port={prosody.ComponentPort}");
        using var log = new ChatLogFile();
        var rooms = Enumerable.Range(1, Rooms).Select(n => $"room{n}").ToArray();
        foreach (var room in rooms)
            await server.PostAsync("/rooms", new { name = room, kind = "permanent" });
        using var writing = new CancellationTokenSource();
        using var reading = new CancellationTokenSource();
        var hours = new ChatHours(writing.Token, reading.Token);
        var people = rooms.SelectMany((room, r) => Cast(server, prosody, sip, log, room, r)).ToList();
        var living = people.Select(writer => Task.Run(() => writer.RunAsync(hours))).ToList();

        var kills = await KillAsync(server, prosody, log);
        await writing.CancelAsync();
        await UntilAsync(() => people.Where(one => !one.IsSettled));
        foreach (var room in rooms)
            await SayLastAsync(server, log, room);
        await UntilAsync(() => people.Where(one => one.Reads && log.LastRead(one.Name, one.Room) != LastWords));
        await reading.CancelAsync();
        await Task.WhenAll(living);

        var stored = new List<StoredLine>();
        foreach (var room in rooms)
            stored.AddRange(await HistoryAsync(server, room));
        var findings = ChatChecker.Check(log.ReadAll(), stored);
        TestContext.Current.SendDiagnosticMessage(
            $"seed {Seed}: {kills} kills, {log.Acknowledged} lines acknowledged ({string.Join(", ", log.AcknowledgedByWire())}), {stored.Count} in the store, {findings.Count} findings");
        Assert.True(findings.Count == 0, string.Join('\n', findings.Take(50)));
        Assert.True(kills >= Kills && log.Acknowledged >= Lines);
        Assert.Equal(["hub", "msrp", "rest", "sip", "xmpp"], log.AcknowledgedByWire().Keys);
    }

    private const string LastWords = "rest last";

    /// <summary>Who is in one room; a wire that is not here yet needs one line.</summary>
    private static IEnumerable<IChatWriter> Cast(KeptServer server, ProsodyProcess prosody, int sip, ChatLogFile log, string room, int number)
    {
        var seed = Seed + number * 100;
        return
        [
            new RestWriter(server, log, room),
            .. Enumerable.Range(0, Pages).Select(n => new ChatWriter(server, log, room, $"hub{number}{n}", seed + n)),
            .. OnWire("sip", hearsOwn: false, (user) => PhoneSeat.EnterAsync(sip, room, user)),
            .. OnWire("msrp", hearsOwn: false, (user) => MsrpSeat.EnterAsync(sip, room, user)),
            .. OnWire("xmpp", hearsOwn: true, (user) => XmppSeat.EnterAsync(prosody, room, user)),
        ];

        IEnumerable<IChatWriter> OnWire(string wire, bool hearsOwn, Func<string, Task<IChatSeat>> enter) => Enumerable.Range(0, OfEachWire).Select(n =>
        {
            var user = $"{wire}{number}{n}";
            return new WireWriter(log, room, user, () => enter(user), seed + 50 + n) { HearsOwn = hearsOwn };
        });
    }

    /// <summary>Each life ends at a time of its own, and not before it has seen its share of lines.</summary>
    private static async Task<int> KillAsync(KeptServer server, ProsodyProcess prosody, ChatLogFile log)
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
            if (++kills % ForeignKills == 0)
            {
                await prosody.KillAsync();
                await prosody.StartAgainAsync();
            }
            else
            {
                await server.KillAsync();
                await server.StartAgainAsync();
            }
        }
        return kills;
#pragma warning restore CA5394
    }

    /// <summary>So that the newest line of the room is nobody's own who reads.</summary>
    private static async Task SayLastAsync(KeptServer server, ChatLogFile log, string room)
    {
        log.Write(ChatDeed.Invoke, "rest", room, "last", LastWords);
        await server.PostAsync($"/rooms/{room}/messages", new { content = LastWords });
        log.Write(ChatDeed.Acknowledged, "rest", room, "last", LastWords);
    }

    private static async Task UntilAsync(Func<IEnumerable<IChatWriter>> missing)
    {
        for (var until = DateTime.UtcNow + Patience; DateTime.UtcNow < until; await Task.Delay(50))
        {
            if (!missing().Any())
                return;
        }
        Assert.Fail($"not there: {string.Join("; ", missing().Select(one => $"{one.Name} {(one as WireWriter)?.LastTrouble}"))}");
    }

    private static async Task<List<StoredLine>> HistoryAsync(KeptServer server, string room)
    {
        var lines = new List<StoredLine>();
        string? cursor = null;
        do
        {
            var page = await server.GetAsync($"/rooms/{room}/messages?limit=200{(cursor is null ? "" : $"&cursor={cursor}")}");
            lines.AddRange(page.GetProperty("items").EnumerateArray().Select(line => new StoredLine(
                room, line.GetProperty("sequence").GetInt64(), line.GetProperty("content").GetString()!, line.GetProperty("id").GetString()!)));
            cursor = page.GetProperty("next") is { ValueKind: JsonValueKind.String } next ? next.GetString() : null;
        }
        while (cursor is not null);
        return lines;
    }

    private static int Number(string variable, int usual) =>
        int.Parse(Environment.GetEnvironmentVariable(variable) ?? usual.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
