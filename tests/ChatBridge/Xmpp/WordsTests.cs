using Sylk.Conference.ChatBridge.Xmpp;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Tests.Xmpp;

public class WordsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 5, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory(DisplayName = "MUC-2 12.6 a newcomer has as much of the past as it wants, and never more than 20 lines")]
    [InlineData("", 20)]
    [InlineData("<history maxstanzas='0'/>", 0)]
    [InlineData("<history maxstanzas='3'/>", 3)]
    [InlineData("<history maxstanzas='1000'/>", 20)]
    [InlineData("<history maxstanzas='-1'/>", 20)]
    [InlineData("<history maxchars='0'/>", 0)]
    [InlineData("<history seconds='5'/>", 5)]
    [InlineData("<history since='2026-05-01T11:59:58Z'/>", 2)]
    [InlineData("<history since='2026-05-01T11:00:00Z' seconds='1'/>", 1)]
    [InlineData("<history since='yesterday'/>", 20)]
    public void History(string asked, int lines)
    {
        var wish = HistoryWish.Of(Element($"<x xmlns='{XmppNames.Muc}'>{asked}</x>"), Noon);
        var past = Enumerable.Range(1, 30).Select(i => Line(i) with { Timestamp = Noon.AddSeconds(i - 30 - 1) }).ToList();
        var chosen = wish.Choose(past, line => new XmppElement("message", XmppNames.Component).Set("id", line.Id));
        Assert.Equal(past.TakeLast(lines).Select(line => line.Id), chosen.Select(stanza => stanza["id"]));
    }

    [Fact(DisplayName = "12.6 private lines and lines that were taken back are no history")]
    public void Not_history()
    {
        ChatMessage[] past = [Line(1), Line(2) with { To = "pt_x" }, Line(3) with { Deleted = true, Content = "" }, Line(4)];
        var chosen = HistoryWish.Of(null, Noon).Choose(past, line => new XmppElement("message", XmppNames.Component).Set("id", line.Id));
        Assert.Equal(["msg_1", "msg_4"], chosen.Select(stanza => stanza["id"]));
    }

    [Theory(DisplayName = "12.3 the words of a message")]
    [InlineData("<body>a\r\nb\tc\u0085</body>", "a\nb\tc")]
    [InlineData("<body>jose\u0301</body>", "jos\u00e9")]
    [InlineData("<body>  \n </body>", null)]
    [InlineData("<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>b</body></html>", null)]
    [InlineData("<x xmlns='jabber:x:oob'><url>https://a.example/b</url></x>", "https://a.example/b")]
    [InlineData("<subject>s</subject>", null)]
    public void Words(string inside, string? text) => Assert.Equal(text, MessageText.Of(Element($"<message>{inside}</message>")));

    [Fact(DisplayName = "MUC-4 what goes along: everything unknown up to 16 KiB; not our own words about the message, not HTML")]
    public void Along()
    {
        Assert.True(Jid.TryParse("r@rooms.example", out var room));
        var stanza = Element("<message><body>b</body><thread>t</thread><stanza-id xmlns='urn:xmpp:sid:0' by='r@rooms.example' id='forged'/>"
            + "<stanza-id xmlns='urn:xmpp:sid:0' by='other' id='theirs'/><delay xmlns='urn:xmpp:delay'/><html xmlns='http://jabber.org/protocol/xhtml-im'/><y xmlns='urn:y'/></message>");
        Assert.Equal(["thread", "stanza-id", "y"], MessageText.Extensions(stanza, room).Select(child => child.Name));
        stanza.Add(new XmppElement("z", "urn:z").Say(new string('z', 16 * 1024)));
        Assert.Empty(MessageText.Extensions(stanza, room));
    }

    [Theory(DisplayName = "MUC-8 a submitted form becomes an order only where something changes")]
    [InlineData("", null, null, null)]
    [InlineData("<field var='muc#roomconfig_roomname'><value>Old</value></field>", null, null, null)]
    [InlineData("<field var='muc#roomconfig_roomname'><value>New</value></field>", "New", null, null)]
    [InlineData("<field var='muc#roomconfig_passwordprotectedroom'><value>0</value></field>", null, "", null)]
    [InlineData("<field var='muc#roomconfig_roomsecret'><value>s</value></field>", null, null, "s")]
    [InlineData("<field var='muc#roomconfig_passwordprotectedroom'><value>false</value></field><field var='muc#roomconfig_roomsecret'><value>s</value></field>", null, "", null)]
    public void Form(string fields, string? title, string? hash, string? passcode)
    {
        var rules = new RoomRules("Old", false, AccessMode.Passcode, PasscodeSet: true);
        var (order, read) = ConfigForm.Read(Element($"<x xmlns='jabber:x:data' type='submit'>{fields}</x>"), rules, "pt_1");
        Assert.Equal((title, hash, passcode), (order?.Title, order?.PasscodeHash, read));
        Assert.Equal(title is null && hash is null && passcode is null, order is null);
    }

    [Fact(DisplayName = "L14 while the server is away 10,000 stanzas wait, and of more the newest")]
    public void Queue()
    {
        using var queue = new StanzaQueue();
        for (var i = 0; i < XmppLimits.MaxQueued + 5; i++)
            queue.Add(new XmppElement("message", XmppNames.Component).Set("id", $"{i}"));
        Assert.Equal((XmppLimits.MaxQueued, 5), (queue.Count, queue.Lost));
        queue.Add(new XmppElement("message", XmppNames.Component).Say(new string('x', XmppLimits.MaxSentBytes)));
        Assert.Equal(5, queue.Lost); // no server takes that one
        for (var i = 0; i < 200; i++)
            queue.Add(new XmppElement("message", XmppNames.Component).Say(new string('x', 100_000)));
        Assert.InRange(queue.Count, 150, XmppLimits.MaxQueuedBytes / 100_000);
    }

    [Fact(DisplayName = "MUC-14 a burst, then so many a second")]
    public void Rate()
    {
        var allowance = new Allowance(perSecond: 1, burst: 5);
        Assert.Equal(5, Enumerable.Range(0, 9).Count(_ => allowance.TrySpend(Noon)));
        Assert.True(allowance.TrySpend(Noon.AddSeconds(1)));
        Assert.False(allowance.TrySpend(Noon.AddSeconds(1)));
        Assert.Equal(5, Enumerable.Range(0, 9).Count(_ => allowance.TrySpend(Noon.AddHours(1))));
    }

    private static XmppElement Element(string xml) => StanzaReader.TryRead(System.Text.Encoding.UTF8.GetBytes(xml))!;

    private static ChatMessage Line(int number) => new()
    {
        Id = $"msg_{number}",
        Sequence = number,
        From = new ChatSender("pt_1", "i", "Anna", ParticipantKind.Web),
        Content = $"line {number}",
        ContentType = "text/plain",
        ClientId = $"c{number}",
        Timestamp = Noon,
        Via = "web",
    };
}
