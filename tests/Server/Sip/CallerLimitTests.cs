using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>What callers are kept from, and what is told of them to whom.</summary>
public sealed class CallerLimitTests
{
    [Fact(DisplayName = "Product §13: moderators are told a caller's whole number, others only its last digits")]
    public async Task Numbers()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await HubClient.JoinAsync(server.Server, "standup", "Bob");
        using var phone = server.Phone(from: "<sip:+493012345678@phones.example>");
        await phone.CallAsync();
        Assert.Equal("···678", (await bob.NextAsync("ParticipantJoined", body => Text(body, "kind") == "sip")).GetProperty("displayName").GetString());
        var call = await alice.NextAsync("CallChanged", body => Text(body, "state") == "answered");
        Assert.Equal(("in", "+493012345678@phones.example"), (Text(call, "direction"), Text(call, "from")));
        while (bob.TryNext(out var heard))
            Assert.NotEqual("CallChanged", heard.Name);
    }

    [Fact(DisplayName = "Keys that mean nothing are events for applications; those with a meaning are not")]
    public async Task Keys()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone();
        await phone.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        server.Legs.Press("5*1*6");
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<SetLegMuted>().Any());
        var log = server.Server.Services.GetRequiredService<IEventLog>();
        var heard = (await log.AfterAsync(0, 500)).Where(one => one.Event.Type == "call.dtmf").ToArray();
        Assert.Equal(["5", "*1"], heard.Select(one => JsonDocument.Parse(one.Event.Data).RootElement.GetProperty("digits").GetString()));
        Assert.All(heard, one => Assert.Equal("standup", one.Event.Room));
    }

    [Fact(DisplayName = "Sip:AnswerDelayMs: who still rings is not in the room, and who gives up meanwhile never was")]
    public async Task Delay()
    {
        await using var server = await PhoneServer.StartAsync("--Sip:AnswerDelayMs=3000");
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        var calling = phone.CallAsync();
        await PhoneServer.UntilAsync(() => !server.Legs.Offers.IsEmpty);
        await Task.Delay(300);
        Assert.False(alice.TryNext(out _));
        Assert.False(calling.IsCompleted);
        server.Server.Time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(200, (await calling).Status);
        Assert.Equal("sip", Text(await alice.NextAsync("ParticipantJoined"), "kind"));
    }

    [Theory(DisplayName = "OPTIONS: the server and what can be a room answer, others are 404")]
    [InlineData("standup", 200)]
    [InlineData("..", 404)]
    public async Task Options(string user, int status)
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone(user);
        Assert.Equal(status, (await phone.AskAsync("OPTIONS")).Status);
    }

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();
}
