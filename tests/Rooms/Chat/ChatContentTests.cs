using System.Diagnostics;

namespace Sylk.Conference.Rooms.Tests;

public sealed class ChatContentTests
{
    [Theory(DisplayName = "Chat 12.3 One kind of line end, no control characters, composed")]
    [InlineData("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour")]
    [InlineData("a\u2028b\u2029c", "a\nb\nc")]
    [InlineData("tab\tstays\u0000\u0007\u001B[31m\u007F\u009B", "tab\tstays[31m")]
    [InlineData("e\u0301", "é")]
    [InlineData("  as typed  \n", "  as typed  \n")]
    [InlineData("<b>5 < 6 & 7</b>", "<b>5 < 6 & 7</b>")]
    [InlineData("\u202Eright to left stays text\u202C", "\u202Eright to left stays text\u202C")]
    public void Plain_text(string content, string expected) => Assert.Equal(new ChatWords(null, expected, "text/plain"), ChatContent.Read(content, null));

    [Theory]
    [InlineData("text/markdown; charset=utf-8", "text/markdown")]
    [InlineData("TEXT/PLAIN;format=flowed", "text/plain")]
    [InlineData("text/html", "text/plain")]
    public void What_it_is_kept_as(string type, string kept) => Assert.Equal(kept, ChatContent.Read("*hi*", type).ContentType);

    [Theory(DisplayName = "Chat 12.3 What is empty after that is taken and not said")]
    [InlineData(null, "text/plain")]
    [InlineData(" \r\n\u0000", "text/plain")]
    [InlineData("<script>alert(1)</script><p> </p>", "text/html")]
    public void Nothing_is_left(string? content, string type) => Assert.True(ChatContent.Read(content, type).IsEmpty);

    [Theory(DisplayName = "Chat 12.3 What a room cannot read is refused, not dropped")]
    [InlineData("?OTRv23?", "text/plain")]
    [InlineData("?OTR:AAMDJ+MVmSfjFZcAAAAAAQAAAAIAAADA.", "text/plain")]
    [InlineData("  ?OTR?v2?\nSomebody wants a private conversation", "text/plain")]
    [InlineData("?OTR,1,3,AAMC", "text/plain")]
    [InlineData("?OTR Error: You sent encrypted data", "text/plain")]
    [InlineData("<p>?OTRv2?</p>", "text/html")]
    [InlineData("-----BEGIN PGP MESSAGE-----\n\nhQEMA", "text/plain")]
    [InlineData("x", "application/pgp-encrypted")]
    [InlineData("x", "image/png")]
    [InlineData("x", "text/rtf")]
    public void Sealed_or_strange_content_is_refused(string content, string type) =>
        Assert.Equal(ErrorCodes.FileTypeRefused, ChatContent.Read(content, type).Refusal?.Code);

    [Theory]
    [InlineData("?OTR is a protocol")]
    [InlineData("what is ?OTRv2?")]
    [InlineData("-----BEGIN PGP SIGNED MESSAGE-----\n\nreadable")]
    public void Talk_about_it_is_no_such_thing(string content) => Assert.Equal(content, ChatContent.Read(content, null).Content);

    [Fact(DisplayName = "L17 64 KiB are a line however they were wrapped, one byte more is none")]
    public void A_line_has_a_limit()
    {
        var most = new string('é', 32 * 1024);
        Assert.Null(ChatContent.Read(most, null).Refusal);
        Assert.Null(ChatContent.Read($"<p>{most}</p>", "text/html").Refusal);
        Assert.Equal(ErrorCodes.ValidationFailed, ChatContent.Read(most + "x", null).Refusal?.Code);
        Assert.Equal(ErrorCodes.ValidationFailed, ChatContent.Read(new string('\r', 257 * 1024), null).Refusal?.Code);
    }

    [Theory(DisplayName = "TX-06 Mark-up becomes what it says")]
    [InlineData("<b>bold</b> and <i>more</i>", "bold and more")]
    [InlineData("<p>one</p><p>two</p>", "one\ntwo")]
    [InlineData("one<br>two<BR/>three", "one\ntwo\nthree")]
    [InlineData("<ul><li>one</li><li>two</li></ul>", "- one\n- two")]
    [InlineData("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a\tb\nc")]
    [InlineData("much \n  white\t space", "much white space")]
    [InlineData("<pre>a  b\n  c</pre>", "a  b\n  c")]
    [InlineData("5 &lt; 6 &amp; 7 &#62; 6 &#x3E; &eacute; &unknown;", "5 < 6 & 7 > 6 > é &unknown;")]
    [InlineData("a < b and c > d <3", "a < b and c > d <3")]
    [InlineData("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>")]
    [InlineData("<a href=\"https://example.org/x\">the page</a>", "the page (https://example.org/x)")]
    [InlineData("<a href='https://example.org'>https://example.org</a>", "https://example.org")]
    [InlineData("<a href=\"mailto:bob@example.org\">bob@example.org</a>", "bob@example.org")]
    [InlineData("<a href=javascript:alert(1)>here</a>", "here")]
    [InlineData("<a href=\"https://example.org/?a=1&amp;b=2\"></a>", "https://example.org/?a=1&b=2")]
    [InlineData("<img src=x onerror=alert(1) alt=\"a cat\">", "a cat")]
    [InlineData("<style>p { color: red }</style><SCRIPT>x</SCRIPT >text<script src=y/>gone", "text")]
    [InlineData("<!-- <b>no</b> -->yes<!doctype html><?pi?>", "yes")]
    [InlineData("<html><head><title>t</title></head><body dir=\"ltr\">body</body></html>", "body")]
    [InlineData("<b title=\">\">quoted</b>", "quoted")]
    [InlineData("end <b", "end")]
    [InlineData("<o:p>Word</o:p><font color='red'>red</font>", "Wordred")]
    public void Marked_up_text(string html, string expected) => Assert.Equal(expected, ChatContent.Read(html, "text/html").Content);

    [Theory(DisplayName = "TX-06 No mark-up takes more time than its length")]
    [InlineData("<")]
    [InlineData("<a ")]
    [InlineData("<a href=\"")]
    [InlineData("<!--")]
    [InlineData("<!")]
    [InlineData("<script>")]
    [InlineData("</")]
    [InlineData("&")]
    [InlineData("&#")]
    [InlineData("&amp")]
    [InlineData("<a>")]
    [InlineData("<a href=https://x.example>y</a>")]
    [InlineData("<p> ")]
    [InlineData("<b x=>")]
    public void No_mark_up_is_slow(string part)
    {
        var html = string.Concat(Enumerable.Repeat(part, 250_000 / part.Length));
        var started = Stopwatch.GetTimestamp();
        ChatContent.Read(html, "text/html");
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 0, 2);
    }

    [Fact]
    public void A_wires_id_is_one_of_ours_whatever_its_letters()
    {
        Assert.Equal("xmpp:a-1", ChatText.ClientIdOf("xmpp", "a-1"));
        var (odd, other) = (ChatText.ClientIdOf("sip", "ä@[::1]/<x>"), ChatText.ClientIdOf("sip", new string('x', 4_000)));
        Assert.Equal(odd, ChatText.ClientIdOf("sip", "ä@[::1]/<x>"));
        Assert.NotEqual(odd, other);
        Assert.All([odd, other], id => Assert.Null(ChatText.Complain("x", "text/plain", id, null)));
    }

    [Fact(DisplayName = "LO-5 A leg brings twenty lines in a second, then nothing for two")]
    public void A_leg_has_a_pace()
    {
        var (pace, now) = (new LegPace(), new DateTimeOffset(2026, 11, 27, 9, 0, 0, TimeSpan.Zero));
        for (var second = 0; second < 3; second++, now = now.AddSeconds(1))
            Assert.All(Enumerable.Range(0, LegPace.LinesPerSecond), i => Assert.Null(pace.Take(now.AddMilliseconds(i))));
        now = now.AddMilliseconds(-900);
        Assert.Equal(LegPace.Pause, pace.Take(now));
        Assert.Equal(TimeSpan.FromSeconds(1), pace.Take(now.AddSeconds(1)));
        Assert.Null(pace.Take(now.AddSeconds(2)));
    }
}
