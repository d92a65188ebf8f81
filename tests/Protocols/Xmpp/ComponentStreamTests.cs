using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.Protocols.Tests.Xmpp;

public class ComponentStreamTests
{
    /// <summary><c>printf abcsecret | sha1sum</c></summary>
    private const string AbcSecret = "de0a408ef519cd62e7379039634152874895c50c";

    [Fact(DisplayName = "XMPP-S-1 XEP-0114: header, digest of id and secret, up")]
    public void Handshake()
    {
        var wire = new ComponentWire();
        Assert.Equal(
            "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='rooms.example'>",
            wire.Sent());

        wire.Say(ComponentWire.Header);
        Assert.StartsWith("<handshake>", wire.Sent(), StringComparison.Ordinal);
        Assert.False(wire.Stream.IsUp);

        wire.Say("<handshake/>");
        Assert.IsType<ComponentUp>(Assert.Single(wire.Events()));
        Assert.True(wire.Stream.IsUp);
    }

    [Fact(DisplayName = "XEP-0114 example 3: the digest is lower-case hex of SHA-1 over id and secret")]
    public void Digest()
    {
        var wire = new ComponentWire();
        wire.Sent();
        wire.Say("<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:component:accept' id='abc'>");
        Assert.Equal($"<handshake>{AbcSecret}</handshake>", wire.Sent());
    }

    [Theory(DisplayName = "XMPP-S-1 what a server says instead of yes ends the stream in its words")]
    [InlineData("<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>", "not-authorized", false)]
    [InlineData("<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/><text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>x</text></stream:error>", "conflict", false)]
    [InlineData("<message from='a@b'/>", "not-authorized", true)]
    [InlineData("</stream:stream>", "closed", false)]
    public void Refused(string answer, string condition, bool isOurs)
    {
        var wire = new ComponentWire();
        wire.Say(ComponentWire.Header + answer);
        var down = Assert.IsType<ComponentDown>(Assert.Single(wire.Events()));
        Assert.Equal((condition, isOurs), (down.Condition, down.IsOurs));
    }

    [Theory(DisplayName = "TX-01 R-21 document types, entities, comments and instructions are restricted")]
    [InlineData("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")]
    [InlineData("<message><!-- x --></message>")]
    [InlineData("<message><?php x ?></message>")]
    [InlineData("<?xml version='1.0'?><message/>")]
    [InlineData("<message><!ELEMENT a></message>")]
    public void Restricted(string text) => Fails(text, "restricted-xml");

    [Theory(DisplayName = "what is no XML ends the stream")]
    [InlineData("<message></presence>")]
    [InlineData("<message a='1' a='2'/>")]
    [InlineData("<message>&nbsp;</message>")]
    [InlineData("<message>&#0;</message>")]
    [InlineData("<message a=<>")]
    [InlineData("<x:message/>")]
    [InlineData("text")]
    [InlineData("< message/>")]
    public void Malformed(string text) => Fails(text, "not-well-formed");

    [Fact(DisplayName = "TX-02 R-21 L14 deep, wide, long and many are more than is read")]
    public void Bombs()
    {
        Fails(string.Concat(Enumerable.Repeat("<a>", 100_000)), "policy-violation");
        Fails("<a " + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"a{i}=''")) + "/>", "policy-violation");
        Fails("<a>" + new string('x', 10 * 1024 * 1024), "policy-violation");
        Fails("<a>" + string.Concat(Enumerable.Repeat("<b/>", 100_000)) + "</a>", "policy-violation");
        Fails("<" + new string('a', 1024 * 1024), "policy-violation");
    }

    [Fact(DisplayName = "L14 exactly as deep, wide and long as may be is read")]
    public void Just_allowed()
    {
        var wire = ComponentWire.Up();
        wire.Say(string.Concat(Enumerable.Repeat("<a>", XmppLimits.MaxDepth)) + string.Concat(Enumerable.Repeat("</a>", XmppLimits.MaxDepth)));
        wire.Say("<a " + string.Join(' ', Enumerable.Range(0, XmppLimits.MaxAttributes).Select(i => $"a{i}=''")) + "/>");
        wire.Say($"<a>{new string('x', XmppLimits.MaxStanzaBytes - 7)}</a>");
        Assert.Equal(3, wire.Events().OfType<StanzaArrived>().Count());
    }

    [Fact(DisplayName = "XMPP-S-5 silence of 60 s: a ping; 20 s more: over")]
    public void Keep_alive()
    {
        var wire = ComponentWire.Up();
        wire.Wait(30);
        wire.Say(" ");
        wire.Wait(59);
        Assert.Equal("", wire.Sent());
        wire.Wait(2);
        var ping = wire.Sent();
        Assert.Contains("<ping xmlns='urn:xmpp:ping'/>", ping, StringComparison.Ordinal);
        wire.Say(ping);
        Assert.Empty(wire.Events());

        wire.Wait(61);
        Assert.NotEqual("", wire.Sent());
        wire.Wait(19);
        Assert.Empty(wire.Events());
        wire.Wait(2);
        Assert.Equal("connection-timeout", Assert.IsType<ComponentDown>(Assert.Single(wire.Events())).Condition);
    }

    [Fact(DisplayName = "L14 a handshake takes at most 10 s")]
    public void Slow_handshake()
    {
        var wire = new ComponentWire();
        wire.Say(ComponentWire.Header);
        wire.Wait(9.9);
        Assert.Empty(wire.Events());
        wire.Wait(0.2);
        Assert.IsType<ComponentDown>(Assert.Single(wire.Events()));
    }

    [Fact(DisplayName = "R-06 wherever the stream is cut the stanzas are the same")]
    public void Cuts_do_not_matter()
    {
        const string Text = ComponentWire.Header + "<handshake/>\n<message from='a@b' to='r@rooms.example'><body>1 &lt; 2 <![CDATA[<x>]]]]><x a=\"'>\"/>é</body></message>"
            + "<presence/> <iq type='get' id='1'><q xmlns='urn:x' xml:lang='en' p:a='1' xmlns:p='urn:p'/></iq></stream:stream>";
        var bytes = System.Text.Encoding.UTF8.GetBytes(Text);
        var whole = Events([bytes]);
        Assert.Equal(5, whole.Count);
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            Assert.Equal(whole, Events([bytes[..cut], bytes[cut..]]));
        }

        Assert.Equal(whole, Events([.. bytes.Select(one => new[] { one })]));
    }

    private static List<string> Events(byte[][] pieces)
    {
        var wire = new ComponentWire();
        foreach (var piece in pieces)
        {
            wire.Stream.Receive(default, piece);
        }

        return [.. wire.Events().Select(happened => happened is StanzaArrived { Stanza: var stanza } ? stanza.ToString() : happened.ToString())];
    }

    private static void Fails(string text, string condition)
    {
        var wire = ComponentWire.Up();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Environment.TickCount64;
        wire.Say(text);
        var took = Environment.TickCount64 - started;
        var spent = GC.GetAllocatedBytesForCurrentThread() - before - text.Length * 3L;

        var down = Assert.IsType<ComponentDown>(Assert.Single(wire.Events()));
        Assert.Equal((condition, true), (down.Condition, down.IsOurs));
        Assert.Contains($"<{condition} xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>", wire.Sent(), StringComparison.Ordinal);
        Assert.InRange(spent, long.MinValue, 4 * 1024 * 1024);
        Assert.InRange(took, 0, 1_000);
        wire.Say("<message/>");
        Assert.Empty(wire.Events());
    }
}
