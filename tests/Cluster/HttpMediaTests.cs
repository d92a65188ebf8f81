using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Storage.Tests;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>WHIP and WHEP resources are the cluster's, not the node's that made them (RFC 9725 section 4.3).</summary>
public sealed class HttpMediaTests(SharedPostgres postgres) : IClassFixture<SharedPostgres>
{
    private const string Candidate = "a=candidate:7 1 udp 5 127.0.0.1 9 typ host\r\n";
    private const string Restart = "a=ice-ufrag:anew\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n";

    [Theory(DisplayName = "A session that one node answered is trickled to, restarted and ended at the other one, wherever its media is")]
    [InlineData("whip", "web,rooms", "web,media")]
    [InlineData("whip", "web,media", "web,rooms")]
    [InlineData("whep", "web,rooms", "web,media")]
    public async Task AnyNode(string kind, string first, string second)
    {
        await using var nodes = await Nodes.InAsync(postgres.Cluster);
        var (one, two) = (nodes.Start(first), nodes.Start(second));
        await Task.WhenAll(one.ReadyAsync(), two.ReadyAsync());
        using var line = new Line(_ => { });
        var (session, tag) = await OpenAsync(one, $"/{kind}/standup?visible=1", line);
        await Eventually.TrueAsync(() => line.Peer.State == PeerState.Connected, () => nodes.Logs);
        Assert.Equal(1, await PeopleAsync(two));

        Assert.Equal(HttpStatusCode.NoContent, (await PatchAsync(two, session, Candidate, tag)).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PatchAsync(two, session, Candidate, "\"9-00000000\"")).StatusCode);
        using var restarted = await PatchAsync(two, session, Restart, "*");
        Assert.Equal(HttpStatusCode.OK, restarted.StatusCode);
        Assert.Contains("a=ice-ufrag:", await restarted.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotEqual(tag, restarted.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await PatchAsync(one, session, Candidate, tag)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await PatchAsync(one, session, Candidate, restarted.Headers.ETag.Tag)).StatusCode);

        foreach (var wrong in new[] { session.Replace(kind, kind == "whip" ? "whep" : "whip", StringComparison.Ordinal), session.Replace("standup", "other", StringComparison.Ordinal), $"/{kind}/standup/{new string('0', 32)}" })
            await AssertUnknownAsync(await two.Http.DeleteAsync(new Uri(wrong, UriKind.Relative)));
        Assert.Equal(1, await PeopleAsync(two));
        using var ended = await two.Http.DeleteAsync(new Uri(session, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
        Assert.Equal(0, await PeopleAsync(one));
        await AssertUnknownAsync(await PatchAsync(one, session, Restart, "*"));
    }

    [Fact(DisplayName = "A session whose first node was killed is ended at the other one")]
    public async Task NodeDied()
    {
        await using var nodes = await Nodes.InAsync(postgres.Cluster);
        var (one, two) = (await nodes.StartReadyAsync(), await nodes.StartReadyAsync());
        using var line = new Line(_ => { });
        var (session, _) = await OpenAsync(one, "/whip/standup", line);
        await Eventually.TrueAsync(() => line.Peer.State == PeerState.Connected, () => nodes.Logs);

        one.Kill();
        HttpStatusCode status = 0;
        await Eventually.TrueAsync(async () => (status = await EndAsync(two, session)) is not (0 or >= HttpStatusCode.InternalServerError), TimeSpan.FromSeconds(25), () => nodes.Logs);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(0, await PeopleAsync(two));
    }

    [Fact(DisplayName = "When the room's media has moved, a restart is refused as stale, and the session can still be ended")]
    public async Task MediaMoved()
    {
        await using var nodes = await Nodes.InAsync(postgres.Cluster);
        var (one, two) = (await nodes.StartReadyAsync(), await nodes.StartReadyAsync());
        using var line = new Line(_ => { });
        var (session, tag) = await OpenAsync(one, "/whip/standup", line);
        await Eventually.TrueAsync(() => line.Peer.State == PeerState.Connected, () => nodes.Logs);

        await one.AdministerAsync();
        await one.OrderAsync("rooms/standup/move-media");
        foreach (var (fragment, match) in new[] { (Restart, "*"), (Candidate, tag) })
        {
            using var refused = await PatchAsync(two, session, fragment, match);
            Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
            Assert.Equal("negotiation_stale", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        }
        using var ended = await two.Http.DeleteAsync(new Uri(session, UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, ended.StatusCode);
    }

    private static async Task<(string Session, string Tag)> OpenAsync(Node node, string path, Line line)
    {
        using var offer = new StringContent(line.Offer(), Encoding.ASCII, new MediaTypeHeaderValue("application/sdp"));
        using var reply = await node.Http.PostAsync(new Uri(path, UriKind.Relative), offer);
        var answer = await reply.Content.ReadAsStringAsync();
        Assert.True(reply.StatusCode == HttpStatusCode.Created, answer);
        line.Accept(answer);
        return (reply.Headers.Location!.ToString(), reply.Headers.ETag!.Tag);
    }

    private static async Task<HttpResponseMessage> PatchAsync(Node node, string session, string fragment, string match)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(session, UriKind.Relative))
        {
            Content = new StringContent(fragment, Encoding.ASCII, new MediaTypeHeaderValue("application/trickle-ice-sdpfrag")),
        };
        request.Headers.TryAddWithoutValidation("If-Match", match);
        return await node.Http.SendAsync(request);
    }

    /// <returns>0 when the node took too long: it may still wait for the dead one.</returns>
    private static async Task<HttpStatusCode> EndAsync(Node node, string session)
    {
        try
        {
            using var reply = await node.Http.DeleteAsync(new Uri(session, UriKind.Relative));
            return reply.StatusCode;
        }
        catch (TaskCanceledException)
        {
            return 0;
        }
    }

    private static async Task AssertUnknownAsync(HttpResponseMessage reply)
    {
        using (reply)
        {
            Assert.Equal(HttpStatusCode.NotFound, reply.StatusCode);
            Assert.Equal("room_not_found", (await reply.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
        }
    }

    private static async Task<int> PeopleAsync(Node node) =>
        (await node.GetAsync("/api/v1/public/rooms/standup")).GetProperty("participantCount").GetInt32();
}
