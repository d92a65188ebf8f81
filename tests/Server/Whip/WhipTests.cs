using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Tests;

public sealed class WhipTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly RunningServer _server = fixture.Server;

    [Fact]
    public async Task A_publisher_is_a_bot_everybody_sees()
    {
        await using var alice = await HubClient.JoinAsync(_server, "w-pub");
        var reply = await Post("/whip/w-pub?name=Camera%201");
        Assert.Equal(HttpStatusCode.Created, reply.StatusCode);
        Assert.Equal("application/sdp", reply.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("/whip/w-pub/", reply.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.NotNull(reply.Headers.ETag);
        var joined = await alice.NextAsync("ParticipantJoined", e => e.GetProperty("kind").GetString() == "bot");
        Assert.Equal("Camera 1", joined.GetProperty("displayName").GetString());
        Assert.DoesNotContain(joined.GetProperty("id").GetString()!, reply.Headers.Location.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await _server.Http.DeleteAsync(reply.Headers.Location)).StatusCode);
        Assert.Equal("left", (await alice.NextAsync("ParticipantLeft")).GetProperty("reason").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Http.DeleteAsync(reply.Headers.Location)).StatusCode);
    }

    [Fact(DisplayName = "Guesses at resources are limited like a stranger's requests to the API; who knows a resource is not counted")]
    public async Task Guesses_are_limited()
    {
        await using var server = await RunningServer.StartAsync("--Limits:AnonymousRequestsPerSecond=1", "--Limits:AnonymousRequestsBurst=3");
        using var content = Sdp("v=0");
        var created = await server.Http.PostAsync("/whip/guessed", content);
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.NotFound, (await server.Http.DeleteAsync($"/whip/guess{i}/{Ids.Secret()}")).StatusCode);
        var spent = await server.Http.DeleteAsync($"/whip/guess4/{Ids.Secret()}");
        Assert.Equal(HttpStatusCode.TooManyRequests, spent.StatusCode);
        Assert.True(spent.Headers.Contains("Retry-After"));
        await Task.Delay(TimeSpan.FromSeconds(1.2));
        Assert.Equal(HttpStatusCode.OK, (await server.Http.DeleteAsync(created.Headers.Location)).StatusCode);
    }

    [Fact]
    public async Task A_player_is_hidden_unless_it_wants_to_be_seen()
    {
        await Post("/whep/w-play");
        Assert.Empty((await _server.Room("w-play").Snapshot())!.Participants);
        await Post("/whep/w-play?visible=1");
        var seen = Assert.Single((await _server.Room("w-play").Snapshot())!.Participants);
        Assert.Equal((ParticipantKind.Bot, ParticipantRole.Listener), (seen.Kind, seen.Role));
        var offer = _server.Engine.Offers.Last(o => o.PeerId == seen.Id);
        Assert.Equal((PeerKind.Whep, false, 1), (offer.Kind, offer.AllowPublish, offer.Sequence));
    }

    [Fact]
    public async Task A_player_can_pin_a_track()
    {
        await Post("/whep/w-pin?track=tr_wanted");
        var view = _server.Engine.Views.Last(v => v.Slots.Any(slot => slot.TrackId == "tr_wanted"));
        Assert.All(view.Slots, slot => Assert.Equal(WishKind.Track, slot.Kind));
        Assert.Equal(["8", "9"], view.Slots.Select(slot => slot.Mid));
    }

    [Fact]
    public async Task Trickled_candidates_reach_the_peer_when_the_etag_fits()
    {
        var created = await Post("/whip/w-trickle");
        const string Fragment = "a=ice-ufrag:cli\r\na=ice-pwd:pw\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:7 1 udp 5 192.0.2.7 5000 typ host\r\n";
        var reply = await Patch(created.Headers.Location!, Fragment, created.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.NoContent, reply.StatusCode);
        Assert.Contains("candidates candidate:7 1 udp 5 192.0.2.7 5000 typ host", _server.Engine.Orders);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Patch(created.Headers.Location!, Fragment, "\"other\"")).StatusCode);
        Assert.Equal((HttpStatusCode)428, (await Patch(created.Headers.Location!, Fragment, null)).StatusCode);
    }

    [Fact]
    public async Task An_ice_restart_is_a_new_offer_and_a_new_etag()
    {
        var created = await Post("/whip/w-restart", "v=0\r\na=ice-ufrag:old\r\na=ice-pwd:oldpw\r\na=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n");
        var reply = await Patch(created.Headers.Location!, "a=ice-ufrag:new\r\na=ice-pwd:newpw\r\n", "*");
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.NotEqual(created.Headers.ETag, reply.Headers.ETag);
        Assert.Equal("application/trickle-ice-sdpfrag", reply.Content.Headers.ContentType!.MediaType);
        Assert.Contains("a=ice-ufrag:srv\r\n", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var offer = _server.Engine.Offers.Last(o => o.Room == "w-restart");
        Assert.Equal((2, "v=0\r\na=ice-ufrag:new\r\na=ice-pwd:newpw\r\n"), (offer.Sequence, offer.Sdp));
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await Patch(created.Headers.Location!, "a=candidate:1 1 udp 1 192.0.2.1 1 typ host", created.Headers.ETag!.Tag)).StatusCode);
    }

    [Fact]
    public async Task A_bot_whose_media_is_lost_leaves_after_30_seconds()
    {
        await using var server = await RunningServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server, "lost");
        using var content = Sdp("v=0");
        var created = await server.Http.PostAsync("/whip/lost", content);
        var bot = (await alice.NextAsync("ParticipantJoined", e => e.GetProperty("kind").GetString() == "bot")).GetProperty("id").GetString()!;
        var epoch = server.Engine.EpochOf("lost");
        server.Engine.Listener!.OnFact(new PeerConnected("lost", epoch, bot, "udp", "gcm"));
        server.Engine.Listener.OnFact(new PeerLost("lost", epoch, bot, "consent"));
        server.Engine.Listener.OnFact(new TrackStarted("lost", epoch, bot, "tr_z", TrackKind.Audio, TrackSource.Microphone, "opus", false));
        await alice.NextAsync("TrackPublished");
        server.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal("mediaLost", (await alice.NextAsync("ParticipantLeft")).GetProperty("reason").GetString());
        await server.Room("lost").Snapshot();
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.DeleteAsync(created.Headers.Location)).StatusCode);
    }

    [Theory]
    [InlineData("GET", "/whip/w-verbs", "POST, OPTIONS")]
    [InlineData("PUT", "/whep/w-verbs", "POST, OPTIONS")]
    [InlineData("DELETE", "/whip/w-verbs", "POST, OPTIONS")]
    [InlineData("GET", "/whip/w-verbs/abc", "PATCH, DELETE, OPTIONS")]
    [InlineData("POST", "/whep/w-verbs/abc", "PATCH, DELETE, OPTIONS")]
    public async Task Other_verbs_are_405_and_name_the_allowed(string verb, string path, string allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), path);
        var reply = await _server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, reply.StatusCode);
        Assert.Equal(allowed, string.Join(", ", reply.Content.Headers.Allow));
        Assert.Equal("application/problem+json", reply.Content.Headers.ContentType!.MediaType);
    }

    [Theory]
    [InlineData("/whip/w-err", "application/json", "{}", 415, "file_type_refused")]
    [InlineData("/whip/w-err", "application/sdp", "", 400, "validation_failed")]
    [InlineData("/whip/w-err", "application/sdp", "incompatible", 422, "media_incompatible")]
    [InlineData("/whip/admin", "application/sdp", "v=0", 404, "room_not_found")]
    public async Task Refusals_are_problems_with_registry_codes(string path, string type, string body, int status, string code)
    {
        using var content = new StringContent(body, Encoding.ASCII, type);
        var reply = await _server.Http.PostAsync(path, content);
        Assert.Equal(status, (int)reply.StatusCode);
        using var problem = JsonDocument.Parse(await reply.Content.ReadAsStringAsync());
        Assert.Equal((code, status), (problem.RootElement.GetProperty("code").GetString(), problem.RootElement.GetProperty("status").GetInt32()));
        Assert.EndsWith(code.Replace('_', '-'), problem.RootElement.GetProperty("type").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await _server.Room("w-err").Lobby()).ParticipantCount);
    }

    [Fact(DisplayName = "L22 An offer beyond 256 KiB is refused")]
    public async Task An_endless_offer_is_refused() =>
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await Post("/whip/w-long", new string('a', 256 * 1024 + 1))).StatusCode);

    [Theory(DisplayName = "TW-02 CORS answers listed origins only, never with credentials")]
    [InlineData("https://friends.example.org", true)]
    [InlineData("https://friends.example.org.evil.example", false)]
    [InlineData("https://evil.example", false)]
    [InlineData("null", false)]
    public async Task Cors_answers_listed_origins(string origin, bool allowed)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, "/whip/w-cors");
        request.Headers.Add("Origin", origin);
        var reply = await _server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.NoContent, reply.StatusCode);
        Assert.Equal(allowed, reply.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) && values.Single() == origin);
        Assert.False(reply.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    private async Task<HttpResponseMessage> Post(string path, string sdp = "v=0")
    {
        using var content = Sdp(sdp);
        return await _server.Http.PostAsync(path, content);
    }

    private async Task<HttpResponseMessage> Patch(Uri session, string fragment, string? match)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, session)
        {
            Content = new StringContent(fragment, Encoding.ASCII, new MediaTypeHeaderValue("application/trickle-ice-sdpfrag")),
        };
        if (match is not null)
            request.Headers.TryAddWithoutValidation("If-Match", match);
        return await _server.Http.SendAsync(request);
    }

    private static StringContent Sdp(string text) => new(text, Encoding.ASCII, new MediaTypeHeaderValue("application/sdp"));
}
