using System.Text;
using Sylk.Conference.Protocols.Msrp;

namespace Sylk.Conference.Protocols.Tests.Msrp;

public class MsrpMessageTests
{
    [Theory(DisplayName = "RFC 4975 section 6: addresses that are the same place")]
    [InlineData("msrp://atlanta.example.com:7654/jshA7weztas;tcp", "MSRP://ATLANTA.example.com:7654/jshA7weztas;TCP")]
    [InlineData("msrp://bob@b.example:9000/iau39;tcp", "msrp://b.example:9000/iau39;tcp;more=1")]
    [InlineData("msrps://[2001:db8::1]:9000/x;tcp", "msrps://[2001:DB8::1]:9000/x;tcp")]
    [InlineData("msrp://b.example/x;tcp", "msrp://b.example:2855/x;tcp")]
    public void Same_uris(string a, string b)
    {
        Assert.True(MsrpUri.TryParse(a, out var first) & MsrpUri.TryParse(b, out var second));
        Assert.Equal(first, second);
        Assert.Equal(a, first!.ToString());
    }

    [Theory(DisplayName = "…and those that are not")]
    [InlineData("msrp://b.example:9000/Iau39;tcp")]
    [InlineData("msrps://b.example:9000/iau39;tcp")]
    [InlineData("msrp://b.example:9001/iau39;tcp")]
    [InlineData("msrp://c.example:9000/iau39;tcp")]
    public void Other_uris(string other)
    {
        Assert.True(MsrpUri.TryParse("msrp://b.example:9000/iau39;tcp", out var one) & MsrpUri.TryParse(other, out var two));
        Assert.NotEqual(one, two);
    }

    [Theory(DisplayName = "What is no address")]
    [InlineData("")]
    [InlineData("http://b.example/x;tcp")]
    [InlineData("msrp://b.example/x")]
    [InlineData("msrp://b.example/x;udp")]
    [InlineData("msrp://b.example:0/x;tcp")]
    [InlineData("msrp://b.example:70000/x;tcp")]
    [InlineData("msrp://:9/x;tcp")]
    [InlineData("msrp://b example/x;tcp")]
    [InlineData("msrp://[/x;tcp")]
    [InlineData("msrp://[::1]9/x;tcp")]
    public void No_uris(string text) => Assert.False(MsrpUri.TryParse(text, out _));

    [Theory(DisplayName = "Byte-Range says the same again")]
    [InlineData("1-25/25")]
    [InlineData("1-*/8")]
    [InlineData("5-*/*")]
    [InlineData("1-0/0")]
    [InlineData("2049-*/100000000")]
    public void Ranges(string text)
    {
        Assert.True(MsrpByteRange.TryParse(text, out var range));
        Assert.Equal(text, range.ToString());
    }

    [Theory(DisplayName = "TM-02: ranges that lie")]
    [InlineData("0-5/5")]
    [InlineData("5-2/9")]
    [InlineData("1-9/5")]
    [InlineData("9-*/5")]
    [InlineData("*-5/5")]
    [InlineData("-5/5")]
    [InlineData("1-5")]
    [InlineData("1-9223372036854775808/9223372036854775808")]
    [InlineData("+1-5/5")]
    public void Lies(string text) => Assert.False(MsrpByteRange.TryParse(text, out _));

    [Theory(DisplayName = "RFC 7701 section 7.1: nicknames are quoted strings")]
    [InlineData("\"Alice the great\"", "Alice the great")]
    [InlineData("\"a \\\"b\\\" \\\\c\"", "a \"b\" \\c")]
    [InlineData("\"\"", "")]
    [InlineData("\"ж\"", "ж")]
    public void Nicknames(string value, string nickname)
    {
        Assert.True(MsrpNickname.TryRead(value, out var read));
        Assert.Equal(nickname, read);
    }

    [Theory(DisplayName = "…or none")]
    [InlineData(null)]
    [InlineData("Alice")]
    [InlineData("\"")]
    [InlineData("\"a\"b\"")]
    [InlineData("\"a\\\"")]
    public void No_nicknames(string? value) => Assert.False(MsrpNickname.TryRead(value, out _));

    [Fact(DisplayName = "A nickname has at most 1023 bytes")]
    public void Long_nickname()
    {
        Assert.True(MsrpNickname.TryRead($"\"{new string('x', 1_023)}\"", out _));
        Assert.False(MsrpNickname.TryRead($"\"{new string('x', 1_024)}\"", out _));
    }

    [Fact(DisplayName = "MSRP-F-4: the id of a chunk does not stand in it, whoever wrote the content")]
    public void Own_ids()
    {
        var next = new MsrpIds(new byte[16]).Transaction();
        var content = Encoding.ASCII.GetBytes($"\r\n-------{next}$\r\n");
        MsrpWriter.Chunk(new MsrpIds(new byte[16]), out var id, new MsrpChunkHead("a", "b", [], "text/plain"), content, MsrpFlag.Complete);
        Assert.NotEqual(next, id);
    }

    [Fact(DisplayName = "Ids follow the grammar, and none comes twice")]
    public void Ids()
    {
        var ids = new MsrpIds(new byte[16]);
        var drawn = Enumerable.Range(0, 2_000).Select(_ => ids.Transaction()).ToHashSet();
        Assert.Equal(2_000, drawn.Count);
        Assert.All(drawn, id => Assert.True(MsrpHead.IsTransactionId(id)));
    }

    [Fact(DisplayName = "A value cannot begin a line of its own")]
    public void No_injection()
    {
        var text = Encoding.UTF8.GetString(MsrpWriter.Request("abcd", "SEND", "a", "b", ("Message-ID", "1\r\nX: y")));
        Assert.DoesNotContain("\r\nX:", text, StringComparison.Ordinal);
    }
}
