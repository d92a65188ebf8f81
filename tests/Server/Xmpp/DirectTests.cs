using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.ChatBridge.Xmpp;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Xmpp;

public sealed class DirectTests : IAsyncLifetime
{
    private const string Romeo = "romeo@example.net/orchard";
    private const string Alice = "alice\\40sip.example@rooms.example";

    private readonly FakeXmppServer _xmpp = new();
    private readonly FakePost _post = new();
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync([.. _xmpp.Settings, "--Xmpp:UserDomains:0=example.net"], services => services.AddSingleton<IDirectPost>(_post));
        await _xmpp.UntilUpAsync();
        await UntilAsync(() => _server.Services.GetRequiredService<XmppDoor>().IsUp);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _xmpp.DisposeAsync();
    }

    private IAddressDoor Door => _server.Services.GetRequiredService<XmppDoor>().Addresses;

    [Fact(DisplayName = "11.5 RFC 7572 a chat message to an escaped address goes to it, with the sender's bare address and the receipts it asks for")]
    public async Task Out()
    {
        await _xmpp.SayAsync($"<message from='{Romeo}' to='{Alice}' type='chat' id='m1'><body>wilt thou?</body><request xmlns='{XmppNames.Receipts}'/></message>");
        await UntilAsync(() => _post.Sent.Count == 1);
        var message = _post.Sent[0];
        Assert.Equal(("romeo@example.net", "alice@sip.example", "wilt thou?", "m1", "xmpp"), (message.From, message.To, message.Content, message.ClientId, message.Via));
        Assert.Equal([ReceiptKind.Delivered], message.Wanted);

        var mark = _xmpp.Mark();
        await Door.TellAsync(new DirectReceipt("alice@sip.example", "romeo@example.net", message.Id, "m1", ReceiptKind.Delivered), default);
        var received = await _xmpp.SawAsync("<received", mark);
        Assert.Equal((Romeo, Alice, "m1"), (received["to"], received["from"], received.Child("received", XmppNames.Receipts)!["id"]));
    }

    [Theory(DisplayName = "11.5 RFC 7247 section 5.3 why it was not delivered")]
    [InlineData(ErrorCodes.AddressUnroutable, "item-not-found")]
    [InlineData(ErrorCodes.CalleeUnavailable, "recipient-unavailable")]
    [InlineData(ErrorCodes.CalleeDeclined, "forbidden")]
    [InlineData(ErrorCodes.CalleeTimeout, "remote-server-timeout")]
    public async Task Refused(string code, string condition)
    {
        _post.Refusal = new Refusal(code, "no");
        var mark = _xmpp.Mark();
        await _xmpp.SayAsync($"<message from='{Romeo}' to='{Alice}' id='m1'><body>hello</body></message>");
        Assert.Equal(condition, StanzaErrors.ConditionOf(await _xmpp.SawAsync(stanza => stanza["id"] == "m1", mark)));
    }

    [Fact(DisplayName = "11.5 a message to an XMPP user, its receipts, typing, and its coming back")]
    public async Task In()
    {
        Assert.True(Door.MayReach("romeo@example.net"));
        Assert.False(Door.MayReach("romeo@elsewhere.example"));
        var mark = _xmpp.Mark();
        var message = new DirectMessage
        {
            Id = "msg_1",
            From = "alice@sip.example",
            To = "romeo@example.net",
            Content = "<ay> me",
            ClientId = "call-1",
            SentAt = default,
            Via = "sip",
            Wanted = [ReceiptKind.Delivered, ReceiptKind.Displayed],
        };
        Assert.Null((await Door.DeliverAsync(message, default)).Refusal);
        var stanza = await _xmpp.SawAsync(one => one["id"] == "msg_1", mark);
        Assert.Equal((Alice, "romeo@example.net", "<ay> me"), (stanza["from"], stanza["to"], stanza.Child("body")!.Text));
        Assert.NotNull(stanza.Child("request", XmppNames.Receipts));

        await _xmpp.SayAsync($"<message from='{Romeo}' to='{Alice}'><received xmlns='{XmppNames.Receipts}' id='msg_1'/></message>");
        await _xmpp.SayAsync($"<message from='tybalt@example.net/x' to='{Alice}'><displayed xmlns='{XmppNames.Markers}' id='msg_1'/></message>");
        await _xmpp.SayAsync($"<message from='{Romeo}' to='{Alice}' type='chat'><composing xmlns='{XmppNames.ChatStates}'/></message>");
        await UntilAsync(() => _post.Told.Count == 2);
        Assert.Equal(new DirectReceipt("romeo@example.net", "alice@sip.example", "msg_1", "call-1", ReceiptKind.Delivered), _post.Told[0]);
        Assert.Equal(new DirectComposing("romeo@example.net", "alice@sip.example", true), _post.Told[1]); // and nothing of Tybalt's, who got no message

        await _xmpp.SayAsync($"<message type='error' id='msg_1' from='romeo@example.net' to='{Alice}'><error type='cancel'><service-unavailable xmlns='{XmppNames.StanzaErrors}'/></error></message>");
        await UntilAsync(() => _post.Told.Count == 3);
        Assert.Equal(ReceiptKind.Failed, ((DirectReceipt)_post.Told[2]).Kind);
    }

    [Fact(DisplayName = "TX-03 TX-05 what is wrapped is not passed on, a flood is told to slow down, while the server is away nothing is taken")]
    public async Task Abuse()
    {
        var mark = _xmpp.Mark();
        await _xmpp.SayAsync($"<message from='{Romeo}' to='{Alice}'><body>x</body><received xmlns='{XmppNames.Carbons}'/></message>");
        for (var i = 0; i < 40; i++)
            await _xmpp.SayAsync($"<message from='{Romeo}' to='{Alice}' id='f{i}'><body>{i}</body></message>");
        await UntilAsync(() => _post.Sent.Count == 29);
        await UntilAsync(() => _xmpp.Since(mark).Count == 11);
        Assert.All(_xmpp.Since(mark), stanza => Assert.Equal("resource-constraint", StanzaErrors.ConditionOf(stanza)));
        _xmpp.Cut();
        await UntilAsync(() => !_server.Services.GetRequiredService<XmppDoor>().IsUp);
        var message = new DirectMessage { Id = "msg_1", From = "a@b", To = "romeo@example.net", Content = "x", ClientId = "c", SentAt = default, Via = "sip" };
        Assert.Equal(ErrorCodes.CalleeUnavailable, (await Door.DeliverAsync(message, default)).Refusal?.Code);
    }

    private static async Task UntilAsync(Func<bool> passes)
    {
        for (var until = DateTime.UtcNow.AddSeconds(10); DateTime.UtcNow < until; await Task.Delay(20))
        {
            if (passes())
                return;
        }
        Assert.Fail("never came");
    }

    private sealed class FakePost : IDirectPost
    {
        public List<DirectMessage> Sent { get; } = [];

        public List<DirectNotice> Told { get; } = [];

        public Refusal? Refusal { get; set; }

        public Task<DirectOutcome> SendAsync(DirectMessage message, CancellationToken stop)
        {
            lock (Sent)
                Sent.Add(message);
            return Task.FromResult(new DirectOutcome(Refusal, message.Id));
        }

        public Task TellAsync(DirectNotice notice, CancellationToken stop)
        {
            lock (Told)
                Told.Add(notice);
            return Task.CompletedTask;
        }
    }
}
