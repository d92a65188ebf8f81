using System.Text.Json.Nodes;

namespace Sylk.Conference.Ctl.Tests;

/// <summary>Product §16 and §4: what each verb asks the server for.</summary>
public sealed class VerbTests : IAsyncLifetime
{
    private StubServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StubServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory(DisplayName = "Product 16 Each verb sends the request of product 4")]
    [InlineData("room show standup", "GET /api/v1/rooms/standup")]
    [InlineData("room create", "POST /api/v1/rooms {}")]
    [InlineData("room create standup --title Daily --kind permanent --access token --set limits.maxVideo=9 --set features.chat=false",
        """POST /api/v1/rooms {"name":"standup","title":"Daily","kind":"permanent","access":{"mode":"token"},"limits":{"maxVideo":9},"features":{"chat":false}}""")]
    [InlineData("room set standup --title Daily", """PATCH /api/v1/rooms/standup {"title":"Daily"}""")]
    [InlineData("room delete standup", "DELETE /api/v1/rooms/standup")]
    [InlineData("room end standup --reason lunch", """POST /api/v1/rooms/standup/end {"reason":"lunch"}""")]
    [InlineData("room lock standup", """PATCH /api/v1/rooms/standup {"access":{"locked":true}}""")]
    [InlineData("room unlock standup", """PATCH /api/v1/rooms/standup {"access":{"locked":false}}""")]
    [InlineData("room mute-all standup --except pt_1 pt_2 --lock-unmute", """POST /api/v1/rooms/standup/mute-all {"source":"microphone","except":["pt_1","pt_2"],"lockUnmute":true}""")]
    [InlineData("room announce standup hello", """POST /api/v1/rooms/standup/announcements {"text":"hello","target":"all"}""")]
    [InlineData("room play standup chime --target phones", """POST /api/v1/rooms/standup/announcements {"prompt":"chime","target":"phones"}""")]
    [InlineData("room record standup --layout audio", """POST /api/v1/rooms/standup/recordings {"layout":"audio"}""")]
    [InlineData("room stop-record rec_1", "POST /api/v1/recordings/rec_1/stop {}")]
    [InlineData("people mute standup pt_1 --source all", """POST /api/v1/rooms/standup/participants/pt_1/mute {"source":"all"}""")]
    [InlineData("people ask standup pt_1", """POST /api/v1/rooms/standup/participants/pt_1/ask-unmute {"source":"microphone"}""")]
    [InlineData("people remove standup pt_1 --ban 24h --reason enough", "DELETE /api/v1/rooms/standup/participants/pt_1?ban=24h&reason=enough")]
    [InlineData("people admit standup pt_1", "POST /api/v1/rooms/standup/participants/pt_1/admit {}")]
    [InlineData("people deny standup pt_1 --message later", """POST /api/v1/rooms/standup/participants/pt_1/deny {"message":"later"}""")]
    [InlineData("people role standup pt_1 moderator", """PATCH /api/v1/rooms/standup/participants/pt_1 {"role":"moderator"}""")]
    [InlineData("people move standup pt_1 annex", """POST /api/v1/rooms/standup/participants/pt_1/move {"room":"annex"}""")]
    [InlineData("token create standup --identity alice --role moderator --ttl 30m --single-use",
        """POST /api/v1/rooms/standup/tokens {"identity":"alice","role":"moderator","ttlMs":1800000,"singleUse":true}""")]
    [InlineData("invite create standup --max-uses 3 --label board", """POST /api/v1/rooms/standup/invites {"role":"member","label":"board","maxUses":3}""")]
    [InlineData("invite show standup inv_1", "GET /api/v1/rooms/standup/invites/inv_1")]
    [InlineData("invite delete standup inv_1", "DELETE /api/v1/rooms/standup/invites/inv_1")]
    [InlineData("key create robot --scope rooms:read --scope rooms:write", """POST /api/v1/api-keys {"name":"robot","scopes":["rooms:read","rooms:write"]}""")]
    [InlineData("key delete key_1", "DELETE /api/v1/api-keys/key_1")]
    [InlineData("key rotate key_1 --grace 1h", """POST /api/v1/api-keys/key_1/rotate {"graceMs":3600000}""")]
    [InlineData("webhook create https://example.org/hook --event room.started", """POST /api/v1/webhooks {"url":"https://example.org/hook","events":["room.started"]}""")]
    [InlineData("webhook test wh_1", "POST /api/v1/webhooks/wh_1/test {}")]
    [InlineData("webhook rotate wh_1", "POST /api/v1/webhooks/wh_1/rotate-secret {}")]
    [InlineData("webhook redeliver dl_1", "POST /api/v1/deliveries/dl_1/redeliver {}")]
    [InlineData("server status", "GET /api/v1/server")]
    [InlineData("server drain nd_1 --timeout 10m --reason update", """POST /api/v1/server/nodes/nd_1/drain {"timeoutMs":600000,"reason":"update"}""")]
    [InlineData("server reload", "POST /api/v1/server/config/reload {}")]
    [InlineData("server undrain nd_1", "POST /api/v1/server/nodes/nd_1/undrain {}")]
    [InlineData("room show ../../admin?x", "GET /api/v1/rooms/..%2F..%2Fadmin%3Fx")]
    public async Task Each_verb_asks_for_the_right_thing(string line, string request)
    {
        var (code, _, errors) = await Ctl.RunAsync(_server.Url, line.Split(' '));
        Assert.Equal((0, ""), (code, errors));
        var asked = Assert.Single(_server.Requests);
        Assert.Equal(request, asked.ToString());
        Assert.Equal(asked.Method == "PATCH" ? "application/merge-patch+json; charset=utf-8" : asked.Body is null ? "" : "application/json; charset=utf-8", asked.ContentType);
    }

    [Fact(DisplayName = "Product 4 Lists follow their pages to the end and become one table")]
    public async Task Lists_follow_pages()
    {
        _server.Answers["GET /api/v1/rooms?status=live&limit=200"] = (200, """
            { "items": [ { "name": "standup", "status": "live", "kind": "permanent", "participantCount": 4, "title": "Daily" } ], "next": "a b" }
            """);
        _server.Answers["GET /api/v1/rooms?status=live&limit=200&cursor=a%20b"] = (200, """
            { "items": [ { "name": "x", "status": "live", "kind": "adhoc", "participantCount": 12, "title": "\u001b[31mred" } ], "next": null }
            """);
        var (code, output, _) = await Ctl.RunAsync(_server.Url, "room", "list", "--status", "live");
        Assert.Equal(0, code);
        Assert.Equal(
            """
            NAME     STATUS  KIND       PEOPLE  TITLE
            standup  live    permanent  4       Daily
            x        live    adhoc      12      �[31mred

            """,
            output);
        Assert.Equal("standup\nx\n", (await Ctl.RunAsync(_server.Url, "room", "list", "--status", "live", "--quiet")).Output);
        var json = JsonNode.Parse((await Ctl.RunAsync(_server.Url, "--json", "room", "list", "--status", "live")).Output)!.AsArray();
        Assert.Equal(["standup", "x"], json.Select(room => (string?)room!["name"]));
    }

    [Fact]
    public async Task Single_things_are_lines_and_quietly_a_name()
    {
        _server.Answers["GET /api/v1/rooms/standup"] = (200, """{ "id": "rm_1", "name": "standup", "access": { "mode": "open" }, "media": { "videoCodecs": ["VP8", "H264"] }, "sessionId": null }""");
        Assert.Equal(
            "id: rm_1\nname: standup\naccess.mode: open\nmedia.videoCodecs: VP8, H264\nsessionId: \n", (await Ctl.RunAsync(_server.Url, "room", "show", "standup")).Output);
        Assert.Equal("standup\n", (await Ctl.RunAsync(_server.Url, "room", "show", "standup", "--quiet")).Output);
    }

    [Theory(DisplayName = "Product 16 Exit codes: 2 refused, 3 not found, 4 unreachable; what the server said goes to standard error")]
    [InlineData(404, 3)]
    [InlineData(403, 2)]
    [InlineData(429, 2)]
    [InlineData(503, 4)]
    public async Task Refusals_have_their_codes(int status, int expected)
    {
        _server.Answers["GET /api/v1/rooms/standup"] = (status, """
            { "title": "Not this time", "code": "some_code", "detail": "Because.", "traceId": "abc", "errors": { "limits.maxVideo": ["must be 0-500"] } }
            """);
        var (code, output, errors) = await Ctl.RunAsync(_server.Url, "room", "show", "standup");
        Assert.Equal((expected, ""), (code, output));
        Assert.Equal("Not this time (some_code)\nBecause.\n  limits.maxVideo: must be 0-500\ntrace abc\n", errors);
    }

    [Fact]
    public async Task Nobody_there_is_unreachable()
    {
        await _server.DisposeAsync();
        var (code, _, errors) = await Ctl.RunAsync("http://127.0.0.1:1", "server", "status");
        Assert.Equal(4, code);
        Assert.Contains("http://127.0.0.1:1/ does not answer", errors, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "Product 16 Wrong use is code 1")]
    [InlineData("room show")]
    [InlineData("room shout standup")]
    [InlineData("room set standup")]
    [InlineData("room set standup --set title")]
    [InlineData("token create standup --identity a --ttl soon")]
    [InlineData("people role standup pt_1 king")]
    [InlineData("--url nowhere room list")]
    [InlineData("--profile missing room list")]
    [InlineData("doctor astrology")]
    [InlineData("restore /nonexistent/backup.json")]
    public async Task Wrong_use_is_told(string line)
    {
        var (code, _, errors) = await Ctl.RunAsync(_server.Url, line.Split(' '));
        Assert.Equal(1, code);
        Assert.NotEqual("", errors);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task The_key_is_sent_and_comes_from_option_profile_or_environment()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $$"""{ "work": { "url": "{{_server.Url}}", "key": "sk_profile" } }""");
        await Ctl.RunWithAsync(new() { ["SYLKCTL_URL"] = _server.Url, ["SYLKCTL_KEY"] = "sk_environment" }, file, "server", "status");
        await Ctl.RunWithAsync(new() { ["SYLKCTL_PROFILE"] = "work", ["SYLKCTL_KEY"] = "sk_environment" }, file, "server", "status");
        await Ctl.RunWithAsync(new() { ["SYLKCTL_KEY"] = "sk_environment" }, file, "--profile", "work", "--key", "sk_option", "server", "status");
        File.Delete(file);
        Assert.Equal(["Bearer sk_environment", "Bearer sk_profile", "Bearer sk_option"], _server.Requests.Select(request => request.Key));
    }

    [Fact]
    public async Task Colours_are_for_terminals_only()
    {
        _server.Answers["GET /api/v1/server/nodes?limit=200"] = (200, """{ "items": [ { "id": "nd_1", "state": "draining" } ], "next": null }""");
        string[] line = ["server", "nodes"];
        Dictionary<string, string> pipe = new() { ["SYLKCTL_URL"] = _server.Url }, terminal = new(pipe) { ["TERMINAL"] = "" }, sober = new(terminal) { ["NO_COLOR"] = "1" };
        Assert.DoesNotContain('\u001b', (await Ctl.RunWithAsync(pipe, "", line)).Output);
        Assert.Contains("\u001b[33mdraining", (await Ctl.RunWithAsync(terminal, "", line)).Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', (await Ctl.RunWithAsync(sober, "", line)).Output);
        Assert.DoesNotContain('\u001b', (await Ctl.RunWithAsync(terminal, "", "server", "nodes", "--no-color")).Output);
    }

    [Fact(DisplayName = "Product 16 events tail reads the stream; replay says where it left off")]
    public async Task Events_are_read_as_they_come()
    {
        const string Stream = ": hello\n\nid: ev_1\nevent: room.started\ndata: {\"timestamp\":\"2026-11-24T10:00:00Z\",\ndata: \"room\":\"standup\"}\n\nid: ev_2\ndata: {}\n\n";
        _server.Answers["GET /api/v1/events?room=standup&types=room.started%2Croom.ended"] = (200, Stream);
        _server.Answers["GET /api/v1/events"] = (200, Stream);
        var tail = await Ctl.RunAsync(_server.Url, "events", "tail", "--room", "standup", "--type", "room.started", "room.ended");
        Assert.Equal((0, "2026-11-24T10:00:00Z  room.started  standup  ev_1\nmessage  ev_2\n"), (tail.Code, tail.Output));
        var replay = await Ctl.RunAsync(_server.Url, "events", "replay", "ev_0", "--count", "1", "--json");
        Assert.Equal("standup", (string?)JsonNode.Parse(replay.Output)!["room"]);
    }

    [Fact(DisplayName = "Product 17 A backup of rooms and webhooks can be restored on an empty server")]
    public async Task Backup_and_restore()
    {
        _server.Answers["GET /api/v1/rooms?kind=permanent&limit=200"] = (200, """
            { "items": [ { "id": "rm_1", "name": "standup", "title": "Daily", "kind": "permanent", "access": { "mode": "open", "passcodeSet": false },
              "status": "live", "participantCount": 4, "etag": "\"5\"", "sessionId": "ses_1", "createdAt": "2026-11-24T10:00:00Z", "addresses": { } } ], "next": null }
            """);
        _server.Answers["GET /api/v1/webhooks?limit=200"] = (200, """{ "items": [ { "id": "wh_1", "url": "https://example.org/hook", "events": ["*"] } ], "next": null }""");
        var file = Path.GetTempFileName();
        Assert.Equal((0, "1 rooms, 1 webhooks.\n", ""), await Ctl.RunAsync(_server.Url, "backup", file));
        await using var empty = await StubServer.StartAsync();
        Assert.Equal((0, "2 made, 0 refused.\n", ""), await Ctl.RunAsync(empty.Url, "restore", file));
        File.Delete(file);
        Assert.Equal(
            ["""POST /api/v1/rooms {"name":"standup","title":"Daily","kind":"permanent","access":{"mode":"open"}}""", """POST /api/v1/webhooks {"url":"https://example.org/hook","events":["*"]}"""],
            empty.Requests.Select(request => request.ToString()));
    }
}
