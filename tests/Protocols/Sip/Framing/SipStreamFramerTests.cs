using System.Text;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Protocols.Tests.Sip.Torture;

namespace Sylk.Conference.Protocols.Tests.Sip.Framing;

public class SipStreamFramerTests
{
    private const string Message = "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP c;branch=z9hG4bK1\r\nl: 4\r\n\r\nbody";

    [Fact(DisplayName = "R-06 Z-14 wherever the stream is cut the frames are the same")]
    public void Cuts_do_not_matter()
    {
        var stream = TwoMessagesAndPings();
        var whole = Frames(stream, [stream.Length]);
        Assert.Equal([SipFrameKind.Pong, SipFrameKind.Ping, SipFrameKind.Message, SipFrameKind.Pong, SipFrameKind.Message], whole.Select(frame => frame.Kind));

        for (var cut = 1; cut < stream.Length; cut++)
        {
            Assert.Equal(whole, Frames(stream, [cut, stream.Length]));
        }

        Assert.Equal(whole, Frames(stream, [.. Enumerable.Range(1, stream.Length)]));
    }

    [Fact(DisplayName = "R-06 RFC 4475 one after the other on one stream, in pieces of all sizes from 1 to 64")]
    public void The_corpus_in_pieces()
    {
        byte[] stream = [.. TortureFile.Rfc4475.Where(pair => pair.Key is not ("clerr" or "ncl" or "mcl01" or "inv2543" or "bigcode" or "dblreq")).SelectMany(pair => pair.Value)];
        var whole = Frames(stream, [stream.Length]);
        Assert.True(whole.Count(frame => frame.Kind == SipFrameKind.Message) == 43);
        Assert.DoesNotContain(whole, frame => frame.Kind == SipFrameKind.Broken);
        for (var size = 1; size <= 64; size++)
        {
            var cuts = Enumerable.Range(1, stream.Length).Where(i => i % size == 0 || i == stream.Length);
            Assert.Equal(whole, Frames(stream, [.. cuts]));
        }
    }

    [Theory(DisplayName = "TS-04 SIP-MSG-2 a length that is missing, negative, no number, two, or too large: answer, then close")]
    [InlineData("", 400)]
    [InlineData("Content-Length: -1\r\n", 400)]
    [InlineData("Content-Length: five\r\n", 400)]
    [InlineData("Content-Length: 5\r\nl: 6\r\n", 400)]
    [InlineData("Content-Length: 262145\r\n", 513)]
    [InlineData("Content-Length: 99999999999999999999\r\n", 513)]
    public void Lost_framing(string header, int status)
    {
        var framer = new SipStreamFramer();
        framer.Append(default, Encoding.ASCII.GetBytes(Message.Replace("l: 4\r\n", header, StringComparison.Ordinal) + Message));

        Assert.Equal(SipFrameKind.Broken, framer.TryTake(out var frame));
        Assert.Equal(SipOutcome.Refused, SipParser.Parse(frame, SipFraming.Stream, out var request, out var fault));
        Assert.Equal((status, "z9hG4bK1"), (fault!.Status, request!.TopVia!.Branch));
        Assert.Equal(SipFrameKind.None, framer.TryTake(out _));
        Assert.Equal(0, framer.Room);
    }

    [Fact(DisplayName = "SIP-MSG-14 two equal lengths are one")]
    public void Equal_lengths()
    {
        var framer = new SipStreamFramer();
        framer.Append(default, Encoding.ASCII.GetBytes(Message.Replace("l: 4", "l: 4\r\nContent-Length: 04", StringComparison.Ordinal)));

        Assert.Equal(SipFrameKind.Message, framer.TryTake(out _));
    }

    [Fact(DisplayName = "L10 headers without end break the stream at 32 KiB, and no more than the limits is held")]
    public void Endless_headers()
    {
        var framer = new SipStreamFramer();
        var kind = SipFrameKind.None;
        for (var i = 0; i < 40 && kind == SipFrameKind.None; i++)
        {
            framer.Append(default, Encoding.ASCII.GetBytes(new string('x', 1000)));
            kind = framer.TryTake(out _);
            Assert.True(framer.Held <= 33_000);
        }

        Assert.Equal((SipFrameKind.Broken, 0), (kind, framer.Held));
    }

    [Fact(DisplayName = "TS-17 L10 a message must be whole within 10 s of its first byte; an idle stream has no deadline")]
    public void Slow_messages()
    {
        var framer = new SipStreamFramer();
        Assert.Equal(Instant.Never, framer.Deadline);
        framer.Append(Instant.FromMilliseconds(500), "OPT"u8);
        Assert.Equal(SipFrameKind.None, framer.TryTake(out _));
        Assert.Equal(Instant.FromMilliseconds(10_500), framer.Deadline);
        framer.Append(Instant.FromMilliseconds(9_000), Encoding.ASCII.GetBytes(Message[3..]));
        Assert.Equal(SipFrameKind.Message, framer.TryTake(out var frame));
        Assert.Equal(Message, Encoding.ASCII.GetString(frame.Span));
        Assert.Equal(Instant.Never, framer.Deadline);
    }

    private static byte[] TwoMessagesAndPings() => Encoding.ASCII.GetBytes("\r\n\r\n" + Message + "\r\n" + Message + "\r");

    private static List<(SipFrameKind Kind, string Text)> Frames(byte[] stream, IReadOnlyList<int> cuts)
    {
        var framer = new SipStreamFramer();
        List<(SipFrameKind, string)> frames = [];
        var at = 0;
        foreach (var cut in cuts)
        {
            framer.Append(default, stream.AsSpan(at, cut - at));
            at = cut;
            while (framer.TryTake(out var frame) is var kind and not SipFrameKind.None)
            {
                frames.Add((kind, Encoding.Latin1.GetString(frame.Span)));
            }
        }

        return frames;
    }
}
