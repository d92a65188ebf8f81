using System.Text;
using CsCheck;
using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.Protocols.Tests.Xmpp;

public class XmppElementTests
{
    [Fact(DisplayName = "XMPP-S-3 what is written has five entities and no character XML does not have")]
    public void Characters()
    {
        var element = new XmppElement("body", XmppNames.Component).Set("a", "'\"<&>\n\0").Say("a\0\u0001\uFFFE\uD800b<&>\r\n😀");
        Assert.Equal("<body a='&apos;\"&lt;&amp;&gt;&#10;'>ab&lt;&amp;&gt;&#13;\n😀</body>", Encoding.UTF8.GetString(XmppWriter.Write(element)));
    }

    [Fact(DisplayName = "any text written reads back, but for what XML cannot say")]
    public void Any_text() => Gen.String.Sample(text =>
    {
        var element = new XmppElement("m", XmppNames.Component).Set("a", text).Add(new XmppElement("b", "urn:b").Say(text));
        var again = StanzaReader.TryRead(XmppWriter.Write(element));
        Assert.NotNull(again);
        Assert.Equal(XmppWriter.Write(element), XmppWriter.Write(again));
    });

    [Fact(DisplayName = "MUC-4 an element nobody here knows keeps its names, languages and order")]
    public void Unknown_elements()
    {
        const string Text = "<message xml:lang='de' id='1'><x xmlns='urn:x' p:k='v' xmlns:p='urn:p'>a<p:y/>b<z xmlns=''/></x><body>c</body></message>";
        var element = StanzaReader.TryRead(Encoding.UTF8.GetBytes(Text))!;
        Assert.Equal("urn:p", element.Child("x", "urn:x")!.Elements.First().Namespace);
        Assert.Equal(
            "<message xml:lang='de' id='1'><x xmlns='urn:x' xmlns:a0='urn:p' a0:k='v'>a<y xmlns='urn:p'/>b<z xmlns=''/></x><body>c</body></message>",
            Encoding.UTF8.GetString(XmppWriter.Write(element)));
    }

    [Theory(DisplayName = "XMPP-S-7 answers and errors are never answered")]
    [InlineData(null, true)]
    [InlineData("get", true)]
    [InlineData("groupchat", true)]
    [InlineData("result", false)]
    [InlineData("error", false)]
    public void Loops(string? type, bool may) => Assert.Equal(may, StanzaErrors.MayAnswer(new XmppElement("iq", XmppNames.Component).Set("type", type)));

    [Fact(DisplayName = "RFC 6120 section 8.3 an error goes back with the id, and its condition is read again")]
    public void Errors()
    {
        var asked = StanzaReader.TryRead("<iq type='get' id='7' from='a@b/c' to='r@d'/>"u8)!;
        var answer = StanzaErrors.Answer(asked, StanzaErrors.ItemNotFound, "gone");
        Assert.Equal(
            "<iq type='error' from='r@d' to='a@b/c' id='7'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
            + "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>gone</text></error></iq>",
            Encoding.UTF8.GetString(XmppWriter.Write(answer)));
        Assert.Equal(StanzaErrors.ItemNotFound, StanzaErrors.ConditionOf(answer));
    }
}
