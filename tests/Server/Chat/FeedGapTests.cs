using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.ChatBridge.Xmpp;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Tests.Msrp;
using Sylk.Conference.Server.Tests.Sip;
using Sylk.Conference.Server.Tests.Xmpp;

namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>A node that did not hear its room for a while tells its people what was said meanwhile, in order and once (rules CH-1, CH-2; C3, C6).</summary>
public sealed class FeedGapTests : IAsyncLifetime
{
    private const string Room = "standup";

    /// <summary>More than a snapshot brings.</summary>
    private const int Missed = 50;

    private readonly FakeXmppServer _xmpp = new();
    private PhoneServer _server = null!;
    private HubClient _alice = null!;
    private string _activation = "";
    private int _said;

    public async ValueTask InitializeAsync()
    {
        _server = await PhoneServer.StartAsync(_xmpp.Settings);
        await _xmpp.UntilUpAsync();
        await PhoneServer.UntilAsync(() => _server.Server.Services.GetRequiredService<XmppDoor>().IsUp);
        _alice = await HubClient.JoinAsync(_server.Server, Room, "Alice");
    }

    public async ValueTask DisposeAsync()
    {
        await _alice.DisposeAsync();
        await _server.DisposeAsync();
        await _xmpp.DisposeAsync();
    }

    [Fact(DisplayName = "A phone is told by MESSAGE what was said while the feed was silent, then what is said after")]
    public async Task Phone()
    {
        using var phone = _server.Phone();
        phone.More = "Allow: INVITE, ACK, BYE, CANCEL, MESSAGE\r\n";
        await phone.CallAsync();
        await PhoneServer.UntilAsync(() => _server.Legs.Orders.OfType<EnterMix>().Any());
        await SayAsync(1);
        Assert.Equal("line 1", Encoding.UTF8.GetString((await phone.HearAsync("MESSAGE")).Body.Span));
        await MissAsync();
        for (var i = 2; i <= Missed + 2; i++)
            Assert.Equal($"line {i}", Encoding.UTF8.GetString((await phone.HearAsync("MESSAGE")).Body.Span));
        Assert.True(await phone.HearsNothingAsync());
    }

    [Fact(DisplayName = "An MSRP client is shown all of it, also more than a newcomer gets, and none of its own lines")]
    public async Task Msrp()
    {
        await using var bob = await MsrpMember.JoinAsync(_server);
        await SayAsync(1);
        await bob.Peer.HearAsync("line 1");
        await MissAsync(async () => Assert.Equal(200, await bob.SayAsync("line of my own")));
        for (var i = 2; i <= Missed + 2; i++)
            Assert.Equal($"line {i}", (await bob.Peer.HearAsync("line ")).Words);
        Assert.DoesNotContain(bob.Peer.Heard(), heard => heard.Text.Contains("line ", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "MUC-13 A second client that joins ahead of the feed takes no line from the first: both are told each line once")]
    public async Task SecondClient()
    {
        string[] clients = ["romeo@example.net/orchard", "romeo@example.net/garden"];
        var mark = await _xmpp.JoinAsync(clients[0], Room, "Romeo");
        await SayAsync(1);
        await _xmpp.SawAsync(stanza => stanza["to"] == clients[0] && stanza.Child("body")?.Text == "line 1", mark);
        await MissAsync(() => _xmpp.JoinAsync(clients[1], Room, "Romeo"));
        foreach (var client in clients)
        {
            await _xmpp.SawAsync(stanza => stanza["to"] == client && stanza.Child("body")?.Text == $"line {Missed + 2}", mark);
            Assert.Equal(
                Enumerable.Range(1, Missed + 2).Select(i => $"line {i}"),
                _xmpp.Since(mark).Where(stanza => stanza["to"] == client).Select(stanza => stanza.Child("body")?.Text).OfType<string>());
        }
    }

    private async Task SayAsync(int count)
    {
        for (var i = 0; i < count; i++)
        {
            await _alice.OkAsync("SendChat", new { clientId = $"c{++_said}", content = $"line {_said}" });
            if (_said % 20 == 0)
                _server.Server.Time.Advance(TimeSpan.FromSeconds(3)); // or it were too much of one sender
        }
    }

    /// <summary>Fifty lines that this node does not hear, then news from another activation of the room, then one more line.</summary>
    private async Task MissAsync(Func<Task>? meanwhile = null)
    {
        var hub = _server.Server.Services.GetRequiredService<RoomFeedHub>();
        var position = (await _server.Server.Room(Room).Attend("nd_test", hub.Reference, "", []))!;
        _activation = position.Activation;
        hub.Receive(Nothing(position.Rev + 10_000));
        await SayAsync(Missed);
        await (meanwhile?.Invoke() ?? Task.CompletedTask);
        _activation = "another";
        hub.Receive(Nothing(position.Rev + 10_001));
        await SayAsync(1);
    }

    private FeedBatch Nothing(long rev) => new(Room, [new Departed(rev, "pt_nobody", "left", null)], _activation);
}
