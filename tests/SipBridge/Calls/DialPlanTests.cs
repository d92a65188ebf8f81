using System.Text;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge.Tests.Calls;

/// <summary>Which room, and what the roster shows.</summary>
public sealed class DialPlanTests
{
    [Theory(DisplayName = "A user of one of our hosts is a room, whatever its case and escapes")]
    [InlineData("sip:Standup@conf.example", "standup")]
    [InlineData("sip:st%61ndup@conf.example;user=phone", "standup")]
    [InlineData("sips:standup@CONF.example:5061", "standup")]
    [InlineData("sip:standup@elsewhere.example", null)]
    [InlineData("sip:conf.example", null)]
    [InlineData("tel:+4930123", null)]
    [InlineData("sip:stand%00up@conf.example", null)]
    [InlineData("sip:admin@conf.example", null)]
    public void Rooms(string uri, string? room)
    {
        var found = DialPlan.TryFindRoom(uri, host => host.Equals("conf.example", StringComparison.OrdinalIgnoreCase), out var name);
        Assert.Equal((room is not null, room ?? ""), (found, found ? name : ""));
    }

    [Theory(DisplayName = "The roster shows a name, of a number its last digits, of who wants to be hidden nothing")]
    [InlineData("\"Paula Müller\" <sip:paula@x.example>", "", "Paula Müller")]
    [InlineData("<sip:paula@x.example>", "", "paula")]
    [InlineData("<sip:+49 30 123-456@x.example>", "", "···456")]
    [InlineData("\"030 123456\" <sip:x@x.example>", "", "···456")]
    [InlineData("\"112\" <sip:x@x.example>", "", "112")]
    [InlineData("<sip:x.example>", "", "x.example")]
    [InlineData("\"Paula\" <sip:paula@x.example>", "Privacy: id;critical\r\n", "Anonymous")]
    [InlineData("\"Anonymous\" <sip:anonymous@anonymous.invalid>", "", "Anonymous")]
    [InlineData("\"a\u0001b\" <sip:paula@x.example>", "", "ab")]
    public void Names(string from, string more, string shown)
    {
        var text = $"INVITE sip:r@conf.example SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: {from};tag=1\r\nTo: <sip:r@conf.example>\r\n"
            + $"Call-ID: a\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\n{more}Content-Length: 0\r\n\r\n";
        var outcome = SipParser.Parse(Encoding.UTF8.GetBytes(text), SipFraming.Datagram, out var invite, out _);
        if (outcome == SipOutcome.Accepted)
            Assert.Equal(shown, DialPlan.NameOf(invite!, null));
        else
            Assert.Contains("+49 30", from, StringComparison.Ordinal); // a blank in a URI never gets so far
    }

    [Theory(DisplayName = "Keys in INFO, of both kinds")]
    [InlineData("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", '5')]
    [InlineData("application/dtmf-relay", "signal= 11 \r\n", '#')]
    [InlineData("application/dtmf", "*", '*')]
    [InlineData("application/dtmf", "10\r\n", '*')]
    [InlineData("application/dtmf", "x", null)]
    [InlineData("application/dtmf-relay", "Duration=160\r\n", null)]
    [InlineData("application/media_control+xml", "<media_control/>", null)]
    public void Info(string type, string body, char? key)
    {
        var text = $"INFO sip:r@conf.example SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b.example>;tag=1\r\nTo: <sip:r@conf.example>;tag=2\r\n"
            + $"Call-ID: a\r\nCSeq: 1 INFO\r\nMax-Forwards: 70\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        Assert.Equal(SipOutcome.Accepted, SipParser.Parse(Encoding.ASCII.GetBytes(text), SipFraming.Datagram, out var info, out _));
        Assert.Equal(key, InfoDigit.Read(info!));
    }
}
