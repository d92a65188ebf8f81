using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sylk.Conference.Server.Tests;

namespace Sylk.Conference.Ctl.Tests;

/// <summary>The tool and the server's own API, from the first key on.</summary>
public sealed partial class RealServerTests : IAsyncLifetime
{
    private readonly Dictionary<string, string> _shell = [];
    private ServerProcess _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await ServerProcess.StartAsync("--dev", "--Webhooks:AllowPrivateNetworks=true", "--Limits:RequestsBurst=2000");
        var code = Code().Match(await _server.LineAsync(Code())).Groups[1].Value;
        var reply = await _server.Http.PostAsJsonAsync("/api/v1/bootstrap", new { code });
        var key = JsonNode.Parse(await reply.Content.ReadAsStringAsync())!;
        (_shell["SYLKCTL_URL"], _shell["SYLKCTL_KEY"]) = (_server.Http.BaseAddress!.ToString(), (string)key["secret"]!);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact(DisplayName = "Product 16 A room is made, changed, locked, listed and forgotten on a real server")]
    public async Task Rooms()
    {
        Assert.Equal("standup\n", await SayAsync("room create standup --title Daily --kind permanent --set features.chat=false --quiet"));
        Assert.Contains("features.chat: false", await SayAsync("room show standup"), StringComparison.Ordinal);
        Assert.Contains("title: Weekly", await SayAsync("room set standup --title Weekly --set limits.maxVideo=9"), StringComparison.Ordinal);
        await SayAsync("room lock standup");
        Assert.Equal("true", (await JsonAsync("room show standup"))["access"]!["locked"]!.ToJsonString());
        await SayAsync("room unlock standup");
        Assert.Contains("standup", await SayAsync("room list --quiet"), StringComparison.Ordinal);
        await SayAsync("room delete standup");
        Assert.Equal(3, (await RunAsync("room show standup")).Code);
    }

    [Fact]
    public async Task Mistakes_are_told_in_the_servers_words()
    {
        var (code, _, errors) = await RunAsync("room create standup --set limits.maxVideo=many");
        Assert.Equal(2, code);
        Assert.Contains("maxVideo", errors, StringComparison.Ordinal);
        var stranger = await Ctl.RunAsync(_shell["SYLKCTL_URL"], "room", "list");
        Assert.Equal(2, stranger.Code);
        Assert.Contains("(token_required)", stranger.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_people_and_keys()
    {
        await SayAsync("room create office --kind permanent");
        var token = await JsonAsync("token create office --identity alice --role moderator --ttl 30m");
        Assert.Equal(3, ((string)token["token"]!).Split('.').Length);
        Assert.Equal("", await SayAsync("people list office --quiet"));
        var key = await SayAsync("key create robot --scope rooms:read --quiet");
        Assert.StartsWith("sk_", key, StringComparison.Ordinal);
        var robot = new Dictionary<string, string>(_shell) { ["SYLKCTL_KEY"] = key.Trim() };
        Assert.Equal(0, (await Ctl.RunWithAsync(robot, "", "room", "list")).Code);
        Assert.Equal(2, (await Ctl.RunWithAsync(robot, "", "room", "delete", "office")).Code);
        var id = (string)(await JsonAsync("key list")).AsArray().Single(one => (string?)one!["name"] == "robot")!["id"]!;
        Assert.StartsWith("sk_", await SayAsync($"key rotate {id} --quiet"), StringComparison.Ordinal);
        await SayAsync($"key delete {id}");
        Assert.Equal(2, (await Ctl.RunWithAsync(robot, "", "room", "list")).Code);
    }

    [Fact(DisplayName = "Product 16 A webhook is made, tested, delivered, sent again, turned and forgotten on a real server")]
    public async Task Webhooks()
    {
        await using var receiver = await StubServer.StartAsync();
        var made = await JsonAsync($"webhook create {receiver.Url}/hook --event room.*");
        var id = (string)made["id"]!;
        Assert.StartsWith("whsec_", (string)made["secret"]!, StringComparison.Ordinal);
        Assert.Contains("true", await SayAsync("webhook list"), StringComparison.Ordinal);
        await SayAsync($"webhook test {id}");
        var delivery = (await UntilAsync($"webhook deliveries {id}", "delivered"))[0]!;
        Assert.Equal(("webhook.test", 204), ((string)delivery["eventType"]!, (int)delivery["lastStatus"]!));
        Assert.Matches(@"webhook\.test +delivered +204 +1", await SayAsync($"webhook deliveries {id}"));
        await SayAsync($"webhook redeliver {(string)delivery["id"]!}");
        await UntilAsync($"webhook deliveries {id}", "delivered");
        Assert.NotEqual((string)made["secret"]!, (string)(await JsonAsync($"webhook rotate {id}"))["secret"]!);
        await SayAsync($"webhook delete {id}");
        Assert.Equal(3, (await RunAsync($"webhook show {id}")).Code);
        Assert.All(receiver.Requests, asked => Assert.Equal("POST /hook", $"{asked.Method} {asked.Path}"));
    }

    [Fact(DisplayName = "Product 16 events tail shows what happens, filtered; replay goes on after one that was seen")]
    public async Task Events()
    {
        await SayAsync("room create watched --kind permanent");
        var tail = JsonAsync("events tail --type room.updated --count 1");
        for (var turn = 0; !tail.IsCompleted && turn < 200; turn++)
        {
            await SayAsync($"room set watched --title T{turn}");
            await Task.WhenAny(tail, Task.Delay(100, TestContext.Current.CancellationToken));
        }
        var seen = await tail;
        Assert.Equal(("room.updated", "watched"), ((string)seen["type"]!, (string)seen["room"]!));
        await SayAsync("room delete watched");
        var replayed = await SayAsync($"events replay {(string)seen["id"]!} --type room.deleted --count 1");
        Assert.Matches(@"^\d{4}-.+  room\.deleted  watched  evt_", replayed);
    }

    [Fact(DisplayName = "Product 17 A backup of a real server is restored on it after everything was lost")]
    public async Task Backup()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("sylk-backup-").FullName, "backup.json");
        await SayAsync("room create kept --title Kept --kind permanent");
        await SayAsync("webhook create https://hooks.example.com/kept");
        await SayAsync($"backup {file}");
        await SayAsync("room delete kept");
        await SayAsync($"webhook delete {(string)(await JsonAsync("webhook list")).AsArray().Single()!["id"]!}");
        Assert.Equal("2 made, 0 refused.\n", await SayAsync($"restore {file}"));
        Assert.Contains("title: Kept", await SayAsync("room show kept"), StringComparison.Ordinal);
        Assert.Contains("hooks.example.com/kept", await SayAsync("webhook list"), StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
    }

    [Fact]
    public async Task The_server_and_its_settings()
    {
        Assert.Contains("limits.maxParticipants: 100", await SayAsync("server status"), StringComparison.Ordinal);
        Assert.Contains("active", await SayAsync("server nodes"), StringComparison.Ordinal);
        Assert.Contains("applied: \nneedRestart: \nproblems: ", await SayAsync("server reload"), StringComparison.Ordinal);
        Assert.Matches(@"Media:Shards +1 +command line", await SayAsync("server config"));
    }

    private async Task<string> SayAsync(string line)
    {
        var (code, output, errors) = await RunAsync(line);
        Assert.True(code == 0, $"{line}: {code} {errors}");
        return output;
    }

    private async Task<JsonNode> JsonAsync(string line) => JsonNode.Parse(await SayAsync(line + " --json"))!;

    /// <summary>The server delivers in its own time.</summary>
    private async Task<JsonArray> UntilAsync(string line, string state)
    {
        for (var look = 0; look < 200; look++)
        {
            var found = (await JsonAsync(line)).AsArray();
            if (found.Count > 0 && found.All(one => (string?)one!["state"] == state))
                return found;
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        throw new TimeoutException(line);
    }

    private Task<(int Code, string Output, string Errors)> RunAsync(string line) => Ctl.RunWithAsync(_shell, "", line.Split(' '));

    [GeneratedRegex("bootstrap=([^ ]+)")]
    private static partial Regex Code();
}
