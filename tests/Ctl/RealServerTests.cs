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
        _server = await ServerProcess.StartAsync("--dev");
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

    private Task<(int Code, string Output, string Errors)> RunAsync(string line) => Ctl.RunWithAsync(_shell, "", line.Split(' '));

    [GeneratedRegex("bootstrap=([^ ]+)")]
    private static partial Regex Code();
}
