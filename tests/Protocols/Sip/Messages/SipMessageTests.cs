using System.Globalization;
using System.Text;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Messages;

public class SipMessageTests
{
    private const string Start = "OPTIONS sip:a@b SIP/2.0\r\n";
    private const string Mandatory = "Via: SIP/2.0/UDP c;branch=z9hG4bK1\r\nFrom: <sip:x@y>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: i\r\nCSeq: 1 OPTIONS\r\n";

    [Theory(DisplayName = "SIP-MSG-12 compact names are the long ones")]
    [InlineData("i", SipHeader.CallId)]
    [InlineData("m", SipHeader.Contact)]
    [InlineData("e", SipHeader.ContentEncoding)]
    [InlineData("l", SipHeader.ContentLength)]
    [InlineData("c", SipHeader.ContentType)]
    [InlineData("f", SipHeader.From)]
    [InlineData("s", SipHeader.Subject)]
    [InlineData("k", SipHeader.Supported)]
    [InlineData("t", SipHeader.To)]
    [InlineData("v", SipHeader.Via)]
    [InlineData("o", SipHeader.Event)]
    [InlineData("u", SipHeader.AllowEvents)]
    [InlineData("r", SipHeader.ReferTo)]
    [InlineData("b", SipHeader.ReferredBy)]
    [InlineData("x", SipHeader.SessionExpires)]
    [InlineData("a", "Accept-Contact")]
    [InlineData("j", "Reject-Contact")]
    [InlineData("d", "Request-Disposition")]
    [InlineData("y", "Identity")]
    [InlineData("n", "Identity-Info")]
    public void Compact_forms(string compact, string name)
    {
        SipParser.Parse(Bytes($"{Start}{compact.ToUpperInvariant()} \t: value\r\n\r\n"), SipFraming.Datagram, out var message, out _);

        Assert.Equal("value", message!.First(name));
        Assert.Equal("value", message.First(name.ToUpperInvariant()));
        Assert.Null(message.First("X-" + name));
    }

    [Theory(DisplayName = "SIP-MSG-11 TS-05 stray controls, nameless and broken lines are refused")]
    [InlineData("X: a\rb\r\n")]
    [InlineData("X: a\nb\r\n")]
    [InlineData("X: a\0b\r\n")]
    [InlineData("X\0: a\r\n")]
    [InlineData(": a\r\n")]
    [InlineData("no colon\r\n")]
    [InlineData("X Y: a\r\n")]
    [InlineData("Ü: a\r\n")]
    public void Broken_lines(string line) => AssertRefused(Start + Mandatory + line + "\r\n", 400);

    [Theory(DisplayName = "SIP-MSG-14 single headers twice are refused, in whatever spelling")]
    [InlineData("to: <sip:a@b>\r\n")]
    [InlineData("F: <sip:x@y>;tag=1\r\n")]
    [InlineData("I: i\r\n")]
    [InlineData("CSEQ: 1 OPTIONS\r\n")]
    [InlineData("Max-Forwards: 1\r\nmax-forwards: 1\r\n")]
    [InlineData("c: text/plain\r\nContent-Type: text/plain\r\n")]
    public void Repeated(string line) => AssertRefused(Start + Mandatory + line + "\r\n", 400);

    [Theory(DisplayName = "SIP-MSG-19 numbers out of range")]
    [InlineData("CSeq: 2147483648 OPTIONS")]
    [InlineData("CSeq: -1 OPTIONS")]
    [InlineData("CSeq: 1")]
    [InlineData("CSeq: OPTIONS")]
    public void Bad_sequences(string line) => AssertRefused(Start + Mandatory.Replace("CSeq: 1 OPTIONS", line, StringComparison.Ordinal) + "\r\n", 400);

    [Fact(DisplayName = "SIP-MSG-19 Expires saturates, Max-Forwards ends at 255, ports at 65535")]
    public void Numbers()
    {
        var message = Read(Start + Mandatory + "Expires: 99999999999999999999\r\nRetry-After: 120 (later);duration=5\r\nX: -1\r\n\r\n");

        Assert.Equal((uint.MaxValue, 120u, null), (message.Number(SipHeader.Expires), message.Number(SipHeader.RetryAfter), message.Number("X")));
        Assert.Equal(70, message.MaxForwards);
        AssertRefused(Start + Mandatory + "Max-Forwards: 256\r\n\r\n", 400);
        var port = Bytes(Start + Mandatory.Replace("UDP c;", "UDP c:65536;", StringComparison.Ordinal) + "\r\n");
        Assert.Equal(SipOutcome.Dropped, SipParser.Parse(port, SipFraming.Datagram, out _, out _));
    }

    [Theory(DisplayName = "SIP-MSG-22 SIP-MSG-24 what is missing is named; without Via nobody is answered")]
    [InlineData("From", SipOutcome.Refused)]
    [InlineData("To", SipOutcome.Refused)]
    [InlineData("Call-ID", SipOutcome.Refused)]
    [InlineData("CSeq", SipOutcome.Refused)]
    [InlineData("Via", SipOutcome.Dropped)]
    public void Missing(string name, SipOutcome outcome)
    {
        var lines = Mandatory.Split("\r\n").Where(line => !line.StartsWith(name + ":", StringComparison.Ordinal));

        Assert.Equal(outcome, SipParser.Parse(Bytes(Start + string.Join("\r\n", lines) + "\r\n"), SipFraming.Datagram, out _, out var fault));
        Assert.Equal((400, "Missing " + name), (fault!.Status, fault.Reason));
    }

    [Theory(DisplayName = "SIP-MSG-5 L10 at the limit it passes, one more is 513")]
    [InlineData("fields", 251)]
    [InlineData("line", 8189)]
    [InlineData("vias", 69)]
    [InlineData("body", 262_144)]
    public void Limits(string what, int most)
    {
        string Text(int n) => Start + Mandatory + what switch
        {
            "fields" => Repeat("X: 1\r\n", n) + "\r\n",
            "line" => "X: " + new string('a', n) + "\r\n\r\n",
            "vias" => "v: " + string.Join(',', Enumerable.Repeat("SIP/2.0/UDP d", n)) + "\r\n\r\n",
            _ => "c: a/b\r\n\r\n" + new string('a', n),
        };
        Read(Text(most));
        AssertRefused(Text(most + 1), 513);
    }

    [Fact(DisplayName = "SIP-MSG-13 lists over several fields are one, quotes and brackets hold commas together")]
    public void Lists()
    {
        var message = Read(Start + Mandatory +
            "Contact: \"a, b\" <sip:a,b@c>;x=\"1,2\", <sip:d@e>\r\nm: sip:f@g;q=1\r\nAuthorization: Digest a=\"b\", c=d\r\nAllow: INVITE , ACK,\r\n BYE\r\n\r\n");

        Assert.True(message.TryGetAddresses(SipHeader.Contact, out var contacts));
        Assert.Equal(["sip:a,b@c", "sip:d@e", "sip:f@g"], contacts.Select(contact => contact.Uri.ToString()));
        Assert.Equal("1,2", contacts[0].Parameters["x"]);
        Assert.Equal(["Digest a=\"b\", c=d"], message.All(SipHeader.Authorization));
        Assert.Equal(["INVITE", "ACK", "BYE"], message.List(SipHeader.Allow));
        Assert.True(message.Lists(SipHeader.Allow, "bye"));
    }

    [Fact(DisplayName = "SIP-MSG-5 more than 64 values in a list or 32 routes do not read")]
    public void Long_lists()
    {
        var routes = string.Join(',', Enumerable.Repeat("<sip:p;lr>", 33));
        var tags = string.Join(',', Enumerable.Repeat("t", 65));
        var message = Read(Start + Mandatory + $"Record-Route: {routes}\r\nSupported: {tags}\r\n\r\n");

        Assert.False(message.TryGetAddresses(SipHeader.RecordRoute, out _));
        Assert.False(message.TryGetList(SipHeader.Supported, out _));
    }

    [Fact(DisplayName = "SIP-MSG-16 without brackets parameters are the header's, with them the URI's")]
    public void Name_addresses()
    {
        Assert.True(SipNameAddress.TryParse("sip:a@b;tag=1;x", out var bare));
        Assert.Equal(("sip:a@b", "1"), (bare.Uri.ToString(), bare.Tag));
        Assert.True(SipNameAddress.TryParse("\"J \\\"R\\\"\" <sip:a@b;x>;tag=2", out var quoted));
        Assert.Equal(("J \"R\"", "sip:a@b;x", "2"), (quoted.DisplayName, quoted.Uri.ToString(), quoted.Tag));
        Assert.Equal("\"J \\\"R\\\"\" <sip:a@b;x>;tag=2", quoted.ToString());
        Assert.Equal("\"Zoë\" <sip:a@b>", SipText.Decode(SipNameAddress.Create(bare.Uri, "Zoë\r\n").ToString()));
        foreach (var text in new[] { "", "<>", "<sip:a@b", "\"a <sip:a@b>", "a, b <sip:a@b>", "sip:a@b?x=y", "<sip:a@b>;", "<sip:a@b>;tag=", "<sip:a@b> x", "a sip:a@b" })
        {
            Assert.False(SipNameAddress.TryParse(text, out _), text);
        }
    }

    [Fact(DisplayName = "SIP-TP-2 RFC 3581: received and rport as the source has it")]
    public void Received_and_rport()
    {
        var source = TransportAddress.FromIPv4(0xC0000201, 4000);
        string Seen(string value) => SipVia.TryParse(value, false, out var via) ? via.SeenFrom(source).ToString() : "";

        Assert.Equal("SIP/2.0/UDP 192.0.2.1;branch=z", Seen("SIP/2.0/UDP 192.0.2.1;branch=z"));
        Assert.Equal("SIP/2.0/UDP x:5;branch=z;received=192.0.2.1", Seen("SIP / 2.0 / UDP x : 5;branch=z"));
        Assert.Equal("SIP/2.0/UDP 192.0.2.1;branch=z;received=192.0.2.1;rport=4000", Seen("SIP/2.0/UDP 192.0.2.1;rport;branch=z"));
        Assert.Equal("SIP/2.0/UDP x;branch=z;received=192.0.2.1", Seen("SIP/2.0/UDP x;received=9.9.9.9;branch=z"));
    }

    [Fact(DisplayName = "SIP-MSG-1 SIP-MSG-3 SIP-MSG-4 body and length by framing")]
    public void Body_by_framing()
    {
        var text = "\r\n\r\n" + Start + Mandatory + "c: a/b\r\nl: 2\r\n\r\nabc";
        Assert.Equal("ab"u8.ToArray(), Read(text).Body.ToArray());
        Assert.Equal(SipOutcome.Refused, SipParser.Parse(Bytes(text), SipFraming.WebSocket, out _, out _));
        var bare = Bytes(text.Replace("l: 2\r\n", "", StringComparison.Ordinal));
        Assert.Equal(SipOutcome.Accepted, SipParser.Parse(bare, SipFraming.WebSocket, out var message, out _));
        Assert.Equal(3, message!.Body.Length);
        AssertRefused(text.Replace("l: 2", "l: 4", StringComparison.Ordinal), 400);
        AssertRefused(text.Replace("c: a/b\r\n", "", StringComparison.Ordinal), 400);
    }

    [Fact(DisplayName = "SIP-BODY-1 TS-20 multiparts: bounds, nesting, which part is the session")]
    public void Multiparts()
    {
        static SipMessage With(string type, string body) => Read($"{Start}{Mandatory}c: {type}\r\n\r\n{body}");
        const string Two = "preamble\r\n--x\r\nContent-Type: text/plain\r\n\r\n--xy\r\n--x \r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--x--\r\nend";
        Assert.Equal("v=0"u8.ToArray(), SipMultipart.FindSdp(With("multipart/mixed;boundary=x", Two))!.Value.ToArray());
        Assert.True(SipMultipart.TryRead(With("multipart/mixed;boundary=\"x\"", Two), out var parts));
        Assert.Equal("--xy"u8.ToArray(), parts[0].Content.ToArray());

        string Nested(int depth) => depth == 0 ? "\r\nleaf" : $"Content-Type: multipart/mixed;boundary=b{depth}\r\n\r\n--b{depth}\r\n{Nested(depth - 1)}\r\n--b{depth}--";
        string Body(int depth) => $"--b{depth}\r\n{Nested(depth - 1)}\r\n--b{depth}--";
        Assert.True(SipMultipart.TryRead(With("multipart/mixed;boundary=b3", Body(3)), out _));
        Assert.False(SipMultipart.TryRead(With("multipart/mixed;boundary=b4", Body(4)), out _));
        Assert.True(SipMultipart.TryRead(With("multipart/mixed;boundary=x", Repeat("--x\r\n\r\na\r\n", 16) + "--x--"), out _));
        Assert.False(SipMultipart.TryRead(With("multipart/mixed;boundary=x", Repeat("--x\r\n\r\na\r\n", 17) + "--x--"), out _));
        Assert.False(SipMultipart.TryRead(With("multipart/mixed;boundary=x", "--x\r\n\r\nnever ends"), out _));
        Assert.False(SipMultipart.TryRead(With($"multipart/mixed;boundary={new string('x', 71)}", ""), out var none) && none.Count > 0);
    }

    [Fact(DisplayName = "SIP-BODY-2 SIP-BODY-3 bodies nobody must understand, encodings nobody can")]
    public void Body_rules()
    {
        var rules = new SipUasRules();
        static SipMessage Invite(string headers) => Read(Start.Replace("OPTIONS", "INVITE", StringComparison.Ordinal) + Mandatory.Replace("OPTIONS", "INVITE", StringComparison.Ordinal) + headers + "\r\n\r\nbody");

        Assert.Equal(415, rules.Check(Invite("c: application/isup"))!.Status);
        Assert.Null(rules.Check(Invite("c: application/isup\r\nContent-Disposition: signal;handling=optional")));
        Assert.Equal((415, SipHeader.AcceptEncoding), (rules.Check(Invite("c: application/sdp\r\ne: gzip"))!.Status, rules.Check(Invite("c: application/sdp\r\ne: gzip"))!.Headers[0].Name));
        Assert.Null(rules.Check(Invite("c: application/sdp\r\nAccept: application/*")));
        Assert.Null(rules.Check(Read(Start + Mandatory + "c: application/sdp\r\nl: 0\r\n\r\n")));
    }

    [Fact(DisplayName = "TS-05 nothing we write can hold a line break")]
    public void No_smuggling()
    {
        var builder = SipBuilder.Request("OPTIONS", "sip:a@b");

        Assert.Throws<ArgumentException>(() => builder.Add("X", "a\r\nEvil: 1"));
        Assert.Throws<ArgumentException>(() => builder.Add("X\n", "a"));
        Assert.Throws<ArgumentException>(() => SipBuilder.Request("OPTIONS", "sip:a@b\r\nEvil: 1"));
        Assert.Throws<ArgumentException>(() => SipBuilder.Response(200, null).Add("X", "\0"));
        SipParser.Parse(Bytes(Start + Mandatory.Replace("Call-ID: i", "Call-ID: i\rEvil: 1", StringComparison.Ordinal) + "\r\n"), SipFraming.Datagram, out var request, out _);
        Assert.Equal("i Evil: 1", SipBuilder.ResponseTo(request!, 400, null, "t").Build().CallId);
    }

    [Fact(DisplayName = "What is written reads the same")]
    public void Written_and_read()
    {
        var message = SipBuilder.Request("OPTIONS", "sip:a@b").Add(SipHeader.Via, "SIP/2.0/UDP c").Add(SipHeader.From, "<sip:x@y>;tag=1")
            .Add(SipHeader.To, "<sip:a@b>").Add(SipHeader.CallId, "i").Add(SipHeader.CSeq, "1 OPTIONS").Body("text/plain", "hi"u8.ToArray()).Build();

        Assert.EndsWith("CSeq: 1 OPTIONS\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi", Encoding.ASCII.GetString(message.Bytes.Span), StringComparison.Ordinal);
        Assert.Equal(SipOutcome.Accepted, SipParser.Parse(message.Bytes, SipFraming.Stream, out var again, out _));
        Assert.Equal(message.Headers(), again!.Headers());
    }

    private static SipMessage Read(string text)
    {
        var outcome = SipParser.Parse(Bytes(text), SipFraming.Datagram, out var message, out var fault);
        Assert.True(outcome == SipOutcome.Accepted, fault?.ToString());
        return message!;
    }

    private static void AssertRefused(string text, int status)
    {
        Assert.Equal(SipOutcome.Refused, SipParser.Parse(Bytes(text), SipFraming.Datagram, out _, out var fault));
        Assert.Equal(status, fault!.Status);
    }

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text.ToString(CultureInfo.InvariantCulture));
}
