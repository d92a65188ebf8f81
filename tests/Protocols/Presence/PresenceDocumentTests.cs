using System.Text;
using Sylk.Conference.Protocols.Presence;

namespace Sylk.Conference.Protocols.Tests.Presence;

/// <summary>RFC 3863 and RFC 4480: examples and bounds.</summary>
public class PresenceDocumentTests
{
    private const string Plain =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><impp:presence xmlns:impp=\"urn:ietf:params:xml:ns:pidf\" xmlns:im=\"urn:ietf:params:xml:ns:pidf:im\""
        + " xmlns:myex=\"http://id.example.com/presence/\" entity=\"pres:someone@example.com\"><impp:tuple id=\"bs35r9\"><impp:status>"
        + "<impp:basic>open</impp:basic><im:im>busy</im:im><myex:location>home</myex:location></impp:status>"
        + "<impp:contact priority=\"0.8\">im:someone@mobilecarrier.net</impp:contact><impp:note xml:lang=\"en\">Don't Disturb Please!</impp:note>"
        + "<impp:note xml:lang=\"fr\">Ne derangez pas, s'il vous plait</impp:note><impp:timestamp>2001-10-27T16:49:29Z</impp:timestamp></impp:tuple>"
        + "<impp:tuple id=\"eg92n8\"><impp:status><impp:basic>open</impp:basic></impp:status>"
        + "<impp:contact priority=\"1.0\">mailto:someone@example.com</impp:contact></impp:tuple><impp:note>I'll be in Tokyo next week</impp:note></impp:presence>";

    private const string Rich =
        "<presence xmlns=\"urn:ietf:params:xml:ns:pidf\" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\" xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\""
        + " entity=\"pres:someone@example.com\"><tuple id=\"bs35r9\"><status><basic>open</basic></status><rpid:activities><rpid:busy/></rpid:activities>"
        + "</tuple><dm:person id=\"p1\"><rpid:activities from=\"2005-05-30T12:00:00+05:00\"><rpid:note>Far away</rpid:note><rpid:away/>"
        + "<rpid:on-the-phone/></rpid:activities><dm:note>Scoring 120</dm:note></dm:person></presence>";

    [Fact(DisplayName = "The example of RFC 3863 section 4.2.3 reads as it says")]
    public void Simple()
    {
        var document = Read(Plain)!;
        Assert.Equal(("pres:someone@example.com", true), (document.Entity, document.IsOpen));
        Assert.Equal([new PresenceNote("I'll be in Tokyo next week")], document.Notes);
        var (first, second) = (document.Tuples[0], document.Tuples[1]);
        Assert.Equal(("bs35r9", true, "im:someone@mobilecarrier.net", 0.8m), (first.Id, first.IsOpen, first.Contact, first.Priority));
        Assert.Equal([new PresenceNote("Don't Disturb Please!", "en"), new PresenceNote("Ne derangez pas, s'il vous plait", "fr")], first.Notes);
        Assert.Equal(new DateTimeOffset(2001, 10, 27, 16, 49, 29, TimeSpan.Zero), first.At);
        Assert.Equal((1.0m, 2), (second.Priority, document.Tuples.Length));
    }

    [Fact(DisplayName = "Activities of a person and of a tuple (RFC 4480) are read; notes inside them are none")]
    public void Activities()
    {
        var document = Read(Rich)!;
        Assert.Equal(["away", "on-the-phone"], document.Activities);
        Assert.Equal(["away", "on-the-phone", "busy"], document.AllActivities);
        Assert.Equal([new PresenceNote("Scoring 120")], document.Notes);
    }

    [Theory(DisplayName = "What is written reads the same")]
    [InlineData(Plain)]
    [InlineData(Rich)]
    public void Again(string text)
    {
        var document = Read(text)!;
        var again = PresenceDocument.Read(document.Write())!;
        Assert.Equal(Encoding.UTF8.GetString(document.Write()), Encoding.UTF8.GetString(again.Write()));
        Assert.Equal(document.AllActivities, again.AllActivities);
        Assert.Equal(document.Notes, again.Notes);
        Assert.Equal(document.Tuples.Select(tuple => (tuple.Id, tuple.IsOpen, tuple.Contact, tuple.Priority, tuple.At)), again.Tuples.Select(tuple => (tuple.Id, tuple.IsOpen, tuple.Contact, tuple.Priority, tuple.At)));
    }

    [Fact(DisplayName = "A document of ours, to the letter; a word nobody knows becomes unknown")]
    public void Ours()
    {
        var document = new PresenceDocument("sip:alice@example.com")
        {
            Tuples = [new PresenceTuple("t1", true) { Contact = "sip:alice@example.com" }],
            Activities = ["on-the-phone", "<evil"],
            Notes = [new PresenceNote("In a call & happy", "en")],
        };
        Assert.Equal(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><presence entity=\"sip:alice@example.com\" xmlns:dm=\"urn:ietf:params:xml:ns:pidf:data-model\""
            + " xmlns:rpid=\"urn:ietf:params:xml:ns:pidf:rpid\" xmlns=\"urn:ietf:params:xml:ns:pidf\"><tuple id=\"t1\"><status><basic>open</basic></status>"
            + "<contact>sip:alice@example.com</contact></tuple><note xml:lang=\"en\">In a call &amp; happy</note><dm:person id=\"p1\"><rpid:activities>"
            + "<rpid:on-the-phone /><rpid:unknown /></rpid:activities></dm:person></presence>",
            Encoding.UTF8.GetString(document.Write()));
    }

    [Fact(DisplayName = "More tuples than anybody has are cut; priorities that are none are none; no document throws")]
    public void Bounds()
    {
        var many = "<presence xmlns='urn:ietf:params:xml:ns:pidf' entity='x'>"
            + string.Concat(Enumerable.Repeat("<tuple id='a'><status/><contact priority='7'>c</contact></tuple>", 100)) + "</presence>";
        var document = Read(many)!;
        Assert.Equal((32, false), (document.Tuples.Length, document.IsOpen));
        Assert.All(document.Tuples, tuple => Assert.Null(tuple.Priority));
        Assert.Null(Read("<presence xmlns='urn:ietf:params:xml:ns:pidf'/>"));
        Assert.Null(Read("<!DOCTYPE x SYSTEM 'file:///etc/passwd'>" + many));
        Assert.Null(Read(string.Concat(Enumerable.Repeat("<a>", 100_000))));
        Assert.Null(Read(many[..500]));
    }

    private static PresenceDocument? Read(string text) => PresenceDocument.Read(Encoding.UTF8.GetBytes(text));
}
