using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.ChatBridge.Xmpp;
using Sylk.Conference.Protocols.Presence;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Tests.Sip;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Tests.Xmpp;

/// <summary>Presence between SIP and XMPP users through both doors (section 11.8, RFC 3856, RFC 3903, RFC 8048).</summary>
public sealed class PresenceTests : IAsyncLifetime
{
    private const string Paula = "paula@phones.example";
    private const string PaulaAsJid = "paula\\40phones.example@rooms.example";
    private const string Romeo = "romeo@example.net";

    private readonly FakeXmppServer _xmpp = new();
    private PhoneServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await StartAsync("--Presence:Enabled=true", "--Sip:TrustedPeers:0=127.0.0.1/32");
        await _xmpp.UntilUpAsync();
        await PhoneServer.UntilAsync(() => _server.Server.Services.GetRequiredService<XmppDoor>().IsUp);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _xmpp.DisposeAsync();
    }

    [Fact(DisplayName = "SIP watches XMPP: pending until they answer, then what they show, and unavailable is one closed tuple")]
    public async Task SipWatches()
    {
        using var phone = Phone(Romeo);
        var mark = _xmpp.Mark();
        Assert.Equal(200, (await phone.SubscribeAsync(package: "presence")).Status);
        Assert.StartsWith("pending", (await phone.HearAsync("NOTIFY")).First("Subscription-State"), StringComparison.Ordinal);
        var wish = await _xmpp.SawAsync(stanza => stanza["type"] == "subscribe", mark);
        Assert.Equal((PaulaAsJid, Romeo), (wish["from"], wish["to"]));

        await SayAsync("type='subscribed'");
        Assert.False(await SeenAsync(phone) is { IsOpen: true });
        await SayAsync("", "<show>dnd</show><status xml:lang='en'>on the phone</status><priority>5</priority>");
        var busy = await SeenAsync(phone);
        Assert.Equal((true, "on-the-phone", "on the phone", "en"), (busy.IsOpen, busy.Activities.Single(), busy.Notes.Single().Text, busy.Notes.Single().Language));
        await SayAsync("", "<show>away</show>");
        Assert.Equal(["away"], (await SeenAsync(phone)).Activities);
        await SayAsync("type='unavailable'");
        var gone = await SeenAsync(phone);
        Assert.Equal((false, 1), (gone.IsOpen, gone.Tuples.Length));
    }

    [Fact(DisplayName = "SIP watches XMPP: unsubscribed is rejected, and who stops watching is unsubscribed")]
    public async Task Rejected()
    {
        using var phone = Phone(Romeo);
        await phone.SubscribeAsync(package: "presence");
        await phone.HearAsync("NOTIFY");
        await SayAsync("type='unsubscribed'");
        Assert.Equal("terminated;reason=rejected", (await phone.HearAsync("NOTIFY")).First("Subscription-State"));

        var mark = _xmpp.Mark();
        using var other = Phone(Romeo);
        await other.SubscribeAsync(package: "presence");
        await other.HearAsync("NOTIFY");
        await _xmpp.SawAsync(stanza => stanza["type"] == "subscribe", mark);
        mark = _xmpp.Mark();
        using var once = Phone(Romeo);
        Assert.Equal(200, (await once.SubscribeAsync(0, "presence")).Status);
        var fetched = await once.HearAsync("NOTIFY");
        Assert.Equal(("terminated;reason=timeout", 0), (fetched.First("Subscription-State"), fetched.Body.Length)); // not let yet
        Assert.DoesNotContain(_xmpp.Since(mark), stanza => stanza["type"] is "subscribe" or "unsubscribe");

        Assert.Equal(200, (await other.SubscribeAsync(0, "presence")).Status);
        Assert.Equal("terminated;reason=timeout", (await other.HearAsync("NOTIFY")).First("Subscription-State"));
        Assert.Equal(Romeo, (await _xmpp.SawAsync(stanza => stanza["type"] == "unsubscribe", mark))["to"]);
    }

    [Fact(DisplayName = "XMPP watches SIP: what a phone publishes is shown, changed, taken back; tags as in RFC 3903")]
    public async Task XmppWatches()
    {
        using var phone = Phone(Paula);
        var first = await PublishAsync(phone, Document("busy", "writing"));
        Assert.Equal((200, "600"), (first.Status, first.First("Expires")));
        var mark = _xmpp.Mark();
        await SayAsync("type='subscribe'");
        await _xmpp.SawAsync(stanza => stanza["type"] == "subscribed", mark);
        var shown = await _xmpp.SawAsync(stanza => stanza["from"] == PaulaAsJid && stanza["type"] is null, mark);
        Assert.Equal((Romeo, "dnd", "writing"), (shown["to"], shown.Child("show")!.Text, shown.Child("status")!.Text));

        var renewed = await PublishAsync(phone, null, $"SIP-If-Match: {first.First("SIP-ETag")}\r\n");
        Assert.Equal(200, renewed.Status);
        Assert.Equal(412, (await PublishAsync(phone, null, $"SIP-If-Match: {first.First("SIP-ETag")}\r\n")).Status);
        mark = _xmpp.Mark();
        var changed = await PublishAsync(phone, Document("away", ""), $"SIP-If-Match: {renewed.First("SIP-ETag")}\r\n");
        Assert.Equal("away", (await _xmpp.SawAsync(stanza => stanza.Name == "presence", mark)).Child("show")!.Text);
        mark = _xmpp.Mark();
        Assert.Equal(200, (await PublishAsync(phone, null, $"SIP-If-Match: {changed.First("SIP-ETag")}\r\n", 0)).Status);
        Assert.Equal("unavailable", (await _xmpp.SawAsync(stanza => stanza.Name == "presence", mark))["type"]);
        await SayAsync("type='unsubscribe'");
        await _xmpp.SawAsync(stanza => stanza["type"] == "unsubscribed", mark);
    }

    [Fact(DisplayName = "PUBLISH: for oneself only, not for XMPP's people, and what is wrong with it is said")]
    public async Task PublishRefused()
    {
        using var phone = Phone(Paula);
        Assert.Equal(400, (await PublishAsync(phone, null)).Status);
        Assert.Equal(400, (await PublishAsync(phone, "<presence")).Status);
        Assert.Equal(423, (await PublishAsync(phone, Document("busy", ""), expires: 5)).Status);
        Assert.Equal(489, (await PublishAsync(phone, Document("busy", ""), package: "dialog")).Status);
        using var other = Phone("bob@phones.example");
        Assert.Equal(403, (await PublishAsync(other, Document("busy", ""))).Status);
        using var romeo = Phone(Romeo, Romeo);
        Assert.Equal(403, (await PublishAsync(romeo, Document("busy", ""))).Status);
        using var lost = Phone("nobody@phones.example");
        Assert.Equal(404, (await lost.SubscribeAsync(package: "presence")).Status);
        var unknown = await lost.SubscribeAsync(package: "dialog");
        Assert.Equal((489, "conference, presence"), (unknown.Status, unknown.First("Allow-Events")));
        using var room = _server.Phone();
        var options = await room.AskAsync("OPTIONS");
        Assert.Contains("presence", options.First("Allow-Events"), StringComparison.Ordinal);
        Assert.Contains("PUBLISH", options.First("Allow"), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Strangers hear the same whoever they ask for; where presence is off there is none")]
    public async Task Strangers()
    {
        await using var strict = await StartAsync("--Presence:Enabled=true");
        foreach (var address in new[] { Romeo, Paula, "nobody@nowhere.example" })
        {
            using var eve = new WirePhone(strict.Port, from: $"<sip:{Paula}>") { Target = "sip:" + address };
            Assert.Equal(403, (await eve.SubscribeAsync(package: "presence")).Status);
            Assert.Equal(403, (await PublishAsync(eve, Document("busy", ""))).Status);
        }
        await using var off = await StartAsync("--Sip:TrustedPeers:0=127.0.0.1/32");
        using var phone = new WirePhone(off.Port, from: $"<sip:{Paula}>") { Target = "sip:" + Romeo };
        Assert.Equal(489, (await phone.SubscribeAsync(package: "presence")).Status);
        Assert.Equal(405, (await PublishAsync(phone, Document("busy", ""))).Status);
        using var room = off.Phone();
        Assert.DoesNotContain("presence", (await room.AskAsync("OPTIONS")).First("Allow-Events"), StringComparison.Ordinal);
    }

    private async Task<PhoneServer> StartAsync(params string[] more) => new(await RunningServer.StartAsync(
        [.. _xmpp.Settings, "--Xmpp:UserDomains:0=example.net", "--Sip:Enabled=true", "--Sip:Udp=0", "--Sip:Tcp=0", .. more],
        services => services.AddSingleton<ILegEngine>(parts => new FakeLegs(parts.GetRequiredService<LegMail>()))));

    private WirePhone Phone(string target, string from = Paula) => new(_server.Port, from: $"<sip:{from}>") { Target = "sip:" + target };

    private Task SayAsync(string type, string inside = "") => _xmpp.SayAsync($"<presence from='{Romeo}/orchard' to='{PaulaAsJid}' {type}>{inside}</presence>");

    private static async Task<PresenceDocument> SeenAsync(WirePhone phone)
    {
        var notify = await phone.HearAsync("NOTIFY");
        Assert.StartsWith("active", notify.First("Subscription-State"), StringComparison.Ordinal);
        return PresenceDocument.Read(notify.Body)!;
    }

    private static Task<SipMessage> PublishAsync(WirePhone phone, string? document, string more = "", int expires = 600, string package = "presence")
    {
        phone.Always = $"Event: {package}\r\nExpires: {expires}\r\n{more}";
        return phone.AskAsync("PUBLISH", document is null ? null : PresenceDocument.MediaType, document ?? "");
    }

    private static string Document(string activity, string note) => Encoding.UTF8.GetString(new PresenceDocument("pres:" + Paula)
    {
        Tuples = [new PresenceTuple("a1", true)],
        Activities = [activity],
        Notes = note.Length > 0 ? [new PresenceNote(note)] : [],
    }.Write());
}
