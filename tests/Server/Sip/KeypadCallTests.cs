using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>PIN, waiting room, keys, moderation of phones and by phones (S2, S4, product §13).</summary>
public sealed class KeypadCallTests
{
    [Fact(DisplayName = "S2: a PIN room asks, says when it was wrong, and lets in with the right one")]
    public async Task Pin()
    {
        await using var server = await PhoneServer.StartAsync();
        await MakeAsync(server, access => access with { PinMode = PinMode.Room, PinHash = Passcodes.Hash("4711") });
        using var phone = server.Phone();
        Assert.Equal(200, (await phone.CallAsync()).Status);

        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("enter-pin"));
        Assert.Empty(server.Legs.Orders.OfType<EnterMix>());
        server.Legs.Press("1234#");
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("wrong-pin"));
        server.Legs.Press("4711#");
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
    }

    [Fact(DisplayName = "S2: three wrong PINs end with a spoken reason and BYE")]
    public async Task ThreeWrong()
    {
        await using var server = await PhoneServer.StartAsync();
        await MakeAsync(server, access => access with { PinMode = PinMode.Room, PinHash = Passcodes.Hash("4711") });
        using var phone = server.Phone();
        await phone.CallAsync();
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var asked = attempt;
            await PhoneServer.UntilAsync(() => server.Legs.Said.Count() == asked);
            server.Legs.Press("0000#");
        }

        var bye = await phone.HearAsync("BYE");
        Assert.Contains("cause=403", bye.First("Reason"), StringComparison.Ordinal);
        Assert.Equal(["enter-pin", "wrong-pin", "wrong-pin", "wrong-pin"], server.Legs.Said);
        Assert.Empty(server.Legs.Orders.OfType<EnterMix>());
    }

    [Fact(DisplayName = "The moderators' PIN makes a moderator, a passcode room takes its passcode in digits")]
    public async Task OtherPins()
    {
        await using var server = await PhoneServer.StartAsync();
        await MakeAsync(server, access => access with
        {
            PinMode = PinMode.Room,
            PinHash = Passcodes.Hash("4711"),
            ModeratorPinHash = Passcodes.Hash("9999"),
            Mode = AccessMode.Token,
        });
        await MakeAsync(server, access => access with { Mode = AccessMode.Passcode, PasscodeHash = Passcodes.Hash("2468") }, "quiet");
        using var chief = server.Phone();
        await chief.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("enter-pin"));
        server.Legs.Press("9999#");
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        Assert.Equal(ParticipantRole.Moderator, Assert.Single((await server.Server.Room("standup").Snapshot())!.Participants).Role);
        await chief.AskAsync("BYE");
        await PhoneServer.UntilAsync(() => server.Legs.Open.IsEmpty);

        using var other = server.Phone("quiet");
        await other.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Said.Count(word => word == "enter-pin") == 2);
        server.Legs.Press("2468#");
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Count() == 2);
    }

    [Fact(DisplayName = "A caller waits with music until a moderator lets them in; another is turned away and hears it")]
    public async Task Waiting()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        await alice.OkAsync("UpdateRoom", new { waitingRoom = true });
        using var phone = server.Phone();
        await phone.CallAsync();
        var waiting = await alice.NextAsync("WaitingChanged", body => body.GetRawText().Contains("Paula", StringComparison.Ordinal));
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("waiting") && server.Legs.Orders.OfType<SetMusic>().Any(order => order.On));
        Assert.Empty(server.Legs.Orders.OfType<EnterMix>());

        await alice.OkAsync("Admit", new { all = true });
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());

        using var late = server.Phone(from: "\"Late\" <sip:late@phones.example>");
        await late.CallAsync();
        var second = await alice.NextAsync("WaitingChanged", body => body.GetRawText().Contains("Late", StringComparison.Ordinal));
        var id = second.GetProperty("waiting").EnumerateArray().Single().GetProperty("id").GetString();
        await alice.OkAsync("Deny", new { participantId = id });
        Assert.Contains("cause=603", (await late.HearAsync("BYE")).First("Reason"), StringComparison.Ordinal);
        Assert.Contains("was-declined", server.Legs.Said);
    }

    [Fact(DisplayName = "*6 mutes at the server and shows in the roster, *9 raises the hand, *8 counts; keys by INFO too, each once")]
    public async Task Keys()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        await phone.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());

        server.Legs.Press("*6");
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<SetLegMuted>().LastOrDefault() is { Muted: true });
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("muted"));
        server.Legs.Press("*9");
        await alice.NextAsync("ParticipantUpdated", body => body.GetProperty("handRaisedAt").ValueKind == System.Text.Json.JsonValueKind.String);
        Assert.Equal(200, (await phone.AskAsync("INFO", "application/dtmf-relay", "Signal=*\r\nDuration=160\r\n")).Status);
        Assert.Equal(200, (await phone.AskAsync("INFO", "application/dtmf-relay", "Signal=8\r\nDuration=160\r\n")).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Said.Count(word => word == "one-other") == 2);
        server.Legs.Press("*5");
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("not-allowed"));
    }

    [Fact(DisplayName = "A moderator at a page mutes a phone, which hears so, and removes it: spoken, then BYE with the reason")]
    public async Task Moderated()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        await phone.CallAsync();
        var id = (await alice.NextAsync("ParticipantJoined")).GetProperty("id").GetString();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());

        await alice.OkAsync("Mute", new { participantId = id, source = "microphone" });
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<SetLegMuted>().LastOrDefault() is { Muted: true });
        await alice.OkAsync("Remove", new { participantId = id });

        var bye = await phone.HearAsync("BYE");
        Assert.Equal("Q.850;cause=16;text=\"removed by moderator\"", bye.First("Reason"));
        Assert.Contains("you-were-removed", server.Legs.Said);
    }

    [Fact(DisplayName = "A phone that has not spoken yet and may not speak any more is muted at once")]
    public async Task MayNotSpeak()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        var enter = await InsideAsync(server, phone);
        Assert.Null(await server.Server.Room("standup").Do(new SetCaps(Moderation.Api, enter.LegId, Caps.Chat)));
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<SetLegMuted>().LastOrDefault() is { Muted: true });
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("muted"));
    }

    [Fact(DisplayName = "A track that appears muted mutes the phone, and a phone that was told less than happened asks the room")]
    public async Task ToldLess()
    {
        await using var server = await PhoneServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");
        using var phone = server.Phone();
        var enter = await InsideAsync(server, phone);
        var room = server.Server.Room("standup");
        var live = new TrackLive(enter.Epoch, enter.LegId, enter.TrackId, TrackKind.Audio, TrackSource.Microphone, "opus", Muted: false);
        Assert.Null(await room.Do(new SetTrackMuted(enter.LegId, enter.TrackId, true)));
        Assert.Empty(server.Legs.Orders.OfType<SetLegMuted>());
        await room.Report([live]);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<SetLegMuted>().LastOrDefault() is { Muted: true });

        var track = Assert.Single((await room.Snapshot())!.Tracks);
        Assert.True(track.Muted);
        Tell(server, new TrackChanged(0, track with { Muted = false }));
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<SetLegMuted>().LastOrDefault() is { Muted: false });
        Tell(server, new ResyncNeeded(0));
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<SetLegMuted>().LastOrDefault() is { Muted: true });
    }

    private static async Task<EnterMix> InsideAsync(PhoneServer server, WirePhone phone)
    {
        Assert.Equal(200, (await phone.CallAsync()).Status);
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        return server.Legs.Orders.OfType<EnterMix>().Single();
    }

    /// <summary>Something is said to the phones of this node only.</summary>
    private static void Tell(PhoneServer server, FeedItem item) => server.Server.Services.GetRequiredService<RoomFeedHub>()
        .Tell(listener => listener.ConnectionId.StartsWith("sip-", StringComparison.Ordinal) ? item : null);

    [Fact(DisplayName = "A moderator on a phone locks the room and ends it for all, after confirming")]
    public async Task ModeratesByKeys()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone(); // the first in a room moderates it
        await phone.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("only-one"));
        await using var alice = await HubClient.JoinAsync(server.Server, "standup", "Alice");

        server.Legs.Press("*5");
        await PhoneServer.UntilAsync(() => server.Legs.Said.Contains("locked"));
        server.Legs.Press("##1");
        await alice.NextAsync("Disconnect");
        Assert.Contains("conference ended", (await phone.HearAsync("BYE")).First("Reason"), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "No sound for 30 s is asked about, for 60 s ends the call")]
    public async Task Silence()
    {
        await using var server = await PhoneServer.StartAsync();
        using var phone = server.Phone();
        await phone.CallAsync();
        await PhoneServer.UntilAsync(() => server.Legs.Orders.OfType<EnterMix>().Any());
        var leg = server.Legs.Open.Keys.Single();
        var mail = (SipBridge.LegMail)server.Server.Services.GetService(typeof(SipBridge.LegMail))!;

        mail.OnLeg(new LegSilent("standup", leg, 30));
        await phone.HearAsync("OPTIONS");
        mail.OnLeg(new LegSilent("standup", leg, 60));
        Assert.Contains("cause=408", (await phone.HearAsync("BYE")).First("Reason"), StringComparison.Ordinal);
    }

    private static async Task MakeAsync(PhoneServer server, Func<RoomAccess, RoomAccess> access, string room = "standup")
    {
        var config = new RoomConfig
        {
            Id = "rm_" + room,
            Name = room,
            Permanent = true,
            CreatedAt = DateTimeOffset.Parse("2026-01-01T00:00:00Z", CultureInfo.InvariantCulture),
        };
        var outcome = await server.Server.Room(room).Configure(new CreateRoom(config with { Access = access(config.Access) }));
        Assert.Null(outcome.Refusal);
    }
}
