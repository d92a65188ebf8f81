using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Tests.Webhooks;
using Sylk.Conference.Storage.Tests;

namespace Sylk.Conference.Server.Tests.Storage;

/// <summary>The real program, killed without a word and started again on the same place: what it acknowledged is there.</summary>
public sealed class RestartTests
{
    [Fact(DisplayName = "F-02 What was acknowledged outlives SIGKILL, on SQLite")]
    public async Task On_sqlite()
    {
        await using var server = await KeptServer.OnSqliteAsync();
        await LiveThroughAsync(server);
    }

    [Fact(DisplayName = "F-02 What was acknowledged outlives SIGKILL, on PostgreSQL")]
    public async Task On_postgres()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var server = await KeptServer.OnPostgresAsync(cluster);
        await LiveThroughAsync(server);
    }

    [Fact(DisplayName = "F-02 TF-03 Listed files outlive SIGKILL, octets no room knows do not")]
    public async Task Files()
    {
        await using var server = await KeptServer.OnSqliteAsync();
        await server.PostAsync("/rooms", new { name = "board", kind = "permanent" });
        await using var chair = await server.JoinAsync(new { room = "board", displayName = "Chair" });
        var octets = Encoding.UTF8.GetBytes("minutes of the meeting");
        var begun = await server.PostAsync("/rooms/board/files", new { name = "minutes.txt", size = octets.Length, contentType = "text/plain" });
        using var content = new ByteArrayContent(octets);
        Assert.Equal(HttpStatusCode.Created, (await server.Http.PutAsync(begun.GetProperty("uploadUrl").GetString(), content)).StatusCode);
        var orphan = Path.Combine(server.Folder, "files", "ZZ", Ids.New(Ids.File, DateTimeOffset.UtcNow)[..^2] + "ZZ");
        Directory.CreateDirectory(Path.GetDirectoryName(orphan)!);
        await File.WriteAllBytesAsync(orphan, octets);

        await server.KillAsync();
        await server.StartAgainAsync();

        var file = Items(await server.GetAsync("/rooms/board/files")).Single();
        Assert.Equal(octets, await server.Http.GetByteArrayAsync(file.GetProperty("url").GetString()));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        while (File.Exists(orphan))
            await Task.Delay(50, patience.Token);
    }

    [Fact(DisplayName = "F-02 I6 A key taken back stays so, the secret before a rotation stays good, a reply is given again after SIGKILL")]
    public async Task Keys_and_replies()
    {
        await using var server = await KeptServer.OnSqliteAsync();
        var taken = await server.PostAsync("/api-keys", new { name = "taken", scopes = new[] { "rooms:read" } });
        var turned = await server.PostAsync("/api-keys", new { name = "turned", scopes = new[] { "rooms:read" } });
        Assert.True((await server.Http.DeleteAsync($"/api/v1/api-keys/{taken.GetProperty("id").GetString()}")).IsSuccessStatusCode);
        var fresh = await server.PostAsync($"/api-keys/{turned.GetProperty("id").GetString()}/rotate", new { graceMs = 3_600_000 });
        using var first = await MakeAsync(server);

        await server.KillAsync();
        await server.StartAgainAsync();

        using var second = await MakeAsync(server);
        Assert.Equal("true", second.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
        foreach (var (key, status) in new[] { (taken, HttpStatusCode.Unauthorized), (turned, HttpStatusCode.OK), (fresh, HttpStatusCode.OK) })
        {
            server.Show(key.GetProperty("secret").GetString()!);
            Assert.Equal(status, (await server.Http.GetAsync("/api/v1/rooms")).StatusCode);
        }
    }

    private static async Task<HttpResponseMessage> MakeAsync(KeptServer server)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/rooms") { Content = JsonContent.Create(new { kind = "permanent" }) };
        request.Headers.Add("Idempotency-Key", "once");
        var reply = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Created, reply.StatusCode);
        return reply;
    }

    [Fact(DisplayName = "F-25 A damaged row is refused with a clear code, others are served, and the row is kept")]
    public async Task A_damaged_row()
    {
        await using var server = await KeptServer.OnSqliteAsync();
        await server.PostAsync("/rooms", new { name = "bad", kind = "permanent" });
        await server.PostAsync("/rooms", new { name = "later", kind = "permanent" });
        await server.PostAsync("/rooms", new { name = "good", kind = "permanent" });
        await server.KillAsync();
        var file = $"Data Source={Path.Combine(server.Folder, "sylk.db")};Pooling=False";
        await using (var database = new SqliteConnection(file))
        {
            await database.OpenAsync();
            await using var damage = database.CreateCommand();
            damage.CommandText = "UPDATE rooms SET config = '{\"v\":1,\"room\":{' WHERE name = 'bad'; UPDATE rooms SET config = '{\"v\":2}' WHERE name = 'later'";
            Assert.Equal(2, await damage.ExecuteNonQueryAsync());
        }
        await server.StartAgainAsync();
        foreach (var room in (string[])["bad", "later"])
        {
            var reply = await server.Http.GetAsync($"/api/v1/rooms/{room}");
            Assert.Equal((HttpStatusCode.InternalServerError, ErrorCodes.Internal), (reply.StatusCode, await ApiClient.Code(reply)));
            await using var visitor = await HubClient.ConnectAsync(server.Address);
            Assert.Equal(ErrorCodes.Internal, HubClient.Code(await visitor.CallAsync("Join", new { room, displayName = "Visitor" })));
        }
        await server.GetAsync("/rooms/good");
        Assert.Equal(["good"], Items(await server.GetAsync("/rooms")).Select(room => room.GetProperty("name").GetString()));
        await using var after = new SqliteConnection(file);
        await after.OpenAsync();
        await using var count = after.CreateCommand();
        count.CommandText = "SELECT count(*) FROM rooms";
        Assert.Equal(3L, await count.ExecuteScalarAsync());
    }

    private static async Task LiveThroughAsync(KeptServer server)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answer = _ => 500;
        var room = await server.PostAsync("/rooms", new { name = "board", kind = "permanent", title = "Board", metadata = new { cost = "7" } });
        var hook = await server.PostAsync("/webhooks", new { url = receiver.Url, events = new[] { "message.created", "participant.*" } });
        var invite = await server.PostAsync("/rooms/board/invites", new { role = "member", label = "guest", maxUses = 2 });
        var second = await server.PostAsync("/api-keys", new { name = "second", scopes = new[] { "rooms:read" } });
        var chair = await server.JoinAsync(new { room = "board", displayName = "Chair", token = await TokenAsync(server, "chair", "moderator") });
        var eve = await server.JoinAsync(new { room = "board", displayName = "Eve", token = await TokenAsync(server, "eve", "member") });
        var first = await SayAsync(chair, 1);
        await SayAsync(chair, 2);
        await SayAsync(chair, 3);
        HubClient.Value(await chair.CallAsync("Remove", new { participantId = eve.Id, ban = "24h" }));
        var used = new { room = "board", displayName = "Once", token = await TokenAsync(server, "once", "member", single: true) };
        await (await server.JoinAsync(used)).DisposeAsync();
        var resume = new { sessionId = chair.Joined.GetProperty("sessionId").GetString(), resumeKey = chair.Joined.GetProperty("resumeKey").GetString() };

        await server.KillAsync();
        await server.StartAgainAsync();

        var again = await server.GetAsync("/rooms/board");
        Assert.Equal(("Board", room.GetProperty("id").GetString(), "7", room.GetProperty("etag").GetString()),
            (again.GetProperty("title").GetString(), again.GetProperty("id").GetString(), again.GetProperty("metadata").GetProperty("cost").GetString(), again.GetProperty("etag").GetString()));
        Assert.Equal(invite.GetProperty("id").GetString(), Items(await server.GetAsync("/rooms/board/invites")).Single().GetProperty("id").GetString());
        Assert.Equal([(3L, "line 3"), (2L, "line 2"), (1L, "line 1")], Lines(await server.GetAsync("/rooms/board/messages")));
        Assert.Equal(hook.GetProperty("id").GetString(), Items(await server.GetAsync("/webhooks")).Single().GetProperty("id").GetString());

        await using var back = await HubClient.ConnectAsync(server.Address);
        var self = (await back.JoinAsync(new { room = "board", displayName = "Chair", resume })).GetProperty("self");
        Assert.Equal((chair.Id, "moderator"), (self.GetProperty("id").GetString(), self.GetProperty("role").GetString()));
        Assert.Equal(first, await SayAsync(back, 1));
        await SayAsync(back, 4);
        Assert.Equal((4L, "line 4"), Lines(await server.GetAsync("/rooms/board/messages")).First());

        await using var other = await HubClient.ConnectAsync(server.Address);
        var banned = new { room = "board", displayName = "Eve", token = await TokenAsync(server, "eve", "member") };
        Assert.Equal(ErrorCodes.Banned, HubClient.Code(await other.CallAsync("Join", banned)));
        Assert.Equal(ErrorCodes.TokenInvalid, HubClient.Code(await other.CallAsync("Join", used)));

        receiver.Got.Clear();
        receiver.Answer = _ => 204;
        await ReceivedAsync(receiver, "line 1", "line 2", "line 3", "line 4");
        server.Show(second.GetProperty("secret").GetString()!);
        await server.GetAsync("/rooms/board");
        Assert.Equal(HttpStatusCode.Forbidden, (await server.Http.DeleteAsync("/api/v1/rooms/board")).StatusCode);
        await chair.DisposeAsync();
        await eve.DisposeAsync();
    }

    /// <returns>The line's id.</returns>
    private static async Task<string> SayAsync(HubClient who, int number) => HubClient
        .Value(await who.CallAsync("SendChat", new { content = $"line {number}", clientId = $"c{number}" })).GetProperty("messageId").GetString()!;

    private static async Task<string> TokenAsync(KeptServer server, string identity, string role, bool single = false) =>
        (await server.PostAsync("/rooms/board/tokens", new { identity, role, singleUse = single })).GetProperty("token").GetString()!;

    private static async Task ReceivedAsync(Receiver receiver, params string[] contents)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (contents.Any(content => receiver.Got.All(got => !got.Body.Contains($"\"{content}\"", StringComparison.Ordinal))))
            await Task.Delay(100, patience.Token);
    }

    private static IEnumerable<JsonElement> Items(JsonElement page) => page.GetProperty("items").EnumerateArray();

    private static IEnumerable<(long, string)> Lines(JsonElement page) =>
        Items(page).Select(line => (line.GetProperty("sequence").GetInt64(), line.GetProperty("content").GetString()!));
}
