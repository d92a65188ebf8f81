using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>Rooms found by a number from any telephone (product §2, rules 8.1 (3) and (4)).</summary>
public sealed class AccessNumberTests
{
    private const string Number = "+31208005161";
    private static readonly string[] Config = [$"--Sip:AccessNumbers={Number}", "--Sip:TrustedPeers=127.0.0.0/8", "--Sip:Domains=meet.example.org"];

    [Fact(DisplayName = "A room has a number that stays, in REST, in its lobby and with its invites; its owner's changes leave it alone")]
    public async Task Shown()
    {
        await using var server = await PhoneServer.StartAsync(Config);
        using var api = await ApiClient.CreateAsync(server.Server);
        await api.PostAsync("/rooms", new { name = "board" });
        var id = await NumberOfAsync(api, "board");
        Assert.True(ConferenceNumber.IsOne(id));
        Assert.Equal(id, await NumberOfAsync(api, "board"));
        await api.SendAsync(HttpMethod.Patch, "/rooms/board", """{ "title": "Board" }""");
        Assert.Equal(id, await NumberOfAsync(api, "board"));
        var lobby = (await ApiClient.Body(await api.GetAsync("/public/rooms/board"))).GetProperty("dialIn");
        Assert.Equal((Number, id), (Text(lobby, "number"), Text(lobby, "id")));
        Assert.Equal(JsonValueKind.Null, (await ApiClient.Body(await api.GetAsync("/public/rooms/nobody-made-it"))).GetProperty("dialIn").ValueKind);
        var invite = (await ApiClient.Body(await api.PostAsync("/rooms/board/invites", new { personalPin = true }), System.Net.HttpStatusCode.Created));
        Assert.Equal((id, Text(invite, "pin")), (Text(invite.GetProperty("dialIn"), "id"), Text(invite.GetProperty("dialIn"), "pin")));
    }

    [Fact(DisplayName = "Who calls the number enters a room's id and is in it, after its PIN; a wrong id may be tried again")]
    public async Task Entered()
    {
        await using var server = await PhoneServer.StartAsync(Config);
        using var api = await ApiClient.CreateAsync(server.Server);
        await api.PostAsync("/rooms", new { name = "board", access = new { pinMode = "room", pin = "4711" } });
        var id = await NumberOfAsync(api, "board");
        using var phone = server.Phone(Number);
        Assert.Equal(200, (await phone.CallAsync()).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("enter-id"));
        Assert.Empty(server.Legs.Orders.OfType<EnterMix>());
        server.Legs.Press("12345678#");
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("no-such-conference"));
        server.Legs.Press(id + "#");
        await phone.HearAsync("INVITE");
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("enter-pin") && server.Legs.Open.Count == 1);
        server.Legs.Press("4711#");
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any(order => order.Room == "board"));
        var call = (await ApiClient.Body(await api.GetAsync("/calls"))).GetProperty("items").EnumerateArray().Single();
        Assert.Equal("board", Text(call, "room"));
    }

    [Fact(DisplayName = "Three wrong ids end the call, five of one caller lock it for a while (L18)")]
    public async Task Guessed()
    {
        await using var server = await PhoneServer.StartAsync(Config);
        using var api = await ApiClient.CreateAsync(server.Server);
        for (var call = 0; call < 2; call++)
        {
            using var phone = server.Phone(Number);
            Assert.Equal(200, (await phone.CallAsync()).Status);
            for (var i = 0; i < 3 - call; i++)
            {
                var asked = (call * 3) + i + 1;
                await PhoneServer.UntilAsync(() => server.Legs.Said.Count(said => said == "enter-id") == asked && server.Legs.Open.Count == 1);
                server.Legs.Press("1234567#");
            }
            if (call == 0)
                Assert.Contains("cause=21", (await phone.HearAsync("BYE")).First("Reason"), StringComparison.Ordinal);
            await PhoneServer.UntilAsync(() => call == 1 || server.Legs.Open.IsEmpty);
        }
        await api.PostAsync("/rooms", new { name = "board" });
        var finding = await ((IGrainFactory)server.Server.Services.GetService(typeof(IGrainFactory))!).GetGrain<IConferenceNumbersGrain>(0).Find(await NumberOfAsync(api, "board"), "127.0.0.1");
        Assert.Equal(ErrorCodes.RateLimited, finding.Refusal?.Code);
    }

    [Theory(DisplayName = "Who was called first decides, where a call was sent on to the number")]
    [InlineData("Diversion: <sip:+3120999@pbx.example>;reason=unconditional, <sip:board@meet.example.org>;reason=no-answer\r\n")]
    [InlineData("History-Info: <sip:board@meet.example.org>;index=1, <sip:+31208005161@operator.example>;index=1.1\r\n")]
    public async Task SentOn(string header)
    {
        await using var server = await PhoneServer.StartAsync(Config);
        using var phone = server.Phone(Number);
        phone.More = header;
        Assert.Equal(200, (await phone.CallAsync()).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any(order => order.Room == "board"));
        Assert.DoesNotContain("enter-id", server.Legs.Said);
    }

    [Fact(DisplayName = "Strangers reach no access number, and without numbers rooms have none")]
    public async Task Strangers()
    {
        await using var server = await PhoneServer.StartAsync($"--Sip:AccessNumbers={Number}");
        using var phone = server.Phone(Number);
        Assert.Equal(404, (await phone.CallAsync()).Status);
        await using var plain = await PhoneServer.StartAsync();
        using var api = await ApiClient.CreateAsync(plain.Server);
        await api.PostAsync("/rooms", new { name = "board" });
        Assert.Equal(JsonValueKind.Null, (await ApiClient.Body(await api.GetAsync("/rooms/board"))).GetProperty("addresses").GetProperty("conferenceId").ValueKind);
    }

    private static async Task<string> NumberOfAsync(ApiClient api, string room) =>
        Text((await ApiClient.Body(await api.GetAsync($"/rooms/{room}"))).GetProperty("addresses"), "conferenceId")!;

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();
}
