using System.Text;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.Protocols.Tests.Sip.Torture;

/// <summary>V-10: the 49 messages on the parser and the rules of a UAS; what transactions, registrar and calls make of them is tested with those.</summary>
public class Rfc4475Tests
{
    private static readonly SipUasRules Rules = new() { Methods = [.. new SipUasRules().Methods, SipMethod.Register] };

    /// <summary>Name, outcome of the parser, status a UAS answers (0: it goes on to whoever is called).</summary>
    public static TheoryData<string, SipOutcome, int> Datagrams => new()
    {
        { "wsinv", SipOutcome.Accepted, 0 },
        { "intmeth", SipOutcome.Accepted, 501 },
        { "esc01", SipOutcome.Accepted, 0 },
        { "escnull", SipOutcome.Accepted, 0 },
        { "esc02", SipOutcome.Accepted, 501 },
        { "lwsdisp", SipOutcome.Accepted, 0 },
        { "longreq", SipOutcome.Accepted, 0 },
        { "dblreq", SipOutcome.Accepted, 0 },
        { "semiuri", SipOutcome.Accepted, 0 },
        { "transports", SipOutcome.Accepted, 0 },
        { "mpart01", SipOutcome.Accepted, 415 },
        { "unreason", SipOutcome.Accepted, 0 },
        { "noreason", SipOutcome.Accepted, 0 },
        { "badinv01", SipOutcome.Refused, 400 },
        { "clerr", SipOutcome.Refused, 400 },
        { "ncl", SipOutcome.Refused, 400 },
        { "scalar02", SipOutcome.Refused, 400 },
        { "scalarlg", SipOutcome.Dropped, 0 },
        { "quotbal", SipOutcome.Refused, 400 },
        { "ltgtruri", SipOutcome.Refused, 400 },
        { "lwsruri", SipOutcome.Refused, 400 },
        { "lwsstart", SipOutcome.Refused, 400 },
        { "trws", SipOutcome.Refused, 400 },
        { "escruri", SipOutcome.Refused, 400 },
        { "baddate", SipOutcome.Accepted, 0 },
        { "regbadct", SipOutcome.Accepted, 0 },
        { "badaspec", SipOutcome.Refused, 400 },
        { "baddn", SipOutcome.Refused, 400 },
        { "badvers", SipOutcome.Refused, 505 },
        { "mismatch01", SipOutcome.Refused, 400 },
        { "mismatch02", SipOutcome.Refused, 501 },
        { "bigcode", SipOutcome.Dropped, 0 },
        { "badbranch", SipOutcome.Accepted, 0 },
        { "insuf", SipOutcome.Refused, 400 },
        { "unkscm", SipOutcome.Accepted, 416 },
        { "novelsc", SipOutcome.Accepted, 416 },
        { "unksm2", SipOutcome.Accepted, 0 },
        { "bext01", SipOutcome.Accepted, 420 },
        { "invut", SipOutcome.Accepted, 415 },
        { "regaut01", SipOutcome.Accepted, 0 },
        { "multi01", SipOutcome.Refused, 400 },
        { "mcl01", SipOutcome.Refused, 400 },
        { "bcast", SipOutcome.Accepted, 0 },
        { "zeromf", SipOutcome.Accepted, 0 },
        { "cparam01", SipOutcome.Accepted, 0 },
        { "cparam02", SipOutcome.Accepted, 0 },
        { "regescrt", SipOutcome.Accepted, 0 },
        { "sdp01", SipOutcome.Accepted, 406 },
        { "inv2543", SipOutcome.Accepted, 0 },
    };

    [Fact(DisplayName = "R-04 all 49 messages are there")]
    public void The_corpus_is_whole()
    {
        Assert.Equal(49, TortureFile.Rfc4475.Count);
        Assert.Equal(49, Datagrams.Count);
    }

    [Theory(DisplayName = "R-04 RFC 4475 as datagrams")]
    [MemberData(nameof(Datagrams))]
    public void As_datagrams(string name, SipOutcome outcome, int status)
    {
        var got = SipParser.Parse(TortureFile.Rfc4475[name], SipFraming.Datagram, out var message, out var fault);

        Assert.True(outcome == got, $"{got} {fault}");
        Assert.Equal(status, Status(got, message, fault));
    }

    [Theory(DisplayName = "R-04 RFC 4475 over a stream: the same, and what loses the framing is answered before it is closed")]
    [MemberData(nameof(Datagrams))]
    public void Over_streams(string name, SipOutcome outcome, int status)
    {
        var framer = new SipStreamFramer();
        framer.Append(default, TortureFile.Rfc4475[name]);

        var kind = framer.TryTake(out var frame);

        switch (name)
        {
            case "clerr":
                // The rest of the body never comes: the owner closes after ten seconds.
                Assert.Equal(SipFrameKind.None, kind);
                Assert.Equal(default(Instant) + TimeSpan.FromSeconds(10), framer.Deadline);
                return;
            case "ncl" or "mcl01" or "inv2543":
                Assert.Equal(SipFrameKind.Broken, kind);
                (outcome, status) = (SipOutcome.Refused, 400);
                break;
            case "bigcode":
                Assert.Equal(SipFrameKind.Broken, kind);
                break;
            default:
                Assert.Equal(SipFrameKind.Message, kind);
                break;
        }

        Assert.Equal(outcome, SipParser.Parse(frame, SipFraming.Stream, out var message, out var fault));
        Assert.Equal(status, Status(outcome, message, fault));
        Assert.Equal(name is "ncl" or "mcl01" or "inv2543", fault?.LosesFraming ?? false);
    }

    [Fact(DisplayName = "3.1.1.1 wsinv: three Via, folded values, the body to the byte")]
    public void Wsinv()
    {
        var message = Read("wsinv");

        Assert.Equal(["UDP", "TCP", "UDP"], message.Vias.Select(via => via.Transport));
        Assert.Equal("390skdjuw", message.TopVia!.Branch);
        Assert.False(message.TopVia.HasUniqueBranch);
        Assert.Equal("z9hG4bK30239", message.Vias[2].Branch);
        Assert.Equal("1918181833n", message.ToTag);
        Assert.Equal(("J Rosenberg \\\"", "98asjd8"), (message.From!.DisplayName, message.FromTag));
        Assert.Equal(new SipCSeq(9, "INVITE"), message.CSeq);
        Assert.Equal(68, message.MaxForwards);
        Assert.Equal("newfangled value continued newfangled value", message.First("newfangledheader"));
        Assert.Equal("", message.First(SipHeader.Subject));
        var contact = message.Address(SipHeader.Contact)!;
        Assert.Equal(("Quoted string \"\"", "newvalue", "0.33"), (contact.DisplayName, contact.Parameters["newparam"], contact.Parameters["q"]));
        Assert.True(message.Address(SipHeader.Route)!.Uri.IsLoose);
        Assert.Equal(150, message.Body.Length);
    }

    [Fact(DisplayName = "3.1.1.2 intmeth: everything a token may hold, and escaped NUL in a quoted string")]
    public void Intmeth()
    {
        var message = Read("intmeth");

        Assert.Equal("!interesting-Method0123456789_*+`.%indeed'~", message.Method);
        Assert.True(SipUri.TryParse(message.RequestUri, out var uri));
        Assert.Equal(("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*", "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)", "example.com"), (uri.User, uri.Password, uri.Host));
        Assert.Equal("BEL:\a NUL:\0 DEL:\u007f", message.To!.DisplayName);
        Assert.Equal("работающий", SipText.Decode(message.From!.Parameters["fromParam''~+*_!.-%"]!));
        Assert.Equal("intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{", message.CallId);
        Assert.Equal("大停電", SipText.Decode(message.First("extensionHeader-!.%*+_`'~")!));
    }

    [Fact(DisplayName = "3.1.1.3 to 3.1.1.5 escapes: decoded for looking up, never in names")]
    public void Escapes()
    {
        Assert.True(SipUri.TryParse(Read("esc01").RequestUri, out var uri));
        Assert.Equal(("sip", "sips:user@example.com", "example.net"), (uri.Scheme, uri.PlainUser, uri.Host));
        Assert.True(Read("escnull").TryGetAddresses(SipHeader.Contact, out var contacts));
        Assert.Equal(2, contacts.Count);
        Assert.False(contacts[0].Uri.IsSame(contacts[1].Uri));
        Assert.Equal(2, Read("esc02").All(SipHeader.Contact).Count);
    }

    [Fact(DisplayName = "3.1.1.8, 3.1.1.9, 3.1.1.11 octets after the message, semicolons in the user, binary parts")]
    public void Bodies_and_bounds()
    {
        Assert.EndsWith("\r\n\r\n", Encoding.ASCII.GetString(Read("dblreq").Bytes.Span), StringComparison.Ordinal);
        Assert.True(SipUri.TryParse(Read("semiuri").RequestUri, out var uri));
        Assert.Equal("user;par=u@example.net", uri.PlainUser);
        Assert.Empty(uri.Parameters.Items);
        Assert.Equal(6, Read("semiuri").List(SipHeader.Accept).Count);
        Assert.True(SipMultipart.TryRead(Read("mpart01"), out var parts));
        Assert.Equal(["text/plain", "application/octet-stream"], parts.Select(part => part.Type.Name));
        Assert.Equal("Hello"u8.ToArray(), parts[0].Content.ToArray());
        Assert.Equal((342, 0x30, 0x05), (parts[1].Content.Length, parts[1].Content.Span[0], parts[1].Content.Span[^1]));
        Assert.Equal(34, Read("longreq").Vias.Count);
        Assert.Equal(5, Read("transports").Vias.Count);
    }

    [Fact(DisplayName = "3.1.1.12, 3.1.1.13 reason phrases in UTF-8 and none at all")]
    public void Reasons()
    {
        Assert.Equal("= 2**3 * 5**2 но сто девяносто девять - простое", Read("unreason").Reason);
        Assert.Equal((100, ""), (Read("noreason").Status, Read("noreason").Reason));
    }

    [Fact(DisplayName = "3.3.5, 3.3.6 refusals say what would do")]
    public void Refusals_say_what_would_do()
    {
        Assert.Equal([(SipHeader.Unsupported, "nothingSupportsThis, nothingSupportsThisEither")], Rules.Check(Read("bext01"))!.Headers);
        Assert.Equal([(SipHeader.Accept, "application/sdp")], Rules.Check(Read("invut"))!.Headers);
    }

    [Fact(DisplayName = "SIP-MSG-22 3.3.1 insuf: the refusal names the header and echoes what there is")]
    public void Refusals_name_the_header()
    {
        SipParser.Parse(TortureFile.Rfc4475["insuf"], SipFraming.Datagram, out var request, out var fault);
        var response = SipBuilder.ResponseTo(request!, fault!.Status, fault.Reason, "t").Build();

        Assert.Equal("Missing Call-ID", response.Reason);
        Assert.Equal("z9hG4bKkdj.insuf", response.TopVia!.Branch);
        Assert.Null(response.To);
    }

    [Fact(DisplayName = "TS-05 3.1.1.2 echoing what others wrote keeps it to the byte")]
    public void Echoes_are_exact()
    {
        var request = Read("intmeth");
        var response = SipBuilder.ResponseTo(request, 501, null, null).Build();

        foreach (var name in new[] { SipHeader.From, SipHeader.To, SipHeader.CallId, SipHeader.CSeq })
        {
            Assert.Equal(request.First(name), response.First(name));
        }
    }

    private static SipMessage Read(string name)
    {
        Assert.Equal(SipOutcome.Accepted, SipParser.Parse(TortureFile.Rfc4475[name], SipFraming.Datagram, out var message, out _));
        return message!;
    }

    private static int Status(SipOutcome outcome, SipMessage? message, SipFault? fault) => outcome switch
    {
        SipOutcome.Refused => fault!.Status,
        SipOutcome.Accepted when message!.IsRequest => Rules.Check(message)?.Status ?? 0,
        _ => 0,
    };
}
