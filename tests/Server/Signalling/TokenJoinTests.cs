using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests;

/// <summary>Join tokens and invitations at the hub and at WHIP, with a clock that stands.</summary>
public sealed class TokenJoinTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private ApiClient _api = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync("--Rooms:AutoCreate=signedIn");
        _api = await ApiClient.CreateAsync(_server);
        await ApiClient.Body(await _api.PostAsync("/rooms", new { name = "tokens", kind = "permanent", access = new { mode = "token" } }), HttpStatusCode.Created);
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _server.DisposeAsync();
    }

    [Fact(DisplayName = "TW-07 A token says who its holder is and what they may do; the request cannot say more")]
    public async Task A_token_says_who_its_holder_is()
    {
        await using var nobody = await HubClient.ConnectAsync(_server);
        Assert.Equal(ErrorCodes.TokenRequired, HubClient.Code(await Join(nobody, null)));
        Assert.Equal(ErrorCodes.TokenInvalid, HubClient.Code(await Join(nobody, "nonsense")));
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await nobody.CallAsync("Sync")));
        var token = await TokenAsync("bob@example.org", "listener");
        var self = HubClient.Value(await Join(nobody, token)).GetProperty("self");
        Assert.Equal(("bob@example.org", "listener"), (self.GetProperty("identity").GetString(), self.GetProperty("role").GetString()));
        await using var twin = await HubClient.ConnectAsync(_server);
        Assert.Equal(ErrorCodes.IdentityInUse, HubClient.Code(await Join(twin, token)));
    }

    [Fact(DisplayName = "R-24 When a token expires its holder is told, closed, and their media goes within the same moment")]
    public async Task The_holder_leaves_at_expiry()
    {
        await using var bob = await HubClient.ConnectAsync(_server);
        var joined = HubClient.Value(await Join(bob, await TokenAsync("bob@example.org", "member", ttlMs: 60_000)));
        _server.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal(ErrorCodes.TokenExpired, (await bob.NextAsync("Disconnect")).GetProperty("code").GetString());
        await bob.Closed.Task.WaitAsync(TimeSpan.FromSeconds(10));
        var id = joined.GetProperty("self").GetProperty("id").GetString();
        Assert.Contains($"gone {id}", _server.Engine.Orders);
        Assert.DoesNotContain((await _server.Room("tokens").Snapshot())!.Participants, person => person.Id == id);
    }

    [Fact(DisplayName = "R-24 TW-10 The removed are out at once: signalling, media, history and the token they had")]
    public async Task The_removed_are_out()
    {
        await using var host = await HubClient.ConnectAsync(_server);
        HubClient.Value(await Join(host, await TokenAsync("host@example.org", "moderator")));
        await using var bob = await HubClient.ConnectAsync(_server);
        var token = await TokenAsync("bob@example.org", "member");
        var id = HubClient.Value(await Join(bob, token)).GetProperty("self").GetProperty("id").GetString();
        HubClient.Value(await host.CallAsync("Remove", new { participantId = id, reason = "enough" }));
        Assert.Contains($"gone {id}", _server.Engine.Orders);
        foreach (var verb in new[] { "LoadChat", "SendChat", "Sync", "SetView", "Negotiate" })
            Assert.False(await IsDoneAsync(bob, verb), verb);
        Assert.Equal(("banned", "enough"), Why(await bob.NextAsync("Disconnect")));
        await using var again = await HubClient.ConnectAsync(_server);
        Assert.Equal(ErrorCodes.TokenInvalid, HubClient.Code(await Join(again, token)));
        _server.Time.Advance(TimeSpan.FromSeconds(2));
        HubClient.Value(await Join(again, await TokenAsync("bob@example.org", "member")));
    }

    [Fact]
    public async Task An_encoder_shows_its_token_as_bearer()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await WhipAsync(null)).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await WhipAsync(await TokenAsync("encoder@example.org", "member"))).StatusCode);
    }

    [Fact]
    public async Task An_invitation_opens_the_door_at_the_hub()
    {
        HubClient.Value(await Invite("tokens", "inv_unknown", expected: false));
        var invite = new Invite { Id = Ids.NewInvite(_server.Time.GetUtcNow()), Role = ParticipantRole.Moderator, CreatedAt = _server.Time.GetUtcNow() };
        await ApiClient.Body(await _api.PostAsync("/rooms", new { name = "invited", kind = "permanent", access = new { mode = "invited" } }), HttpStatusCode.Created);
        Assert.Null(await _server.Room("invited").Do(new CreateInvite(invite)));
        var self = HubClient.Value(await Invite("invited", invite.Id, expected: true)).GetProperty("self");
        Assert.Equal("moderator", self.GetProperty("role").GetString());
        Assert.Equal(1, (await _server.Room("invited").Invites())[0].Uses);
    }

    private async Task<JsonElement> Invite(string room, string invite, bool expected)
    {
        await using var guest = await HubClient.ConnectAsync(_server);
        var reply = await guest.CallAsync("Join", new { room, displayName = "Guest", invite });
        if (expected)
            return reply;
        Assert.NotEmpty(HubClient.Code(reply));
        return JsonElement.Parse("""{"ok":true}""");
    }

    private static async Task<bool> IsDoneAsync(HubClient who, string verb)
    {
        try
        {
            return (await who.CallAsync(verb, new { limit = 1, seq = 9, sdp = "v=0", viewRev = 1, clientId = "c", content = "x" })).GetProperty("ok").GetBoolean();
        }
        catch (Exception gone) when (gone is InvalidOperationException or OperationCanceledException)
        {
            return false; // closed already
        }
    }

    private static (string?, string?) Why(JsonElement told) => (told.GetProperty("code").GetString(), told.GetProperty("detail").GetString());

    private static Task<JsonElement> Join(HubClient who, string? token) => who.CallAsync("Join", new { room = "tokens", displayName = "Me", token });

    private async Task<string> TokenAsync(string identity, string role, int ttlMs = 3_600_000) =>
        (await ApiClient.Body(await _api.PostAsync("/rooms/tokens/tokens", new { identity, role, ttlMs }), HttpStatusCode.Created)).GetProperty("token").GetString()!;

    private async Task<HttpResponseMessage> WhipAsync(string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/whip/tokens")
        {
            Content = new StringContent("v=0", new MediaTypeHeaderValue("application/sdp")),
        };
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        return await _server.Http.SendAsync(request);
    }
}
