using System.Text;
using Sylk.Conference.Protocols.Msrp;

namespace Sylk.Conference.Protocols.Tests.Msrp;

public class MsrpSessionTests
{
    private static readonly byte[] Long = [.. Enumerable.Range(0, 20_000).Select(i => (byte)('a' + (i % 26)))];

    [Fact(DisplayName = "RFC 4975 section 5.4: an empty SEND binds the connection and is answered with 200")]
    public void Binding()
    {
        var pair = new MsrpPair();
        pair.Them.Introduce(pair.Theirs);
        pair.Run();

        Assert.Same(pair.Us, pair.Ours.Link);
        Assert.NotNull(pair.Next<MsrpBound>());
        Assert.Contains(" 200 OK\r\nTo-Path: msrp://127.0.0.1:2855/there;tcp\r\nFrom-Path: msrp://127.0.0.1:2855/here;tcp\r\n", pair.Said.ToString(), StringComparison.Ordinal);
        Assert.Equal(Instant.Never, pair.Us.Deadline);
    }

    [Fact(DisplayName = "TM-01: another session is 481 and the end of a connection that has none")]
    public void Wrong_session()
    {
        var pair = new MsrpPair();
        Assert.StartsWith("MSRP tid1 481 ", pair.HearSend("1-2/2", "hi", to: "guess"), StringComparison.Ordinal);
        Assert.True(pair.Us.IsOver);
        Assert.Null(pair.Ours.Link);
    }

    [Fact(DisplayName = "TM-01: a bound connection survives a wrong address")]
    public void Wrong_session_later()
    {
        var pair = new MsrpPair().Bind();
        Assert.StartsWith("MSRP tid1 481 ", pair.HearSend("1-2/2", "hi", to: "guess"), StringComparison.Ordinal);
        Assert.False(pair.Us.IsOver);
    }

    [Fact(DisplayName = "TM-01: a connection nobody binds is over after ten seconds")]
    public void Unbound()
    {
        var pair = new MsrpPair();
        Assert.Equal(Instant.FromMilliseconds(10_000), pair.Us.Deadline);
        pair.Us.Advance(Instant.FromMilliseconds(9_999));
        Assert.False(pair.Us.IsOver);
        pair.Us.Advance(Instant.FromMilliseconds(10_000));
        Assert.True(pair.Us.IsOver);
    }

    [Fact(DisplayName = "506: the session is another connection's")]
    public void Bound_elsewhere()
    {
        var pair = new MsrpPair().Bind();
        var other = new MsrpLink(default, _ => pair.Ours);
        other.Receive(default, Encoding.ASCII.GetBytes(
            $"MSRP tid1 SEND\r\nTo-Path: {MsrpPair.Uri("here")}\r\nFrom-Path: {MsrpPair.Uri("there")}\r\nMessage-ID: 1\r\n-------tid1$\r\n"));
        Assert.True(other.TryTakeOutput(default, out var answer));
        Assert.StartsWith("MSRP tid1 506 ", Encoding.ASCII.GetString(answer.Span), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "Other methods: 501, for AUTH too")]
    [InlineData("AUTH")]
    [InlineData("INVENT")]
    public void Methods(string method) => Assert.StartsWith(
        "MSRP tid1 501 ",
        new MsrpPair().Bind().Hear($"MSRP tid1 {method}\r\nTo-Path: {MsrpPair.Uri("here")}\r\nFrom-Path: {MsrpPair.Uri("there")}\r\n-------tid1$\r\n"),
        StringComparison.Ordinal);

    [Theory(DisplayName = "400 for paths in the wrong order or a message without an id; the connection goes on")]
    [InlineData("From-Path: msrp://127.0.0.1:2855/there;tcp\r\nTo-Path: msrp://127.0.0.1:2855/here;tcp\r\nMessage-ID: 1\r\n")]
    [InlineData("To-Path: msrp://127.0.0.1:2855/here;tcp\r\nFrom-Path: msrp://127.0.0.1:2855/there;tcp\r\n")]
    [InlineData("To-Path: msrp://127.0.0.1:2855/here;tcp\r\nFrom-Path: msrp://127.0.0.1:2855/there;tcp\r\nno colon\r\nMessage-ID: 1\r\n")]
    public void Unintelligible(string headers)
    {
        var pair = new MsrpPair().Bind();
        Assert.StartsWith("MSRP tid1 400 ", pair.Hear($"MSRP tid1 SEND\r\n{headers}-------tid1$\r\n"), StringComparison.Ordinal);
        Assert.False(pair.Us.IsOver);
    }

    [Fact(DisplayName = "A message is answered when its owner says so, not before")]
    public void Answered_late()
    {
        var pair = new MsrpPair().Bind();
        Assert.Equal("", pair.HearSend("1-2/2", "hi"));
        var arrived = pair.Next<MsrpMessageArrived>()!;
        Assert.Equal(("m1", "text/plain", "hi"), (arrived.MessageId, arrived.ContentType, Encoding.UTF8.GetString(arrived.Content.Span)));

        arrived.Session.Answer(arrived.Transaction, 200);
        Assert.StartsWith("MSRP tid1 200 OK\r\n", pair.Hear(""), StringComparison.Ordinal);
        arrived.Session.Answer(arrived.Transaction, 200);
        Assert.Equal("", pair.Hear(""));
    }

    [Theory(DisplayName = "MSRP-F-2: who asks for no failure reports gets no response, with partial only bad ones")]
    [InlineData("Failure-Report: no\r\n", 200, "")]
    [InlineData("Failure-Report: no\r\n", 403, "")]
    [InlineData("Failure-Report: partial\r\n", 200, "")]
    [InlineData("Failure-Report: partial\r\n", 403, "MSRP tid1 403 Forbidden\r\n")]
    [InlineData("Failure-Report: yes\r\n", 200, "MSRP tid1 200 OK\r\n")]
    public void Failure_reports(string header, int status, string answer)
    {
        var pair = new MsrpPair().Bind();
        pair.HearSend("1-2/2", "hi", more: header);
        var arrived = pair.Next<MsrpMessageArrived>()!;
        arrived.Session.Answer(arrived.Transaction, status);
        var said = pair.Hear("");
        Assert.True(answer.Length == 0 ? said.Length == 0 : said.StartsWith(answer, StringComparison.Ordinal), said);
    }

    [Fact(DisplayName = "MSRP-R-2 TM-06: one success report for each message, and none for refused ones")]
    public void Success_reports()
    {
        var pair = new MsrpPair().Bind();
        foreach (var (status, expected) in new[] { (403, 0), (200, 1), (200, 0) })
        {
            pair.HearSend("1-2/2", "hi", more: "Success-Report: yes\r\n");
            var arrived = pair.Next<MsrpMessageArrived>()!;
            arrived.Session.Answer(arrived.Transaction, status);
            var said = pair.Hear("");
            Assert.Equal(expected == 1, said.Contains(" REPORT\r\n", StringComparison.Ordinal));
            Assert.Equal(expected == 1, said.Contains("Message-ID: m1\r\nByte-Range: 1-2/2\r\nStatus: 000 200 OK\r\n", StringComparison.Ordinal));
        }
    }

    [Fact(DisplayName = "Chunks may come in any order and overlap; of bytes that come twice the later ones count")]
    public void Reassembly()
    {
        var pair = new MsrpPair().Bind();
        Assert.Contains(" 200 ", pair.HearSend("5-8/8", "EFGH"), StringComparison.Ordinal);
        Assert.Contains(" 200 ", pair.HearSend("1-*/8", "abc", '+'), StringComparison.Ordinal);
        Assert.Equal("", pair.HearSend("3-*/8", "CDe", '+'));
        Assert.Equal("abCDeFGH", Encoding.UTF8.GetString(pair.Next<MsrpMessageArrived>()!.Content.Span));
    }

    [Theory(DisplayName = "TM-02: chunks that contradict each other are 400, too much is 413; the connection goes on")]
    [InlineData("1-*/9", "abcd", 400)]
    [InlineData("1-2/8", "abcd", 400)]
    [InlineData("5-*/65537", "abcd", 413)]
    [InlineData("65530-*/*", "abcdefghijk", 413)]
    [InlineData("7-*/8", "abcd", 400)]
    [InlineData("0-*/8", "abcd", 400)]
    public void Lies(string range, string body, int status)
    {
        var pair = new MsrpPair().Bind();
        pair.HearSend("5-*/8", "EF", '+');
        Assert.StartsWith($"MSRP tid1 {status} ", pair.HearSend(range, body, '+'), StringComparison.Ordinal);
        Assert.Null(pair.Next<MsrpMessageArrived>());
        Assert.Equal("", pair.HearSend("1-2/2", "hi", id: "m2"));
        Assert.NotNull(pair.Next<MsrpMessageArrived>());
    }

    [Fact(DisplayName = "An aborted message never arrives, and its place is free again")]
    public void Abort()
    {
        var pair = new MsrpPair().Bind();
        pair.HearSend("1-*/8", "abcd", '+');
        pair.HearSend("5-*/8", "e", '#');
        Assert.Equal(0, pair.Ours.Held);
        Assert.Null(pair.Next<MsrpMessageArrived>());
    }

    [Fact(DisplayName = "TM-04: of nine that begin, the oldest gives way")]
    public void Many_incomplete()
    {
        var pair = new MsrpPair().Bind();
        for (var i = 0; i < 9; i++)
        {
            pair.HearSend("1-*/8", "abcd", '+', id: $"m{i}");
        }

        pair.HearSend("5-8/8", "EFGH", id: "m1");
        Assert.NotNull(pair.Next<MsrpMessageArrived>());
        pair.HearSend("5-8/8", "EFGH", id: "m0");
        Assert.Null(pair.Next<MsrpMessageArrived>());
    }

    [Fact(DisplayName = "L13: no more than 256 KiB of messages that are not whole")]
    public void Bounded_memory()
    {
        var pair = new MsrpPair().Bind();
        var said = "";
        for (var i = 0; i < 8; i++)
        {
            said = pair.HearSend($"1-*/65536", new string('x', 60_000), '+', id: $"m{i}");
        }

        Assert.StartsWith("MSRP tid1 413 ", said, StringComparison.Ordinal);
        Assert.InRange(pair.Ours.Held, 1, MsrpLimits.MaxHeld);
    }

    [Fact(DisplayName = "A message that stands still for two minutes is forgotten")]
    public void Chunk_timeout()
    {
        var pair = new MsrpPair().Bind();
        pair.HearSend("1-*/8", "abcd", '+');
        Assert.Equal(Instant.FromMilliseconds(120_000), pair.Us.Deadline);
        pair.Us.Advance(Instant.FromMilliseconds(120_000));
        Assert.Equal((0, Instant.Never), (pair.Ours.Held, pair.Us.Deadline));
    }

    [Fact(DisplayName = "MSRP-F-5: a short message is one chunk with its end, a long one is cut at 8 KiB with an asterisk")]
    public void Chunks()
    {
        var pair = new MsrpPair().Bind();
        pair.Ours.Send(default, new MsrpOutgoing("s", "text/plain", "hello"u8.ToArray()));
        pair.Ours.Send(default, new MsrpOutgoing("l", "text/plain", Long));
        pair.Run();
        foreach (var range in new[] { "1-5/5", "1-*/20000", "8193-*/20000", "16385-*/20000" })
        {
            Assert.Contains($"Byte-Range: {range}\r\n", pair.Said.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(["hello", Encoding.ASCII.GetString(Long)], Received(pair));
    }

    [Fact(DisplayName = "MSRP-F-5: a line overtakes a file of another session on the same connection")]
    public void Fair()
    {
        var ids = new MsrpIds(new byte[16]);
        var chat = new MsrpSession(ids, MsrpPair.Uri("chat"), [MsrpPair.Uri("c")], new MsrpSessionTerms());
        var file = new MsrpSession(ids, MsrpPair.Uri("file"), [MsrpPair.Uri("f")], new MsrpSessionTerms());
        var link = new MsrpLink(default, _ => null);
        link.Introduce(chat);
        link.Introduce(file);
        while (link.TryTakeOutput(default, out _))
        {
            // Both are introduced.
        }

        file.Send(default, new MsrpOutgoing("big", "a/b", new byte[100_000]));
        Assert.True(link.TryTakeOutput(default, out var first));
        Assert.Contains("Message-ID: big", Encoding.ASCII.GetString(first.Span), StringComparison.Ordinal);
        chat.Send(default, new MsrpOutgoing("line", "text/plain", "hi"u8.ToArray()));
        Assert.True(link.TryTakeOutput(default, out var second));
        Assert.Contains("Message-ID: line", Encoding.ASCII.GetString(second.Span), StringComparison.Ordinal);
        Assert.False(link.TryTakeOutput(default, out _), "of one message only one chunk is out at a time");
    }

    [Fact(DisplayName = "413: no more of the message goes out but its abort")]
    public void Stop_sending()
    {
        var pair = new MsrpPair().Bind();
        pair.Ours.Send(default, new MsrpOutgoing("l", "text/plain", Long));
        Assert.True(pair.Us.TryTakeOutput(default, out var chunk));
        var transaction = Encoding.ASCII.GetString(chunk.Span).Split(' ')[1];
        var said = pair.Hear($"MSRP {transaction} 413 no\r\nTo-Path: {MsrpPair.Uri("here")}\r\nFrom-Path: {MsrpPair.Uri("there")}\r\n-------{transaction}$\r\n");
        Assert.Contains("Byte-Range: 8193-8192/20000\r\n", said, StringComparison.Ordinal);
        Assert.EndsWith("#\r\n", said, StringComparison.Ordinal);
        Assert.Equal(413, pair.Next<MsrpSent>()!.Status);
        Assert.Equal(0, pair.Ours.QueuedMessages);
    }

    [Fact(DisplayName = "MSRP-R-1: nobody answers in 30 seconds: 408")]
    public void No_response()
    {
        var pair = new MsrpPair().Bind();
        pair.Ours.Send(default, new MsrpOutgoing("s", "text/plain", "hello"u8.ToArray()));
        Assert.True(pair.Us.TryTakeOutput(default, out _));
        Assert.Equal(Instant.FromMilliseconds(30_000), pair.Us.Deadline);
        pair.Us.Advance(Instant.FromMilliseconds(30_000));
        Assert.Equal(408, pair.Next<MsrpSent>()!.Status);
    }

    [Fact(DisplayName = "A session that streams hands its bytes on with their offset, and sends what it is fed")]
    public void Streams()
    {
        var pair = new MsrpPair(new MsrpSessionTerms { IsStream = true }).Bind();
        pair.Theirs.Send(default, new MsrpOutgoing("f", "a/b", Long.Length, 5_000));
        var fed = 5_000;
        List<byte> got = [];
        while (pair.Them.TryTakeEvent(out var wish) || fed < Long.Length)
        {
            if (wish is MsrpWantsData wants)
            {
                wants.Message.Feed(Long.AsMemory(fed, Math.Min(3_000, Long.Length - fed)));
                fed += Math.Min(3_000, Long.Length - fed);
                if (!wants.Message.IsReady)
                {
                    pair.Them.Happen(wants);
                }
            }

            pair.Run();
            while (pair.Us.TryTakeEvent(out var happened))
            {
                if (happened is MsrpDataArrived data)
                {
                    Assert.Equal(5_000 + got.Count, data.Offset);
                    got.AddRange(data.Content.Span);
                }
                else if (happened is MsrpDataEnded end)
                {
                    end.Session.Answer(end.Transaction, 200);
                }
            }

            pair.Run();
        }

        Assert.Equal(Long[5_000..], got);
    }

    [Theory(DisplayName = "RFC 7701: a nickname is asked for; 424 and 501 where it cannot be")]
    [InlineData("Use-Nickname: \"Al\"\r\n", true, "")]
    [InlineData("Use-Nickname: Al\r\n", true, "MSRP tid1 424 ")]
    [InlineData("Use-Nickname: \"Al\"\r\nSuccess-Report: yes\r\n", true, "MSRP tid1 400 ")]
    [InlineData("Use-Nickname: \"Al\"\r\n", false, "MSRP tid1 501 ")]
    public void Nickname(string header, bool has, string answer)
    {
        var pair = new MsrpPair(new MsrpSessionTerms { HasNicknames = has }).Bind();
        var said = pair.Hear($"MSRP tid1 NICKNAME\r\nTo-Path: {MsrpPair.Uri("here")}\r\nFrom-Path: {MsrpPair.Uri("there")}\r\n{header}-------tid1$\r\n");
        Assert.StartsWith(answer, said, StringComparison.Ordinal);
        Assert.Equal(answer.Length == 0 ? "Al" : null, pair.Next<MsrpNicknameAsked>()?.Nickname);
    }

    [Fact(DisplayName = "Reports are told and never answered; foreign ones are passed over")]
    public void Reports()
    {
        var pair = new MsrpPair().Bind();
        const string Report = "MSRP tid1 REPORT\r\nTo-Path: {0}\r\nFrom-Path: msrp://x:1/y;tcp\r\nMessage-ID: m9\r\nByte-Range: 1-5/5\r\nStatus: 000 413 no\r\n-------tid1$\r\n";
        Assert.Equal("", pair.Hear(Report.Replace("{0}", MsrpPair.Uri("here").ToString(), StringComparison.Ordinal)));
        var told = pair.Next<MsrpReported>()!;
        Assert.Equal(("m9", 413), (told.MessageId, told.Status));
        Assert.Equal("", pair.Hear(Report.Replace("{0}", MsrpPair.Uri("guess").ToString(), StringComparison.Ordinal)));
        Assert.Null(pair.Next<MsrpReported>());
    }

    private static List<string> Received(MsrpPair pair)
    {
        List<string> received = [];
        while (pair.Them.TryTakeEvent(out var happened))
        {
            if (happened is MsrpMessageArrived arrived)
            {
                received.Add(Encoding.ASCII.GetString(arrived.Content.Span));
            }
        }

        return received;
    }
}
