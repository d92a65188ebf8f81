using CsCheck;
using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.Protocols.Tests.Xmpp;

public class JidTests
{
    [Theory(DisplayName = "TX-05 RFC 7622 section 3.5 names of one address are equal")]
    [InlineData("juliet@example.com", "juliet@example.com")]
    [InlineData("Juliet@Example.COM/Foo", "juliet@example.com/Foo")]
    [InlineData("juliet@example.com/foo bar", "juliet@example.com/foo bar")]
    [InlineData("example.com/foo", "example.com/foo")]
    [InlineData("fußball@example.com", "fußball@example.com")]
    [InlineData("Ｊｕｌｉｅｔ@example.com", "juliet@example.com")]
    [InlineData("jose\u0301@example.com", "josé@example.com")]
    [InlineData("ΣΑΣ@example.com", "σασ@example.com")]
    [InlineData("a@EXAMPLE.com.", "a@example.com")]
    [InlineData("a@xn--bcher-kva.example", "a@bücher.example")]
    [InlineData("a@BÜCHER.example", "a@bücher.example")]
    [InlineData("a@[::1]", "a@[::1]")]
    [InlineData("a@b/c@d/e", "a@b/c@d/e")]
    [InlineData("a@b/foo\u00A0bar", "a@b/foo bar")]
    [InlineData("foo\\20bar@example.com", "foo\\20bar@example.com")]
    public void Good(string text, string prepared)
    {
        Assert.True(Jid.TryParse(text, out var jid));
        Assert.Equal(prepared, jid.ToString());
        Assert.True(Jid.TryParse(prepared, out var again));
        Assert.Equal(jid, again);
    }

    [Theory(DisplayName = "RFC 7622 section 3.5 what is no address")]
    [InlineData("")]
    [InlineData("\"juliet\"@example.com")]
    [InlineData("foo bar@example.com")]
    [InlineData("@example.com")]
    [InlineData("a@/b")]
    [InlineData("a@b/")]
    [InlineData("henryⅣ@example.com")]
    [InlineData("♚@example.com")]
    [InlineData("a:b@example.com")]
    [InlineData("a@b c")]
    [InlineData("a@b/\u0000")]
    [InlineData("a@b/\u200E")]
    [InlineData("a@[::1")]
    public void Bad(string text) => Assert.False(Jid.TryParse(text, out _));

    [Fact(DisplayName = "RFC 7622 section 3.1 each part has at most 1023 bytes")]
    public void Long()
    {
        Assert.True(Jid.TryParse(new string('a', 1023) + "@b/" + new string('é', 511), out _));
        Assert.False(Jid.TryParse(new string('a', 1024) + "@b", out _));
        Assert.False(Jid.TryParse("a@b/" + new string('é', 512), out _));
    }

    [Fact(DisplayName = "what is prepared stays as it is")]
    public void Prepared_stays() => Gen.String.Sample(text =>
    {
        if (Jid.TryParse($"{text}@example.com/{text}", out var jid) || Jid.TryParse("a@b/" + text, out jid))
        {
            Assert.True(Jid.TryParse(jid.ToString(), out var again));
            Assert.Equal(jid, again);
        }
    });

    [Theory(DisplayName = "XEP-0106 examples of section 4 and back")]
    [InlineData("space cadet", "space\\20cadet")]
    [InlineData("call me \"ishmael\"", "call\\20me\\20\\22ishmael\\22")]
    [InlineData("at&t guy", "at\\26t\\20guy")]
    [InlineData("d'artagnan", "d\\27artagnan")]
    [InlineData("/.fanboy", "\\2f.fanboy")]
    [InlineData("::foo::", "\\3a\\3afoo\\3a\\3a")]
    [InlineData("<foo>", "\\3cfoo\\3e")]
    [InlineData("user@host", "user\\40host")]
    [InlineData("c:\\net", "c\\3a\\net")]
    [InlineData("c:\\cool stuff", "c\\3a\\cool\\20stuff")]
    [InlineData("c:\\5commas", "c\\3a\\5c5commas")]
    public void Escapes(string plain, string escaped)
    {
        Assert.Equal(escaped, JidEscape.Escape(plain));
        Assert.Equal(plain, JidEscape.Unescape(escaped));
    }

    [Fact(DisplayName = "XEP-0106 whatever was escaped comes back")]
    public void Escapes_come_back() => Gen.String.Sample(text => Assert.Equal(text, JidEscape.Unescape(JidEscape.Escape(text))));
}
