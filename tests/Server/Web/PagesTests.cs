using System.Net;
using System.Text.Json;

namespace Sylk.Conference.Server.Tests;

/// <summary>A server with a small web app in a folder of its own.</summary>
public sealed class PagesFixture : IAsyncLifetime
{
    private readonly string _root = Directory.CreateTempSubdirectory("sylk-web").FullName;
    public RunningServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Directory.CreateDirectory(Path.Combine(_root, "assets"));
        await File.WriteAllTextAsync(Path.Combine(_root, "index.html"), "<!doctype html><title>app</title>");
        await File.WriteAllTextAsync(Path.Combine(_root, "assets", "main-1a2b.js"), "plain");
        await File.WriteAllTextAsync(Path.Combine(_root, "assets", "main-1a2b.js.br"), "brotli");
        await File.WriteAllTextAsync(Path.Combine(Path.GetDirectoryName(_root)!, Path.GetFileName(_root) + ".secret.txt"), "secret");
        Server = await RunningServer.StartAsync($"--Web:Root={_root}", "--Rooms:Permanent=lobby");
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(_root, recursive: true);
        File.Delete(_root + ".secret.txt");
    }
}

public sealed class PagesTests(PagesFixture fixture) : IClassFixture<PagesFixture>
{
    private readonly RunningServer _server = fixture.Server;

    [Theory]
    [InlineData("/")]
    [InlineData("/r/standup")]
    [InlineData("/r/a.b")]
    [InlineData("/call/alice@example.net")]
    [InlineData("/embed/r/standup")]
    [InlineData("/accessibility")]
    [InlineData("/admin")]
    [InlineData("/admin/rooms/my.room")]
    public async Task Pages_are_the_app(string path)
    {
        var reply = await _server.Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Contains("<title>app</title>", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("no-cache", reply.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("/standup", 302, "/r/standup")]
    [InlineData("/StandUp", 302, "/r/standup")]
    [InlineData("/conference/standup@meet.example.org", 308, "/r/standup")]
    [InlineData("/conference/standup", 308, "/r/standup")]
    public async Task Short_forms_lead_to_the_room(string path, int status, string target)
    {
        var reply = await _server.Http.GetAsync(path);
        Assert.Equal((status, target), ((int)reply.StatusCode, reply.Headers.Location!.ToString()));
    }

    [Theory]
    [InlineData("/favicon.ico")]
    [InlineData("/missing.json")]
    [InlineData("/api/v1/none")]
    [InlineData("/assets/gone.js")]
    [InlineData("/..%2f..%2fetc%2fpasswd")]
    [InlineData("/assets/..%2f..%2fsecret.txt")]
    public async Task What_is_not_there_is_not_a_page(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Http.GetAsync(path)).StatusCode);

    [Fact]
    public async Task Assets_are_cached_for_good_and_sent_compressed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/assets/main-1a2b.js");
        request.Headers.Add("Accept-Encoding", "gzip, br");
        var reply = await _server.Http.SendAsync(request);
        Assert.Equal("brotli", await reply.Content.ReadAsStringAsync());
        Assert.Equal("br", Assert.Single(reply.Content.Headers.ContentEncoding));
        Assert.Contains("immutable", reply.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        using var again = new HttpRequestMessage(HttpMethod.Get, "/assets/main-1a2b.js");
        again.Headers.Add("Accept-Encoding", "br");
        again.Headers.IfNoneMatch.Add(reply.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await _server.Http.SendAsync(again)).StatusCode);
        Assert.Equal("plain", await _server.Http.GetStringAsync("/assets/main-1a2b.js"));
    }

    [Theory]
    [InlineData("Content-Security-Policy", "default-src 'self'")]
    [InlineData("Content-Security-Policy", "frame-ancestors 'none'")]
    [InlineData("Content-Security-Policy", "'wasm-unsafe-eval'")]
    [InlineData("X-Content-Type-Options", "nosniff")]
    [InlineData("Referrer-Policy", "no-referrer")]
    [InlineData("Permissions-Policy", "camera=(self)")]
    public async Task Every_reply_carries_the_security_headers(string header, string part)
    {
        foreach (var path in new[] { "/", "/missing.json", "/config.json", "/whip/x" })
        {
            var reply = await _server.Http.GetAsync(path);
            Assert.Contains(part, string.Join(' ', reply.Headers.GetValues(header)), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_lobby_tells_what_a_visitor_needs()
    {
        using var nobody = JsonDocument.Parse(await _server.Http.GetStringAsync("/api/v1/public/rooms/nobody-here"));
        Assert.False(nobody.RootElement.GetProperty("exists").GetBoolean());
        using var permanent = JsonDocument.Parse(await _server.Http.GetStringAsync("/api/v1/public/rooms/lobby"));
        Assert.True(permanent.RootElement.GetProperty("exists").GetBoolean());
        await using var alice = await HubClient.JoinAsync(_server, "busy");
        using var busy = JsonDocument.Parse(await _server.Http.GetStringAsync("/api/v1/public/rooms/busy"));
        Assert.Equal(1, busy.RootElement.GetProperty("participantCount").GetInt32());
    }

    [Fact(DisplayName = "R-51 Health and metrics answer")]
    public async Task Health_and_metrics_answer()
    {
        Assert.Equal(HttpStatusCode.OK, (await _server.Http.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _server.Http.GetAsync("/health/ready")).StatusCode);
        await using var alice = await HubClient.JoinAsync(_server, "measured");
        var metrics = await _server.Http.GetStringAsync("/metrics");
        Assert.Contains("sylk_room_active", metrics, StringComparison.Ordinal);
        Assert.Contains("sylk_participant_active", metrics, StringComparison.Ordinal);
        Assert.Contains("sylk_media_packets", metrics, StringComparison.Ordinal);
        Assert.Contains("\"version\"", await _server.Http.GetStringAsync("/config.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_servers_live_on_one_machine()
    {
        await using var second = await RunningServer.StartAsync();
        await using var here = await HubClient.JoinAsync(_server, "same");
        await using var there = await HubClient.JoinAsync(second, "same");
        Assert.Single(there.Joined.GetProperty("participants").EnumerateArray());
    }
}
