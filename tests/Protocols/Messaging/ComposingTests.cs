using System.Text;
using Sylk.Conference.Protocols.Messaging;

namespace Sylk.Conference.Protocols.Tests.Messaging;

/// <summary>RFC 3994: the examples of section 5, and bounds.</summary>
public class ComposingTests
{
    private const string Space = "xmlns=\"urn:ietf:params:xml:ns:im-iscomposing\"";

    [Fact(DisplayName = "The examples of section 5 read as they say")]
    public void Examples()
    {
        var active = Read(
            $"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<isComposing {Space}\n xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
            + " xsi:schemaLocation=\"urn:ietf:params:xml:ns:im-composing iscomposing.xsd\">\n<state>active</state>\n"
            + "<contenttype>text/plain</contenttype>\n<refresh>90</refresh>\n</isComposing>");
        Assert.Equal(new Composing(true, 90, null, "text/plain"), active);
        var idle = Read(
            $"<isComposing {Space}><state>idle</state><lastactive>2003-01-27T10:43:00Z</lastactive><contenttype>audio</contenttype></isComposing>");
        Assert.Equal(new Composing(false, null, new DateTimeOffset(2003, 1, 27, 10, 43, 0, TimeSpan.Zero), "audio"), idle);
    }

    [Fact(DisplayName = "What is written reads the same")]
    public void Again()
    {
        var state = new Composing(true, 60, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "text/plain");
        Assert.Equal(state, Composing.Read(state.Write()));
        Assert.Equal(
            $"<?xml version=\"1.0\" encoding=\"utf-8\"?><isComposing {Space}><state>idle</state></isComposing>",
            Encoding.UTF8.GetString(new Composing(false).Write()));
    }

    [Theory(DisplayName = "How long a state lasts is between 5 s and 300 s, 120 s where nobody says")]
    [InlineData("", 120)]
    [InlineData("<refresh>1</refresh>", 5)]
    [InlineData("<refresh>90</refresh>", 90)]
    [InlineData("<refresh>86400</refresh>", 300)]
    [InlineData("<refresh>-3</refresh>", 120)]
    public void Refresh(string refresh, int seconds) =>
        Assert.Equal(seconds, Read($"<isComposing {Space}><state>active</state>{refresh}</isComposing>")?.Lasts.TotalSeconds);

    [Fact(DisplayName = "A state nobody knows is idle; a document of another kind, with a DTD, too deep or too long is none")]
    public void Strange()
    {
        Assert.False(Read($"<isComposing {Space}><state>dreaming</state></isComposing>")!.Active);
        Assert.Null(Read("<isComposing><state>active</state></isComposing>"));
        Assert.Null(Read($"<isComposing {Space}/>"));
        Assert.Null(Read($"<!DOCTYPE a [<!ENTITY e \"active\">]><isComposing {Space}><state>&e;</state></isComposing>"));
        Assert.Null(Read($"<isComposing {Space}><state>active</state>{string.Concat(Enumerable.Repeat("<a>", 20))}{string.Concat(Enumerable.Repeat("</a>", 20))}</isComposing>"));
        Assert.Null(Read($"<isComposing {Space}><state>active</state><a>{new string('x', 9000)}</a></isComposing>"));
        Assert.Null(Read(""));
    }

    private static Composing? Read(string text) => Composing.Read(Encoding.UTF8.GetBytes(text));
}
