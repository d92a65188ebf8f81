using System.Net;
using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>Calls that are held and sent on (product §4, rules SIP-REF-3, SIP-REP-1).</summary>
public sealed class TransferTests
{
    [Fact(DisplayName = "Hold by API: music and no room at once, a re-INVITE tells the phone, the roster shows it away; resume takes it back")]
    public async Task Hold()
    {
        await using var server = await PhoneServer.StartAsync();
        using var api = await ApiClient.CreateAsync(server.Server);
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        await phone.CallAsync();
        var id = await CallOfAsync(api, "standup");

        Assert.Equal(HttpStatusCode.NoContent, (await api.PostAsync($"/calls/{id}/hold")).StatusCode);
        await phone.HearAsync("INVITE");
        await alice.NextAsync("ParticipantUpdated", body => body.GetProperty("away").GetBoolean());
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<SetMusic>().LastOrDefault() is { On: true });
        Assert.True(server.Legs.Orders.OfType<HoldLeg>().Last().On);
        Assert.True(server.Legs.Offers.Last(offer => offer.Remote is null).Holds);
        await PhoneServer.UntilAsync(() => server.Legs.Offers.Any(offer => offer is { IsAnswer: true }));
        Assert.True((await ApiClient.Body(await api.GetAsync($"/calls/{id}"))).GetProperty("held").GetBoolean());

        Assert.Equal(HttpStatusCode.NoContent, (await api.PostAsync($"/calls/{id}/resume")).StatusCode);
        await phone.HearAsync("INVITE");
        await alice.NextAsync("ParticipantUpdated", body => !body.GetProperty("away").GetBoolean());
        Assert.False(server.Legs.Orders.OfType<HoldLeg>().Last().On);
        Assert.False(server.Legs.Offers.Last(offer => offer.Remote is null).Holds);
    }

    [Fact(DisplayName = "Blind transfer to a room of this server moves the call: gone here, there with the same call id, and told as transferred")]
    public async Task ToRoom()
    {
        await using var server = await PhoneServer.StartAsync();
        using var api = await ApiClient.CreateAsync(server.Server);
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await HubClient.JoinAsync(server.Server, "support", "Bob");
        using var phone = server.Phone();
        await phone.CallAsync();
        var joined = await alice.NextAsync("ParticipantJoined");
        var id = await CallOfAsync(api, "standup");

        var moved = await ApiClient.Body(await api.PostAsync($"/calls/{id}/transfer", new { to = "support" }), HttpStatusCode.Accepted);
        Assert.Equal(id, Text(moved, "id"));
        await phone.HearAsync("INVITE");
        Assert.Equal("Paula", Text(await bob.NextAsync("ParticipantJoined"), "displayName"));
        Assert.Contains(Text(joined, "id")!, (await alice.NextAsync("ParticipantLeft")).GetRawText(), StringComparison.Ordinal);
        await PhoneServer.UntilAsync(() => server.Legs.Open.Values.SequenceEqual(["support"]));
        Assert.Equal(("support", "answered"), await StateAsync(api, id));
        Assert.Equal(200, (await phone.AskAsync("BYE")).Status);
        await bob.NextAsync("ParticipantLeft");
        Assert.Equal(("support", "ended"), await StateAsync(api, id));
    }

    [Fact(DisplayName = "A moderator sends a call on by the hub; members may not, and not into the room it is in")]
    public async Task ByHub()
    {
        await using var server = await PhoneServer.StartAsync();
        using var api = await ApiClient.CreateAsync(server.Server);
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await using var bob = await HubClient.JoinAsync(server.Server, "standup", "Bob");
        using var phone = server.Phone();
        await phone.CallAsync();
        var callId = await CallOfAsync(api, "standup");
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await bob.CallAsync("TransferCall", new { callId, to = "support" })));
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await bob.CallAsync("HoldCall", new { callId, held = true })));
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await alice.CallAsync("TransferCall", new { callId, to = "standup" })));
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await alice.CallAsync("TransferCall", new { callId, to = "+31201234567" })));
        await alice.OkAsync("HoldCall", new { callId, held = true });
        await phone.HearAsync("INVITE");
        await alice.OkAsync("TransferCall", new { callId, to = "support" });
        await alice.NextAsync("ParticipantLeft");
    }

    [Theory(DisplayName = "Blind transfer to somebody outside asks the phone to call them: with success it is let go, without it stays")]
    [InlineData(200)]
    [InlineData(486)]
    public async Task Outside(int outcome)
    {
        await using var server = await PhoneServer.StartAsync("--Sip:DialOut:Enabled=true", "--Sip:DialOut:AllowDomains=friends.example");
        using var api = await ApiClient.CreateAsync(server.Server);
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        await phone.CallAsync();
        var id = await CallOfAsync(api, "standup");
        Assert.Equal(ErrorCodes.AddressUnroutable, await ApiClient.Code(await api.PostAsync($"/calls/{id}/transfer", new { to = "sip:eve@elsewhere.example" })));

        await ApiClient.Body(await api.PostAsync($"/calls/{id}/transfer", new { to = "sip:bob@friends.example", mode = "blind" }), HttpStatusCode.Accepted);
        var refer = await phone.HearAsync("REFER", 202);
        Assert.Equal("<sip:bob@friends.example>", refer.First("Refer-To"));
        phone.Always = "Event: refer\r\nSubscription-State: terminated;reason=noresource\r\n";
        Assert.Equal(200, (await phone.AskAsync("NOTIFY", "message/sipfrag;version=2.0", $"SIP/2.0 {outcome} Whatever\r\n")).Status);
        phone.Always = "";
        if (outcome == 200)
        {
            Assert.Contains("transferred", (await phone.HearAsync("BYE")).First("Reason"), StringComparison.Ordinal);
            await PhoneServer.UntilAsync(() => server.Door.Calls == 0);
            var call = await ApiClient.Body(await api.GetAsync($"/calls/{id}"));
            Assert.Equal(("transferred", "bob@friends.example"), (Text(call.GetProperty("end"), "code"), Text(call, "transferredTo")));
        }
        else
        {
            await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("cannot-be-reached"));
            Assert.Equal(200, (await phone.AskAsync("OPTIONS")).Status);
        }
    }

    [Fact(DisplayName = "Attended transfer puts one call into the place of another, with its role; the other is let go")]
    public async Task Attended()
    {
        await using var server = await PhoneServer.StartAsync();
        using var api = await ApiClient.CreateAsync(server.Server);
        using var caller = server.Phone();
        using var consulted = server.Phone("support", "\"Otto\" <sip:otto@phones.example>");
        await caller.CallAsync();
        await consulted.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Count() == 2);
        var (first, second) = (await CallOfAsync(api, "standup"), await CallOfAsync(api, "support"));
        Assert.Equal(ErrorCodes.RoomNotFound, await ApiClient.Code(await api.PostAsync($"/calls/{first}/transfer", new { to = "cl_none", mode = "attended" })));

        await ApiClient.Body(await api.PostAsync($"/calls/{first}/transfer", new { to = second, mode = "attended" }), HttpStatusCode.Accepted);
        await caller.HearAsync("INVITE");
        await consulted.HearAsync("BYE");
        await PhoneServer.UntilAsync(() => server.Door.Calls == 1);
        var people = (await ApiClient.Body(await api.GetAsync("/rooms/support/participants"))).GetProperty("items").EnumerateArray().ToArray();
        var only = Assert.Single(people);
        Assert.Equal(("Paula", "moderator"), (Text(only, "displayName"), Text(only, "role")));
    }

    [Theory(DisplayName = "SIP-REP-1: INVITE with Replaces takes a call's place past lock and PIN, Join comes in beside it; only from the peer that made it")]
    [InlineData("Replaces", true)]
    [InlineData("Join", true)]
    [InlineData("Replaces", false)]
    public async Task Named(string header, bool isPeer)
    {
        await using var server = isPeer ? await PhoneServer.StartAsync("--Sip:TrustedPeers=127.0.0.0/8") : await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var old = server.Phone();
        await old.CallAsync();
        await alice.NextAsync("ParticipantJoined");
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        await alice.OkAsync("UpdateRoom", new { locked = true });

        using var wrong = server.Phone("anything");
        wrong.More = $"{header}: nothing@nowhere;to-tag=a;from-tag=b\r\n";
        Assert.Equal(481, (await wrong.CallAsync()).Status);
        using var early = server.Phone("anything");
        early.More = $"Replaces: {old.Dialog};early-only\r\n";
        Assert.Equal(isPeer ? 486 : 403, (await early.CallAsync()).Status);
        using var twice = server.Phone("anything");
        twice.More = $"Replaces: {old.Dialog}\r\nJoin: {old.Dialog}\r\n";
        Assert.Equal(400, (await twice.CallAsync()).Status);

        using var next = server.Phone("anything", "\"Nina\" <sip:nina@phones.example>");
        next.More = $"{header}: {old.Dialog}\r\n";
        Assert.Equal(isPeer ? 200 : 403, (await next.CallAsync()).Status);
        if (!isPeer)
            return;
        Assert.Equal("Nina", Text(await alice.NextAsync("ParticipantJoined"), "displayName"));
        if (header == "Replaces")
            await old.HearAsync("BYE");
        else
            Assert.Equal(200, (await old.AskAsync("OPTIONS")).Status);
    }

    [Fact(DisplayName = "SIP-REF-3: a caller that refers itself to another room of ours is moved there; to a stranger's dialog it is not")]
    public async Task ReferredToRoom()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var bob = await HubClient.JoinAsync(server.Server, "support", "Bob");
        using var phone = server.Phone();
        await phone.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        phone.More = $"Refer-To: <sip:support@127.0.0.1:{server.Port}?Replaces=x%40y%3Bto-tag%3Da%3Bfrom-tag%3Db>\r\n";
        Assert.Equal(481, (await phone.AskAsync("REFER")).Status);
        phone.More = $"Refer-To: <sip:standup@127.0.0.1:{server.Port}>\r\n";
        Assert.Equal(603, (await phone.AskAsync("REFER")).Status);
        phone.More = $"Refer-To: <sip:support@127.0.0.1:{server.Port}>\r\n";
        Assert.Equal(202, (await phone.AskAsync("REFER")).Status);
        await phone.HearAsync("INVITE");
        Assert.Equal("Paula", Text(await bob.NextAsync("ParticipantJoined"), "displayName"));
    }

    [Fact(DisplayName = "A room that wants a PIN asks a call that was sent there for it")]
    public async Task AskedThere()
    {
        await using var server = await PhoneServer.StartAsync();
        using var api = await ApiClient.CreateAsync(server.Server);
        await api.PostAsync("/rooms", new { name = "board", access = new { pinMode = "room", pin = "4711" } });
        using var phone = server.Phone();
        await phone.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        await ApiClient.Body(await api.PostAsync($"/calls/{await CallOfAsync(api, "standup")}/transfer", new { to = "board" }), HttpStatusCode.Accepted);
        await phone.HearAsync("INVITE");
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("enter-pin") && server.Legs.Open.Count == 1);
        server.Legs.Press("4711#");
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any(order => order.Room == "board"));
    }

    private static async Task<string> CallOfAsync(ApiClient api, string room)
    {
        for (var i = 0; i < 100; i++)
        {
            var items = (await ApiClient.Body(await api.GetAsync("/calls"))).GetProperty("items").EnumerateArray();
            if (items.FirstOrDefault(call => Text(call, "room") == room && Text(call, "id")!.StartsWith("cl_", StringComparison.Ordinal)) is { ValueKind: JsonValueKind.Object } call)
                return Text(call, "id")!;
            await Task.Delay(20);
        }
        Assert.Fail($"no call in {room}");
        return "";
    }

    /// <summary>Once it has settled.</summary>
    private static async Task<(string?, string?)> StateAsync(ApiClient api, string id)
    {
        await Task.Delay(200);
        var call = await ApiClient.Body(await api.GetAsync($"/calls/{id}"));
        return (Text(call, "room"), Text(call, "state"));
    }

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();
}
