using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Tests.Sip;

/// <summary>Messages between SIP users and addresses behind another door (sections 6.5, 10.7, 11.5; attack TS-06, limit L21).</summary>
public sealed class AddressMessageTests : IDisposable
{
    private const string Reader = "+31201234567@127.0.0.1";

    private readonly WireCallee _switch = new();
    private readonly FakeDoor _other = new();

    public void Dispose() => _switch.Dispose();

    [Fact(DisplayName = "A named peer's user writes to an address behind another door: once, with its own words, and hears what became of it")]
    public async Task In()
    {
        await using var server = await StartAsync("--Sip:TrustedPeers:0=127.0.0.1/32");
        using var paula = new OutPhone(server.Port, "sip:Romeo@x.example", "\"Paula\" <sip:Paula@Phones.example>");
        Assert.Equal(200, (await paula.SayAsync("text/plain", "hello")).Status);
        Assert.True(_other.Got.TryDequeue(out var message));
        Assert.Equal(("paula@phones.example", "Paula", "romeo@x.example", "hello", "sip"), (message.From, message.FromName, message.To, message.Content, message.Via));
        Assert.Empty(message.Wanted);

        _other.Refuses = ErrorCodes.CalleeUnavailable;
        Assert.Equal(480, (await paula.SayAsync("text/plain", "are you there")).Status);
        Assert.Equal(415, (await paula.SayAsync("text/html", "<b>")).Status);
        using var lost = new OutPhone(server.Port, "sip:somebody@nowhere.example", "<sip:paula@phones.example>");
        Assert.Equal(404, (await lost.SayAsync("text/plain", "hello")).Status);
    }

    [Fact(DisplayName = "TS-06 from strangers nothing is relayed")]
    public async Task Strangers()
    {
        await using var server = await StartAsync();
        using var eve = new OutPhone(server.Port, "sip:romeo@x.example", "<sip:paula@phones.example>");
        Assert.Equal(403, (await eve.SayAsync("text/plain", "hello")).Status);
        Assert.Empty(_other.Got);
    }

    [Fact(DisplayName = "To a SIP user: through the trunk under the dial policy; the same message is sent once; a refusal is a refusal with a code")]
    public async Task Out()
    {
        await using var server = await StartAsync();
        var post = server.Server.Services.GetRequiredService<IDirectPost>();
        var first = post.SendAsync(Message("c1", "good evening"), default);
        var heard = await _switch.HearAsync("MESSAGE");
        Assert.Equal(("good evening", "romeo", "x.example", "Romeo"), (Encoding.UTF8.GetString(heard.Body.Span), heard.From!.Uri.PlainUser, heard.From.Uri.Host, heard.From.DisplayName));
        Assert.StartsWith("sip:+31201234567@127.0.0.1", heard.RequestUri, StringComparison.Ordinal);
        Assert.EndsWith(";n=1", heard.First("X-Sylk-Hop"), StringComparison.Ordinal);
        await _switch.SayAsync(heard, 200);
        var outcome = await first;
        Assert.Null(outcome.Refusal);
        Assert.Equal(outcome, await post.SendAsync(Message("c1", "good evening"), default));
        Assert.False(_switch.HasMore);

        var second = post.SendAsync(Message("c2", "busy?"), default);
        await _switch.SayAsync(await _switch.HearAsync("MESSAGE"), 480);
        Assert.Equal(ErrorCodes.CalleeUnavailable, (await second).Refusal!.Code);
        Assert.Equal(ErrorCodes.AddressUnroutable, (await post.SendAsync(Message("c3", "x") with { To = "bob@elsewhere.example" }, default)).Refusal!.Code);
        Assert.Equal(ErrorCodes.AddressUnroutable, (await post.SendAsync(Message("c4", "x") with { To = "+900123456@127.0.0.1" }, default)).Refusal!.Code);
        Assert.Equal(ErrorCodes.ValidationFailed, (await post.SendAsync(Message("c5", "x") with { From = "Romeo@X.example" }, default)).Refusal!.Code);
    }

    [Fact(DisplayName = "Receipts go both ways as IMDN, and only the one who was written to can give one")]
    public async Task Receipts()
    {
        await using var server = await StartAsync("--Sip:TrustedPeers:0=127.0.0.1/32");
        var post = server.Server.Services.GetRequiredService<IDirectPost>();
        var sent = post.SendAsync(Message("c1", "read me") with { Wanted = [ReceiptKind.Displayed] }, default);
        var heard = await _switch.HearAsync("MESSAGE");
        await _switch.SayAsync(heard, 200);
        await sent;
        Assert.True(CpimMessage.TryRead(heard.Body, out var wrapped, out _));
        var asked = ImdnRequest.Of(wrapped)!;
        Assert.Equal(("read me", ImdnWishes.Display), (Encoding.UTF8.GetString(wrapped.Content.Span), asked.Wishes));

        var report = Encoding.UTF8.GetString(new ImdnReport(asked.MessageId, "2026-01-01T00:00:00Z", ImdnKind.Display, ImdnStatus.Displayed).Write());
        using var eve = new OutPhone(server.Port, "sip:romeo@x.example", "<sip:eve@phones.example>");
        Assert.Equal(200, (await eve.SayAsync("message/imdn+xml", report)).Status);
        Assert.Empty(_other.Told);
        using var reader = new OutPhone(server.Port, "sip:romeo@x.example", $"<sip:{Reader}>");
        Assert.Equal(200, (await reader.SayAsync("message/imdn+xml", report)).Status);
        Assert.Equal(new DirectReceipt(Reader, "romeo@x.example", asked.MessageId, "c1", ReceiptKind.Displayed), Assert.Single(_other.Told));

        var back = post.TellAsync(new DirectReceipt("romeo@x.example", Reader, "msg_1", "theirs-1", ReceiptKind.Delivered), default);
        var notice = await _switch.HearAsync("MESSAGE");
        await _switch.SayAsync(notice, 200);
        await back;
        Assert.True(CpimMessage.TryRead(notice.Body, out var told, out _));
        var read = ImdnReport.Read(told.Content)!;
        Assert.Equal(("theirs-1", ImdnStatus.Delivered, "sip:romeo@x.example"), (read.MessageId, read.Status, read.Recipient));
    }

    private static DirectMessage Message(string clientId, string content) => new()
    {
        Id = "msg_" + clientId,
        From = "romeo@x.example",
        FromName = "Romeo",
        To = Reader,
        Content = content,
        ClientId = clientId,
        SentAt = DateTimeOffset.UnixEpoch,
        Via = "xmpp",
    };

    private async Task<PhoneServer> StartAsync(params string[] more) => new(await RunningServer.StartAsync(
        [
            "--Sip:Enabled=true", "--Sip:Udp=0", "--Sip:Tcp=0", "--Sip:DialOut:Enabled=true", "--Sip:DialOut:AllowPrefixes=+3120", "--Sip:Trunks:0:Name=main",
            $"--Sip:Trunks:0:Uri=sip:127.0.0.1:{_switch.Port}", "--Sip:Trunks:0:OptionsPingMs=0", .. more,
        ],
        services =>
        {
            services.AddSingleton<ILegEngine>(parts => new FakeLegs(parts.GetRequiredService<LegMail>()));
            services.AddSingleton<IAddressDoor>(_other);
        }));

    /// <summary>Another protocol's door.</summary>
    private sealed class FakeDoor : IAddressDoor
    {
        public string Wire => "xmpp";

        public string? Refuses { get; set; }

        public ConcurrentQueue<DirectMessage> Got { get; } = new();

        public ConcurrentQueue<DirectNotice> Told { get; } = new();

        public bool MayReach(string address) => address.EndsWith("@x.example", StringComparison.Ordinal);

        public Task<DirectOutcome> DeliverAsync(DirectMessage message, CancellationToken stop)
        {
            Got.Enqueue(message);
            return Task.FromResult(new DirectOutcome(Refuses is { } code ? new Refusal(code, "no") : null, message.Id));
        }

        public Task TellAsync(DirectNotice notice, CancellationToken stop)
        {
            Told.Enqueue(notice);
            return Task.CompletedTask;
        }
    }

    /// <summary>Writes to one URI through this server.</summary>
    private sealed class OutPhone(int port, string target, string from) : IDisposable
    {
        private readonly WirePhone _phone = new(port, from: from) { Target = target };

        public Task<SipMessage> SayAsync(string type, string body) => _phone.AskAsync("MESSAGE", type, body);

        public void Dispose() => _phone.Dispose();
    }
}
