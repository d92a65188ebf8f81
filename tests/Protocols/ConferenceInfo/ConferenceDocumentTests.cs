using System.Text;
using Sylk.Conference.Protocols.ConferenceInfo;

namespace Sylk.Conference.Protocols.Tests.ConferenceInfo;

/// <summary>The documents of RFC 4575, to the letter (rules SIP-CONF-1 to 3, 5, 6).</summary>
public class ConferenceDocumentTests
{
    private const string Head = "<?xml version=\"1.0\" encoding=\"utf-8\"?><conference-info";
    private const string Main = "xmlns=\"urn:ietf:params:xml:ns:conference-info\"";

    [Fact(DisplayName = "A full document: description, host, state, a user with an endpoint and its media")]
    public void Full()
    {
        var state = new ConferenceState("sip:standup@example.com")
        {
            DisplayText = "Stand-up",
            Subject = "Daily",
            FreeText = "Be short",
            Uris = [new("sip:standup@example.com", "participation"), new("https://example.com/standup", "participation", "Browser")],
            ServiceUris = [new("https://example.com/help", "web-page")],
            MaximumUserCount = 50,
            WebPage = "https://example.com/",
            UserCount = 1,
            IsActive = true,
            Users = [Alice],
        };

        Assert.Equal(
            $"{Head} entity=\"sip:standup@example.com\" state=\"full\" version=\"1\" xmlns:xcon=\"urn:ietf:params:xml:ns:xcon-conference-info\" {Main}>"
            + "<conference-description><display-text>Stand-up</display-text><subject>Daily</subject><free-text>Be short</free-text>"
            + "<conf-uris><entry><uri>sip:standup@example.com</uri><purpose>participation</purpose></entry>"
            + "<entry><uri>https://example.com/standup</uri><display-text>Browser</display-text><purpose>participation</purpose></entry></conf-uris>"
            + "<service-uris><entry><uri>https://example.com/help</uri><purpose>web-page</purpose></entry></service-uris>"
            + "<maximum-user-count>50</maximum-user-count></conference-description>"
            + "<host-info><web-page>https://example.com/</web-page></host-info>"
            + "<conference-state><user-count>1</user-count><active>true</active><locked>false</locked></conference-state>"
            + "<users state=\"full\"><user entity=\"sip:alice@example.com\" state=\"full\" xcon:nickname=\"Al\"><display-text>Alice</display-text>"
            + "<roles><entry>moderator</entry></roles><endpoint entity=\"sip:alice@192.0.2.1\" state=\"full\"><display-text>Desk</display-text>"
            + "<status>on-hold</status><joining-method>dialed-out</joining-method><joining-info><when>2026-01-02T03:04:05Z</when></joining-info>"
            + "<media id=\"1\"><type>audio</type><label>voice</label><src-id>4711</src-id><status>recvonly</status></media></endpoint></user></users></conference-info>",
            Fix(ConferenceWriter.Full(state, 1)));
    }

    [Fact(DisplayName = "Whoever leaves is deleted without children, and the count changes; the rest is not said again")]
    public void Gone()
    {
        var before = Crowd(6);
        var after = before with { UserCount = 5, Users = before.Users.RemoveAt(2) };
        Assert.Equal(
            $"{Head} entity=\"sip:r@x\" state=\"partial\" version=\"7\" {Main}>"
            + "<conference-state><user-count>5</user-count><active>true</active><locked>false</locked></conference-state>"
            + "<users state=\"partial\"><user entity=\"sip:u2@x\" state=\"deleted\" /></users></conference-info>",
            Fix(ConferenceWriter.Partial(before, after, 7)!));
    }

    [Fact(DisplayName = "A second device comes and goes: only it is said, in a partial user")]
    public void Endpoints()
    {
        var before = Crowd(6);
        var user = before.Users[1];
        var two = before with { Users = before.Users.SetItem(1, user with { Endpoints = user.Endpoints.Add(new("sip:u1@second")) }) };
        Assert.Equal(
            $"{Head} entity=\"sip:r@x\" state=\"partial\" version=\"2\" {Main}><users state=\"partial\"><user entity=\"sip:u1@x\" state=\"partial\">"
            + "<endpoint entity=\"sip:u1@second\" state=\"full\"><status>connected</status><joining-method>dialed-in</joining-method></endpoint>"
            + "</user></users></conference-info>",
            Fix(ConferenceWriter.Partial(before, two, 2)!));
        Assert.Equal(
            $"{Head} entity=\"sip:r@x\" state=\"partial\" version=\"3\" {Main}><users state=\"partial\"><user entity=\"sip:u1@x\" state=\"partial\">"
            + "<endpoint entity=\"sip:u1@second\" state=\"deleted\" /></user></users></conference-info>",
            Fix(ConferenceWriter.Partial(two, before, 3)!));
    }

    [Fact(DisplayName = "What changed of a user with one device is said whole; nothing changed is no document")]
    public void Changed()
    {
        var before = Crowd(8);
        var held = before.Users[3] with { Endpoints = [before.Users[3].Endpoints[0] with { Status = ConferenceEndpointStatus.OnHold }] };
        var text = Fix(ConferenceWriter.Partial(before, before with { Users = before.Users.SetItem(3, held) }, 2)!);
        Assert.Contains("<user entity=\"sip:u3@x\" state=\"full\"><display-text>U3</display-text>", text, StringComparison.Ordinal);
        Assert.Contains("<status>on-hold</status>", text, StringComparison.Ordinal);
        Assert.DoesNotContain("conference-state", text, StringComparison.Ordinal);
        Assert.Null(ConferenceWriter.Partial(before, Crowd(8), 2));
    }

    [Fact(DisplayName = "SIP-CONF-5: more than 60 % of the full document is sent as the full document")]
    public void HardlyShorter()
    {
        Assert.Contains("<conference-info entity=\"sip:r@x\" state=\"full\"", Fix(ConferenceWriter.Partial(Crowd(1), Crowd(4), 2)!), StringComparison.Ordinal);
        Assert.Contains("<conference-info entity=\"sip:r@x\" state=\"partial\"", Fix(ConferenceWriter.Partial(Crowd(9), Crowd(10), 2)!), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "SIP-CONF-6: capped to some users it is marked partial, and the count is that of all")]
    public void Capped()
    {
        var text = Fix(ConferenceWriter.Capped(Crowd(100), 1, new HashSet<string> { "sip:u7@x", "sip:u9@x" }));
        Assert.Contains("state=\"partial\" version=\"1\"", text, StringComparison.Ordinal);
        Assert.Contains("<user-count>100</user-count>", text, StringComparison.Ordinal);
        Assert.Contains("<users state=\"partial\"><user entity=\"sip:u7@x\" state=\"full\">", text, StringComparison.Ordinal);
        Assert.Equal(3, text.Split("<user ").Length);
    }

    [Theory(DisplayName = "Names of hostile people are text and nothing else, and come out as they went in")]
    [InlineData("</display-text><admin/>", "</display-text><admin/>")]
    [InlineData("a & b < c > \"d\" 'e' ]]>", "a & b < c > \"d\" 'e' ]]>")]
    [InlineData("nul\0bell\abad\u001f", "nulbellbad")]
    [InlineData("half {half} pair", "half \ufffd pair")]
    [InlineData("non\uffffchar\ufffe", "nonchar")]
    [InlineData("\U0001f600 Zoë", "\U0001f600 Zoë")]
    [InlineData("two\r\nlines\ttab", "two\r\nlines\ttab")]
    public void Hostile(string name, string read)
    {
        name = name.Replace("{half}", "\ud800", StringComparison.Ordinal);
        var state = Crowd(1) with { DisplayText = name, Users = [new("sip:\"><x a='" + name) { DisplayText = name, Nickname = name, Roles = [name] }] };
        var reader = new ConferenceReader();
        Assert.Equal(ConferenceNews.Applied, reader.Take(ConferenceWriter.Full(state, 1)));
        var user = Assert.Single(reader.State!.Users);
        Assert.Equal(("sip:\"><x a='" + read, read, read), (user.Entity, user.DisplayText, user.Nickname));
        Assert.Equal(read, reader.State.DisplayText);
    }

    internal static ConferenceState Crowd(int users) => new("sip:r@x")
    {
        UserCount = users,
        IsActive = true,
        Users = [.. Enumerable.Range(0, users).Select(i => new ConferenceUser($"sip:u{i}@x") { DisplayText = $"U{i}", Endpoints = [new($"sip:u{i}@end")] })],
    };

    private static ConferenceUser Alice => new("sip:alice@example.com")
    {
        DisplayText = "Alice",
        Nickname = "Al",
        Roles = ["moderator"],
        Endpoints =
        [
            new("sip:alice@192.0.2.1")
            {
                DisplayText = "Desk",
                Status = ConferenceEndpointStatus.OnHold,
                Joining = ConferenceJoining.DialedOut,
                JoinedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
                Media = [new("1", "audio", ConferenceFlow.RecvOnly) { Label = "voice", Source = 4711 }],
            },
        ],
    };

    private static string Fix(byte[] document) => Encoding.UTF8.GetString(document);
}
