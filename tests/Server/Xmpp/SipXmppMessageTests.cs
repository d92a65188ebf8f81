using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.ChatBridge.Xmpp;
using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Messaging;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Tests.Sip;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Tests.Xmpp;

/// <summary>Both doors and the post between them: a telephone number and an XMPP user write to each other (section 11.5, RFC 7572).</summary>
public sealed class SipXmppMessageTests : IAsyncLifetime
{
    private const string Phone = "+31201234567@127.0.0.1";
    private const string PhoneAsJid = "+31201234567\\40127.0.0.1@rooms.example";
    private const string Romeo = "romeo@example.net";

    private readonly WireCallee _switch = new();
    private readonly FakeXmppServer _xmpp = new();
    private PhoneServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        // The domain may be called by SIP as well: that must not take its people away from XMPP.
        _server = new PhoneServer(await RunningServer.StartAsync(
            [
                .. _xmpp.Settings, "--Xmpp:UserDomains:0=example.net", "--Sip:Enabled=true", "--Sip:Udp=0", "--Sip:Tcp=0", "--Sip:TrustedPeers:0=127.0.0.1/32",
                "--Sip:DialOut:Enabled=true", "--Sip:DialOut:AllowPrefixes=+3120", "--Sip:DialOut:AllowDomains:0=example.net", "--Sip:Trunks:0:Name=main",
                $"--Sip:Trunks:0:Uri=sip:127.0.0.1:{_switch.Port}", "--Sip:Trunks:0:OptionsPingMs=0",
            ],
            services => services.AddSingleton<ILegEngine>(parts => new FakeLegs(parts.GetRequiredService<LegMail>()))));
        await _xmpp.UntilUpAsync();
        await PhoneServer.UntilAsync(() => _server.Server.Services.GetRequiredService<XmppDoor>().IsUp);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _xmpp.DisposeAsync();
        _switch.Dispose();
    }

    [Fact(DisplayName = "From SIP to XMPP: Xmpp:UserDomains wins over Sip:DialOut; what XMPP says of receipts comes back as IMDN")]
    public async Task SipWrites()
    {
        using var paula = new WirePhone(_server.Port, from: $"\"Paula\" <sip:{Phone}>") { Target = $"sip:{Romeo}" };
        var mark = _xmpp.Mark();
        var wrapped = new CpimMessage { ContentHeaders = [new("Content-Type", "text/plain")], Content = "good evening"u8.ToArray() }
            .With(CpimHeader.Core, CpimHeader.From, new CpimAddress("Paula", "sip:" + Phone).ToString())
            .With(CpimHeader.Core, CpimHeader.To, new CpimAddress("", "sip:" + Romeo).ToString())
            .With(CpimHeader.Core, CpimHeader.DateTime, "2026-11-27T10:00:00Z");
        var asks = ImdnRequest.Ask(wrapped, "theirs-1", ImdnWishes.Delivery | ImdnWishes.Display);
        Assert.Equal(200, (await paula.AskAsync("MESSAGE", CpimMessage.MediaType, Encoding.UTF8.GetString(asks.Write()))).Status);

        var message = await _xmpp.SawAsync("good evening", mark);
        Assert.Equal((PhoneAsJid, Romeo, "chat"), (message["from"], message["to"], message["type"]));
        Assert.NotNull(message.Child("request", XmppNames.Receipts));
        await _xmpp.SayAsync($"<message from='{Romeo}/orchard' to='{PhoneAsJid}' id='r1'><received xmlns='{XmppNames.Receipts}' id='{message["id"]}'/></message>");
        Assert.Equal(("theirs-1", ImdnKind.Delivery, ImdnStatus.Delivered), await HearReportAsync());
        await _xmpp.SayAsync($"<message from='{Romeo}/orchard' to='{PhoneAsJid}' id='r2'><displayed xmlns='{XmppNames.Markers}' id='{message["id"]}'/></message>");
        Assert.Equal(("theirs-1", ImdnKind.Display, ImdnStatus.Displayed), await HearReportAsync());
    }

    [Fact(DisplayName = "From XMPP to SIP: through the trunk, and the phone's IMDN is a receipt at the device that wrote")]
    public async Task XmppWrites()
    {
        var mark = _xmpp.Mark();
        await _xmpp.SayAsync($"<message from='{Romeo}/orchard' to='{PhoneAsJid}' type='chat' id='m1'><body>wilt thou?</body><request xmlns='{XmppNames.Receipts}'/></message>");
        var heard = await _switch.HearAsync("MESSAGE");
        await _switch.SayAsync(heard, 200);
        Assert.Equal(Romeo, $"{heard.From!.Uri.PlainUser}@{heard.From.Uri.Host}");
        Assert.True(CpimMessage.TryRead(heard.Body, out var wrapped, out _));
        Assert.Equal("wilt thou?", Encoding.UTF8.GetString(wrapped.Content.Span));

        var asked = ImdnRequest.Of(wrapped)!;
        Assert.Equal(ImdnWishes.Delivery, asked.Wishes);
        var report = Encoding.UTF8.GetString(new ImdnReport(asked.MessageId, "2026-11-27T10:00:00Z", ImdnKind.Delivery, ImdnStatus.Delivered).Write());
        using var reader = new WirePhone(_server.Port, from: $"<sip:{Phone}>") { Target = $"sip:{Romeo}" };
        Assert.Equal(200, (await reader.AskAsync("MESSAGE", "message/imdn+xml", report)).Status);
        var received = await _xmpp.SawAsync("<received", mark);
        Assert.Equal(($"{Romeo}/orchard", PhoneAsJid, "m1"), (received["to"], received["from"], received.Child("received", XmppNames.Receipts)!["id"]));

        await _xmpp.SayAsync($"<message from='{Romeo}/orchard' to='{PhoneAsJid}' type='chat' id='m2'><body>and now?</body></message>");
        await _switch.SayAsync(await _switch.HearAsync("MESSAGE"), 480);
        Assert.Equal("recipient-unavailable", StanzaErrors.ConditionOf(await _xmpp.SawAsync(stanza => stanza["id"] == "m2", mark)));
    }

    [Fact(DisplayName = "MUC-11 an invitation to somebody with a telephone goes there in words, once; one that fails is told to who invited")]
    public async Task Invites()
    {
        await _xmpp.JoinAsync(Romeo + "/orchard", "verona", "Romeo");
        var mark = _xmpp.Mark();
        var invitation = $"<message from='{Romeo}/orchard' to='verona@rooms.example' id='i1'><x xmlns='{XmppNames.MucUser}'><invite to='{PhoneAsJid}'><reason>come &amp; dance</reason></invite></x></message>";
        await _xmpp.SayAsync(invitation);
        var heard = await _switch.HearAsync("MESSAGE");
        await _switch.SayAsync(heard, 200);
        Assert.Equal(Romeo, $"{heard.From!.Uri.PlainUser}@{heard.From.Uri.Host}");
        Assert.Equal("Romeo invites you to verona@rooms.example, https://meet.example/r/verona: come & dance", Encoding.UTF8.GetString(heard.Body.Span));

        await _xmpp.SayAsync(invitation); // sent again: one message
        await _xmpp.SayAsync(invitation.Replace("i1", "i2", StringComparison.Ordinal));
        var second = await _switch.HearAsync("MESSAGE");
        await _switch.SayAsync(second, 480);
        Assert.Equal("recipient-unavailable", StanzaErrors.ConditionOf(await _xmpp.SawAsync(stanza => stanza["id"] == "i2", mark)));
        Assert.DoesNotContain(_xmpp.Since(mark), stanza => stanza["id"] == "i1" || stanza["to"] == PhoneAsJid);

        foreach (var nowhere in new[] { "capulet@rooms.example", "tybalt\\40nowhere.example@rooms.example", "@" })
        {
            mark = _xmpp.Mark();
            await _xmpp.SayAsync(invitation.Replace(PhoneAsJid, nowhere, StringComparison.Ordinal).Replace("i1", "i3", StringComparison.Ordinal));
            Assert.Equal("item-not-found", StanzaErrors.ConditionOf(await _xmpp.SawAsync(stanza => stanza["id"] == "i3", mark)));
        }
    }

    private async Task<(string MessageId, ImdnKind Kind, ImdnStatus Status)> HearReportAsync()
    {
        var notice = await _switch.HearAsync("MESSAGE");
        await _switch.SayAsync(notice, 200);
        Assert.True(CpimMessage.TryRead(notice.Body, out var told, out _));
        var report = ImdnReport.Read(told.Content)!;
        return (report.MessageId, report.Kind, report.Status);
    }
}
