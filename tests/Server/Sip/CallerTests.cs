using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>Callers from INVITE to BYE, over real datagrams and through real rooms (product §3.2, §13).</summary>
public sealed class CallerTests
{
    [Fact(DisplayName = "S1: a phone dials a room, is in its roster with its name, and leaves with BYE")]
    public async Task ComesAndGoes()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();

        var answer = await phone.CallAsync();

        Assert.Equal(200, answer.Status);
        Assert.Contains(";isfocus", answer.First("Contact"), StringComparison.Ordinal);
        Assert.Contains("s=answer", System.Text.Encoding.ASCII.GetString(answer.Body.Span), StringComparison.Ordinal);
        var joined = (await alice.NextAsync("ParticipantJoined"));
        Assert.Equal(("Paula", "sip"), (joined.GetProperty("displayName").GetString(), joined.GetProperty("kind").GetString()));
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("one-other"));
        Assert.Contains("welcome", server.Legs.Said);
        var entered = Assert.Single(server.Legs.Orders.OfType<EnterMix>());
        Assert.False(entered.Muted);
        Assert.StartsWith("tr_", entered.TrackId, StringComparison.Ordinal);

        Assert.Equal(200, (await phone.AskAsync("BYE")).Status);
        await alice.NextAsync("ParticipantLeft");
        await PhoneServer.UntilAsync(() => server.Legs.Open.IsEmpty);
    }

    [Fact(DisplayName = "An INVITE without a description gets our offer, and its answer in the ACK is taken")]
    public async Task LateOffer()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone();

        var answer = await phone.CallAsync(sdp: "");

        Assert.Equal(200, answer.Status);
        Assert.Contains("s=offer", System.Text.Encoding.ASCII.GetString(answer.Body.Span), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Nothing in common is 488 with a warning, and nobody is in the roster for it")]
    public async Task NothingInCommon()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();

        var answer = await phone.CallAsync(FakeLegs.Unusable);

        Assert.Equal((488, "305 sylk \"No 'codec' in common.\""), (answer.Status, answer.First("Warning")));
        Assert.False(alice.TryNext(out _));
    }

    [Theory(DisplayName = "What is no room of ours is 404")]
    [InlineData("admin")]
    [InlineData("..")]
    public async Task NoRoom(string user)
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone(user);
        Assert.Equal(404, (await phone.CallAsync()).Status);
    }

    [Fact(DisplayName = "S5: who is refused hears why as early media, then gets the code and the words of the table")]
    public async Task RefusedAudibly()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("UpdateRoom", new { locked = true });
        using var phone = server.Phone();

        var answer = await phone.CallAsync();

        Assert.Equal((403, "The room is locked"), (answer.Status, answer.Reason));
        Assert.Contains(phone.Provisional, early => early.Status == 183 && !early.Body.IsEmpty);
        Assert.Equal(["is-locked"], server.Legs.Said);
        await PhoneServer.UntilAsync(() => server.Legs.Open.IsEmpty);
    }

    [Fact(DisplayName = "Who is alone has music until somebody comes, and again when they are gone")]
    public async Task Music()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone();
        await phone.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<SetMusic>().Any(order => order.On));
        Assert.Contains("only-one", server.Legs.Said);

        await using (await HubClient.JoinAsync(server.Server, "standup", "Alice"))
        {
            await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<SetMusic>().LastOrDefault() is { On: false });
            Assert.Contains("join-tone", server.Legs.Said);
        }
    }

    [Fact(DisplayName = "Hold by re-INVITE shows in the roster and is answered; resume takes it back")]
    public async Task Hold()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        await phone.CallAsync();
        await alice.NextAsync("ParticipantJoined");

        Assert.Equal(200, (await phone.AskAsync("INVITE", "application/sdp", "v=0\r\na=sendonly\r\n")).Status);
        await alice.NextAsync("ParticipantUpdated", body => body.GetProperty("away").GetBoolean());
        Assert.Equal(200, (await phone.AskAsync("INVITE", "application/sdp", "v=0\r\na=sendrecv\r\n")).Status);
        await alice.NextAsync("ParticipantUpdated", body => !body.GetProperty("away").GetBoolean());
    }

    [Fact(DisplayName = "A re-INVITE that cannot be answered is 488 and the call goes on")]
    public async Task BadReinvite()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone();
        await phone.CallAsync();
        Assert.Equal(488, (await phone.AskAsync("INVITE", "application/sdp", FakeLegs.Unusable)).Status);
        Assert.Equal(200, (await phone.AskAsync("OPTIONS")).Status);
        Assert.Single(server.Legs.Open);
    }

    [Fact(DisplayName = "A line a phone sends by MESSAGE inside its call is in the room's chat")]
    public async Task Message()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        await phone.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());

        Assert.Equal(200, (await phone.AskAsync("MESSAGE", "text/plain", "on the train")).Status);

        var line = await alice.NextAsync("ChatMessage");
        Assert.Contains("on the train", line.GetRawText(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "OPTIONS says what we can; other requests of strangers are refused")]
    public async Task Strangers()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone();
        var options = await phone.AskAsync("OPTIONS");
        Assert.Equal(200, options.Status);
        Assert.Contains("INVITE", options.First("Allow"), StringComparison.Ordinal);
        Assert.Equal(403, (await phone.AskAsync("MESSAGE", "text/plain", "hello")).Status);
        Assert.Equal(403, (await phone.AskAsync("REFER")).Status);
        Assert.Equal(405, (await phone.AskAsync("REGISTER")).Status);
    }

    [Fact(DisplayName = "Numbers are shown by their last digits, anonymous callers not at all")]
    public async Task Names()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var number = server.Phone(from: "<sip:+493012345678@phones.example>");
        using var shy = server.Phone(from: "\"Secret\" <sip:secret@phones.example>");
        shy.More = "Privacy: id\r\n";

        await number.CallAsync();
        Assert.Equal("···678", (await alice.NextAsync("ParticipantJoined")).GetProperty("displayName").GetString());
        await shy.CallAsync();
        Assert.Equal("Anonymous", (await alice.NextAsync("ParticipantJoined")).GetProperty("displayName").GetString());
    }
}
