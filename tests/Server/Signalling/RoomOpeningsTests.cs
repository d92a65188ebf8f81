using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Tests;

public sealed class RoomOpeningsTests
{
    [Fact(DisplayName = "L20 The 31st room in an hour is refused to the person, not to others, not where rooms exist, and not an hour later")]
    public async Task The_31st_room_is_refused()
    {
        await using var server = await RunningServer.StartAsync("--Limits:RequestsBurst=1000");
        using var api = await ApiClient.CreateAsync(server);
        await api.PostAsync("/rooms", new { name = "there" });
        for (var i = 0; i < 30; i++)
            Assert.Null(await JoinAsync(server, api, $"room-{i}", "alice"));
        Assert.Equal(ErrorCodes.RateLimited, await JoinAsync(server, api, "room-30", "alice"));
        Assert.Null(await JoinAsync(server, api, "there", "alice"));
        Assert.Null(await JoinAsync(server, api, "room-30", "bob"));
        server.Time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await JoinAsync(server, api, "room-31", "alice"));
    }

    [Fact(DisplayName = "L20 Who is not known is counted by address; this machine's own addresses are not")]
    public void Addresses_are_counted()
    {
        var openings = new RoomOpenings(new SylkOptions(), new RoomClock(new Sylk.Conference.Rooms.Tests.ManualTime()));
        var who = RoomOpenings.WhoIs(null, "192.0.2.1");
        for (var i = 0; i < 30; i++)
            Assert.True(openings.TryTake(who));
        Assert.False(openings.TryTake(who));
        openings.GiveBack(who);
        Assert.True(openings.TryTake(who));
        Assert.True(openings.TryTake(RoomOpenings.WhoIs(null, "192.0.2.2")));
        Assert.All(["127.0.0.1", "0000000000000000", "", null], (string? own) => Assert.Null(RoomOpenings.WhoIs(null, own)));
    }

    [Fact(DisplayName = "L20 Coming into rooms that exist does not put off the end of the hour")]
    public void Visits_do_not_prolong_the_hour()
    {
        var time = new Sylk.Conference.Rooms.Tests.ManualTime();
        var openings = new RoomOpenings(new SylkOptions(), new RoomClock(time));
        for (var i = 0; i < 29; i++)
            Assert.True(openings.TryTake("person alice"));
        time.Advance(TimeSpan.FromMinutes(59));
        for (var i = 0; i < 29; i++)
        {
            Assert.True(openings.TryTake("person alice"));
            openings.GiveBack("person alice");
        }
        time.Advance(TimeSpan.FromMinutes(2));
        for (var i = 0; i < 30; i++)
            Assert.True(openings.TryTake("person alice"));
    }

    private static async Task<string?> JoinAsync(RunningServer server, ApiClient api, string room, string identity)
    {
        await using var client = await HubClient.ConnectAsync(server);
        var reply = await client.CallAsync("Join", new { room, displayName = identity, token = TokenFor(server, api, identity) });
        return reply.GetProperty("ok").GetBoolean() ? null : HubClient.Code(reply);
    }

    private static string TokenFor(RunningServer server, ApiClient api, string identity)
    {
        var (now, secret) = (server.Time.GetUtcNow().UtcDateTime, Auth.TokenKeys.Symmetric(api.Key.Key.SigningSecret));
        secret.KeyId = api.Key.Key.Id;
        return new Microsoft.IdentityModel.JsonWebTokens.JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new Microsoft.IdentityModel.Tokens.SecurityTokenDescriptor
        {
            Issuer = api.Key.Key.Id,
            Audience = server.Address.Authority,
            IssuedAt = now,
            Expires = now.AddMinutes(10),
            Claims = new Dictionary<string, object> { ["sub"] = identity, ["room"] = "*" },
            SigningCredentials = new(secret, "HS256"),
        });
    }
}
