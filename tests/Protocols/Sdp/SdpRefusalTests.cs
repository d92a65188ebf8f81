using System.Text;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Tests.Sdp;

public class SdpRefusalTests
{
    private const string Head = "v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nt=0 0\n";

    [Theory(DisplayName = "TS-19 a broken description is refused with the line at fault")]
    [InlineData("", SdpErrorCode.MissingLine, 0)]
    [InlineData("\r\n\r\n", SdpErrorCode.MissingLine, 0)]
    [InlineData("hello", SdpErrorCode.InvalidLine, 1)]
    [InlineData("=", SdpErrorCode.InvalidLine, 1)]
    [InlineData("v=1", SdpErrorCode.InvalidVersion, 1)]
    [InlineData("v=0\nv=0", SdpErrorCode.MisplacedLine, 2)]
    [InlineData("s=-\nv=0", SdpErrorCode.MissingLine, 1)]
    [InlineData("v=0\ns=-", SdpErrorCode.MissingLine, 0)]
    [InlineData("v=0\no=- 1 1 IN IP4", SdpErrorCode.InvalidOrigin, 2)]
    [InlineData("v=0\no=- 99999999999999999999 1 IN IP4 x", SdpErrorCode.InvalidOrigin, 2)]
    [InlineData("v=0\no=- -1 1 IN IP4 x", SdpErrorCode.InvalidOrigin, 2)]
    [InlineData(Head + "r=1 1", SdpErrorCode.None, 0)]
    [InlineData("v=0\no=- 1 1 IN IP4 x\ns=-\nr=1 1", SdpErrorCode.MisplacedLine, 4)]
    [InlineData(Head + "t=x 0", SdpErrorCode.InvalidTiming, 5)]
    [InlineData(Head + "c=IN IP4", SdpErrorCode.InvalidConnection, 5)]
    [InlineData(Head + "c=IN IP4 a b", SdpErrorCode.InvalidConnection, 5)]
    [InlineData(Head + "b=AS", SdpErrorCode.InvalidBandwidth, 5)]
    [InlineData(Head + "b=:1", SdpErrorCode.InvalidBandwidth, 5)]
    [InlineData(Head + "b=AS:-1", SdpErrorCode.InvalidBandwidth, 5)]
    [InlineData(Head + "a=", SdpErrorCode.InvalidAttribute, 5)]
    [InlineData(Head + "a=:x", SdpErrorCode.InvalidAttribute, 5)]
    [InlineData(Head + "a=x\0", SdpErrorCode.InvalidCharacter, 5)]
    [InlineData(Head + "a=x\ry", SdpErrorCode.InvalidCharacter, 5)]
    [InlineData(Head + "y=1", SdpErrorCode.InvalidLine, 5)]
    [InlineData(Head + "m=audio", SdpErrorCode.InvalidMedia, 5)]
    [InlineData(Head + "m=audio 9 RTP/AVP", SdpErrorCode.InvalidMedia, 5)]
    [InlineData(Head + "m=audio 65536 RTP/AVP 0", SdpErrorCode.InvalidMedia, 5)]
    [InlineData(Head + "m=audio -1 RTP/AVP 0", SdpErrorCode.InvalidMedia, 5)]
    [InlineData(Head + "m=audio 9/0 RTP/AVP 0", SdpErrorCode.InvalidMedia, 5)]
    [InlineData(Head + "m=audio 9 RTP/AVP 0\r\ns=x", SdpErrorCode.MisplacedLine, 6)]
    [InlineData(Head + "m=audio 9 RTP/AVP 0\r\nm=", SdpErrorCode.InvalidMedia, 6)]
    public void Broken_descriptions_are_refused(string text, SdpErrorCode code, int line)
    {
        var accepted = SdpParser.TryParse(text, out var description, out var error);

        Assert.Equal(new SdpError(code, line), error);
        Assert.Equal(code == SdpErrorCode.None, accepted);
        Assert.Equal(accepted, description is not null);
    }

    [Fact(DisplayName = "TS-19 bytes that are no UTF-8 are refused")]
    public void Invalid_utf8_is_refused()
    {
        byte[] text = [.. Encoding.UTF8.GetBytes(Head), .. "a=x:"u8, 0xC0, 0x80];

        Assert.False(SdpParser.TryParse(text, out _, out var error));
        Assert.Equal(new SdpError(SdpErrorCode.InvalidUtf8, 0), error);
    }

    [Theory(DisplayName = "L22 what is at the limit passes and one more is refused")]
    [InlineData("a=x\n", 4000 - 4, SdpErrorCode.TooManyLines)]
    [InlineData("m=audio 9 RTP/AVP 0\n", 128, SdpErrorCode.TooManySections)]
    [InlineData("a=candidate:1\n", 64, SdpErrorCode.TooManyCandidates)]
    public void Limits_on_lines(string line, int most, SdpErrorCode code)
    {
        Assert.True(SdpParser.TryParse(Head + Repeat(line, most), out _, out _));
        Assert.False(SdpParser.TryParse(Head + Repeat(line, most + 1), out _, out var error));
        Assert.Equal(new SdpError(code, 4 + most + 1), error);
    }

    [Fact(DisplayName = "L22 candidates and payload types are counted per section")]
    public void Limits_in_a_section()
    {
        var section = "m=audio 9 RTP/AVP" + Repeat(" 0", 64) + "\n" + Repeat("a=candidate:1\n", 64);

        Assert.True(SdpParser.TryParse(Head + section + section, out _, out _));
        Assert.False(SdpParser.TryParse(Head + "m=audio 9 RTP/AVP" + Repeat(" 0", 65), out _, out var error));
        Assert.Equal(new SdpError(SdpErrorCode.TooManyFormats, 5), error);
    }

    [Fact(DisplayName = "L22 256 KiB pass; one byte more, in characters or in UTF-8, is refused before any line is read")]
    public void Limit_on_bytes()
    {
        var start = Head + "a=x:";
        var full = start + new string('y', SdpLimits.MaxBytes - start.Length);

        Assert.True(SdpParser.TryParse(full, out _, out _));
        Assert.False(SdpParser.TryParse(full + "y", out _, out var byLength));
        Assert.False(SdpParser.TryParse(full[..^1] + "é", out _, out var byBytes));
        Assert.False(SdpParser.TryParse(Encoding.UTF8.GetBytes(full + "y"), out _, out var inBytes));
        Assert.All([byLength, byBytes, inBytes], error => Assert.Equal(new SdpError(SdpErrorCode.TooLong, 0), error));
    }

    [Fact(DisplayName = "TS-19 a 10 MiB text and one of 10,000 lines cost no more than the limits allow")]
    public void Bombs_are_refused_early()
    {
        var long10 = new byte[10 * 1024 * 1024];
        var lines = Head + Repeat("a=x\n", 10_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(SdpParser.TryParse(long10, out _, out _));
        var afterLong = GC.GetAllocatedBytesForCurrentThread();
        Assert.False(SdpParser.TryParse(lines, out _, out var error));
        var afterLines = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(new SdpError(SdpErrorCode.TooManyLines, 4001), error);
        Assert.InRange(afterLong - before, 0, 1024);
        Assert.InRange(afterLines - afterLong, 0, 64 * 1024 + 64 * lines.Length);
    }

    private static string Repeat(string text, int count) => new StringBuilder().Insert(0, text, count).ToString();
}
