using System.Text;
using Sylk.Conference.Protocols.Cpim;

namespace Sylk.Conference.Protocols.Tests.Cpim;

/// <summary>RFC 3862, its example and its rules.</summary>
public class CpimTests
{
    private const string Example =
        "From: MR SANDERS <im:piglet@100akerwood.com>\r\nTo: Depressed Donkey <im:eeyore@100akerwood.com>\r\n"
        + "DateTime: 2000-12-13T13:40:00-08:00\r\nSubject: the weather will be fine today\r\nSubject:;lang=fr beau temps prevu pour aujourd'hui\r\n"
        + "NS: MyFeatures <mid:MessageFeatures@id.foo.com>\r\nRequire: MyFeatures.VitalMessageOption\r\n"
        + "MyFeatures.VitalMessageOption: Confirmation-requested\r\nMyFeatures.WackyMessageOption: Use-silly-font\r\n\r\n"
        + "Content-type: text/xml; charset=utf-8\r\nContent-ID: <1234567890@foo.com>\r\n\r\n<body>\r\nHere is the text of my message.\r\n</body>";

    [Fact(DisplayName = "V-19 the example of section 5.1 asks for what we do not know; without that it reads to the letter")]
    public void Whole()
    {
        Assert.Equal(CpimFault.Required, FaultOf(Example));
        var message = Read(Example.Replace("Require: MyFeatures.VitalMessageOption\r\n", "", StringComparison.Ordinal));
        Assert.Equal(new CpimAddress("MR SANDERS", "im:piglet@100akerwood.com"), message.From);
        Assert.Equal([new CpimAddress("Depressed Donkey", "im:eeyore@100akerwood.com")], message.To);
        Assert.Equal(new DateTimeOffset(2000, 12, 13, 13, 40, 0, TimeSpan.FromHours(-8)), message.SentAt);
        Assert.Equal(
            [("the weather will be fine today", null), ("beau temps prevu pour aujourd'hui", "fr")],
            message.Headers.Where(header => header.Is(CpimHeader.Core, CpimHeader.Subject)).Select(header => (header.Text, header.Language)));
        Assert.Equal("Use-silly-font", message["mid:MessageFeatures@id.foo.com", "WackyMessageOption"]);
        Assert.Equal(("text/xml; charset=utf-8", "<1234567890@foo.com>"), (message.ContentType, message.ContentHeader("content-id")));
        Assert.Equal("<body>\r\nHere is the text of my message.\r\n</body>", Encoding.UTF8.GetString(message.Content.Span));
    }

    [Fact(DisplayName = "LO-2 a mark of ours is found again, and more than five of others are too many")]
    public void Rounds()
    {
        var message = Enumerable.Range(0, 5).Aggregate(new CpimMessage(), (sofar, i) => sofar.PassedBy($"other{i}"));
        Assert.False(message.HasComeRound("ours"));
        Assert.True(message.PassedBy("other5").HasComeRound("ours"));
        Assert.True(CpimMessage.TryRead(new CpimMessage().PassedBy("ours").Write(), out var read, out _));
        Assert.True(read.HasComeRound("ours"));
        Assert.False(read.HasComeRound("OURS"));
    }

    [Fact(DisplayName = "What is written reads the same, unknown headers and their namespaces included")]
    public void Again()
    {
        var message = Read(Example.Replace("Require: MyFeatures.VitalMessageOption\r\n", "", StringComparison.Ordinal))
            .With(CpimHeader.Imdn, "Message-ID", "34jk324j").With(CpimHeader.Sylk, "Origin", "abc");
        var text = Encoding.UTF8.GetString(message.Write());
        Assert.Contains("NS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: 34jk324j\r\n", text, StringComparison.Ordinal);
        Assert.Contains("NS: syl <urn:sylk:conference>\r\nsyl.Origin: abc\r\n", text, StringComparison.Ordinal);
        var again = Read(text);
        Assert.Equal(message.Headers, again.Headers);
        Assert.Equal(message.ContentHeaders, again.ContentHeaders);
        Assert.Equal(message.Content.ToArray(), again.Content.ToArray());
    }

    [Theory(DisplayName = "Addresses: names bare, quoted, escaped or missing; what is no address is none")]
    [InlineData("Winnie the Pooh <im:pooh@100akerwood.com>", "Winnie the Pooh", "im:pooh@100akerwood.com")]
    [InlineData("<im:tigger@100akerwood.com>", "", "im:tigger@100akerwood.com")]
    [InlineData("\"A \\\"B\\\" <c>\" <sip:a@b>", "A \"B\" <c>", "sip:a@b")]
    [InlineData("\"J\\u00fcrgen\\n\" <sip:j@b>", "Jürgen", "sip:j@b")]
    [InlineData("Jürgen <sip:j@b;transport=tcp>", "Jürgen", "sip:j@b;transport=tcp")]
    [InlineData("nobody", null, null)]
    [InlineData("<nobody>", null, null)]
    [InlineData("<sip:a@b", null, null)]
    [InlineData("<sip:a@b> and more", null, null)]
    [InlineData("<sip:a@b><sip:c@d>", null, null)]
    public void Addresses(string text, string? name, string? uri)
    {
        var isOne = CpimAddress.TryParse(text, out var address);
        Assert.Equal((uri is not null, name, uri), (isOne, isOne ? address.Name : null, isOne ? address.Uri : null));
        Assert.True(!isOne || (CpimAddress.TryParse(address.ToString(), out var again) && again == address));
    }

    [Theory(DisplayName = "Escapes of section 2.3: the named ones, four digits, and a backslash before anything else is dropped")]
    [InlineData(@"a\\b\""c\'d", "a\\b\"c'd")]
    [InlineData(@"\b\t\n\r", "\b\t\n\r")]
    [InlineData(@"\u00e9\u20AC", "é€")]
    [InlineData(@"\ud83d\ude00", "😀")]
    [InlineData(@"\ud83d.", "\uFFFD.")]
    [InlineData(@"\q\u12", "qu12")]
    [InlineData(@"end\", @"end\")]
    public void Escapes(string wire, string text)
    {
        Assert.Equal(text, new CpimHeader("", "x", wire).Text);
        Assert.Equal(text, CpimText.Unescape(CpimText.Escape(text)));
    }

    [Fact(DisplayName = "Names count their case; a namespace is for what follows; one without a prefix is for names without one")]
    public void Spaces()
    {
        var message = Read("from: <a:b>\r\nx.A: 1\r\nNS: x <urn:x>\r\nx.A: 2\r\nNS: <urn:y>\r\nFrom: <a:c>\r\n\r\n\r\nhi");
        Assert.Null(message.From);
        Assert.Equal([(CpimHeader.Core, "from"), ("", "x.A"), ("urn:x", "A"), ("urn:y", "From")], message.Headers.Select(header => (header.Space, header.Name)));
        Assert.Equal(("text/plain", "hi"), (message.ContentType, Encoding.UTF8.GetString(message.Content.Span)));
    }

    [Fact(DisplayName = "LF alone ends lines too; MIME headers may be folded; imdn needs no declaration")]
    public void Lenient()
    {
        var message = Read("From:<a:b>\nimdn.Message-ID: 7\n\nContent-Type: text/plain;\n charset=utf-8\nContent-Length: 99\n\nhi");
        Assert.Equal(("a:b", "7"), (message.From?.Uri, message[CpimHeader.Imdn, "Message-ID"]));
        Assert.Equal("text/plain; charset=utf-8", message.ContentType);
        Assert.Equal(2, message.Content.Length);
    }

    [Theory(DisplayName = "What is no message, or more than one may be, is refused with its reason")]
    [InlineData("", CpimFault.Malformed)]
    [InlineData("\r\n\r\nhi", CpimFault.Malformed)]
    [InlineData("From: <a:b>\r\n", CpimFault.Malformed)]
    [InlineData("From: <a:b>\r\n\r\nno colon\r\n\r\nhi", CpimFault.Malformed)]
    [InlineData("From <a:b>\r\n\r\n\r\nhi", CpimFault.Malformed)]
    [InlineData("a.b.c: d\r\n\r\n\r\nhi", CpimFault.Malformed)]
    [InlineData("A: b\u0001\r\n\r\n\r\nhi", CpimFault.Malformed)]
    [InlineData("NS: x urn:x\r\n\r\n\r\nhi", CpimFault.Malformed)]
    [InlineData("A: b\r\nRequire: To,x.y\r\n\r\n\r\nhi", CpimFault.Required)]
    [InlineData("A: b\r\nRequire: To, From\r\n\r\n\r\nhi", CpimFault.None)]
    [InlineData("many", CpimFault.TooMuch)]
    [InlineData("long", CpimFault.TooMuch)]
    public void Refused(string text, CpimFault fault) => Assert.Equal(fault, FaultOf(text switch
    {
        "many" => string.Concat(Enumerable.Repeat("A: b\r\n", 65)) + "\r\n\r\n",
        "long" => $"A: {new string('b', 5000)}\r\n\r\n\r\n",
        _ => text,
    }));

    [Fact(DisplayName = "No value, whatever it holds, makes another line")]
    public void Injection()
    {
        var message = new CpimMessage { ContentHeaders = [new("Content-Type", "text/plain\r\nX: y")] }
            .With(CpimHeader.Core, CpimHeader.From, new CpimAddress("A\r\nTo: <b:c>", "sip:a@b\r\n").ToString())
            .With(CpimHeader.Core, CpimHeader.Subject, "x\r\n\r\nhi");
        var again = Read(Encoding.UTF8.GetString(message.Write()));
        Assert.Equal(2, again.Headers.Length);
        Assert.Single(again.ContentHeaders);
        Assert.Empty(again.To);
    }

    private static CpimMessage Read(string text)
    {
        Assert.True(CpimMessage.TryRead(Encoding.UTF8.GetBytes(text), out var message, out var fault), fault.ToString());
        return message;
    }

    private static CpimFault FaultOf(string text)
    {
        CpimMessage.TryRead(Encoding.UTF8.GetBytes(text), out _, out var fault);
        return fault;
    }
}
