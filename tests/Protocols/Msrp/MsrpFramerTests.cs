using System.Globalization;
using System.Text;
using Sylk.Conference.Protocols.Msrp;

namespace Sylk.Conference.Protocols.Tests.Msrp;

public class MsrpFramerTests
{
    private const string Paths =
        "To-Path: msrp://biloxi.example.com:12763/kjhd37s2s20w2a;tcp\r\nFrom-Path: msrp://atlanta.example.com:7654/jshA7weztas;tcp\r\n";

    /// <summary>The first message and its answer of RFC 4975 section 4, and the chunks of figure 3.</summary>
    private const string OfTheRfc =
        "MSRP a786hjs2 SEND\r\n" + Paths + "Message-ID: 87652491\r\nByte-Range: 1-25/25\r\nContent-Type: text/plain\r\n\r\nHey Bob, are you there?\r\n-------a786hjs2$\r\n"
        + "MSRP a786hjs2 200 OK\r\n" + Paths + "-------a786hjs2$\r\n"
        + "MSRP dkei38sd SEND\r\n" + Paths + "Message-ID: 4564dpWd\r\nByte-Range: 1-*/8\r\nContent-Type: text/plain\r\n\r\nabcd\r\n-------dkei38sd+\r\n"
        + "MSRP dkei38ia SEND\r\n" + Paths + "Message-ID: 4564dpWd\r\nByte-Range: 5-8/8\r\nContent-Type: text/plain\r\n\r\nEFGH\r\n-------dkei38ia$\r\n";

    /// <summary>Bodies that look like ends, and are none.</summary>
    private static readonly string[] Disguises =
    [
        "-------abcd$x", "-------abcd", "\r\n-------abcd", "\r\n-------abcdX\r\n", "x-------abcd$\r\n", "\r\n-------abcd$\r", "\r\n-------abcd$x\r\n", "\r\n-------abcd\r\n",
        "\r\n------abcd$\r\n", "\r\n\r\n-------", "\n-------abcd$\r\n", "\r", "\r\n", "", "\r\n-------abce$\r\n",
    ];

    [Fact(DisplayName = "RFC 4975 section 4: a message, its response, and one in two chunks")]
    public void Rfc_examples()
    {
        var messages = Read(Encoding.ASCII.GetBytes(OfTheRfc), [OfTheRfc.Length]);

        Assert.Equal(
            ["SEND a786hjs2 [Hey Bob, are you there?] Complete", "200 a786hjs2 [] Complete", "SEND dkei38sd [abcd] More", "SEND dkei38ia [EFGH] Complete"],
            messages);
    }

    [Fact(DisplayName = "R-06 Z-16: wherever the stream is cut, heads, bodies and ends are the same")]
    public void Cuts_do_not_matter()
    {
        var stream = Encoding.ASCII.GetBytes(OfTheRfc + Disguised());
        var whole = Read(stream, [stream.Length]);
        Assert.DoesNotContain("broken", whole);
        for (var cut = 1; cut < stream.Length; cut++)
        {
            Assert.Equal(whole, Read(stream, [cut, stream.Length]));
        }

        Assert.Equal(whole, Read(stream, [.. Enumerable.Range(1, stream.Length)]));
    }

    [Fact(DisplayName = "R-06 many random cuts (SYLK_CUTS of them) give the same")]
    public void Random_cuts()
    {
        var stream = Encoding.ASCII.GetBytes(OfTheRfc + Disguised());
        var whole = Read(stream, [stream.Length]);
        var times = int.Parse(Environment.GetEnvironmentVariable("SYLK_CUTS") ?? "2000", CultureInfo.InvariantCulture);
        var dice = new DeterministicDice(20_261_127);
        for (var time = 0; time < times; time++)
        {
            var cuts = Enumerable.Range(0, dice.Below(40)).Select(_ => 1 + dice.Below(stream.Length - 1)).Append(stream.Length).Distinct().Order().ToArray();
            Assert.Equal(whole, Read(stream, cuts));
        }
    }

    [Fact(DisplayName = "TM-03: what looks like an end line inside a body is body, to the byte")]
    public void Look_alikes()
    {
        var stream = Encoding.ASCII.GetBytes(Disguised());
        Assert.Equal(Disguises.Select(body => $"SEND abcd [{body}] Complete"), Read(stream, [stream.Length]));
    }

    [Fact(DisplayName = "Any bytes at all may be in a body")]
    public void Binary()
    {
        var body = new byte[70_000];
        for (var i = 0; i < body.Length; i++)
        {
            body[i] = (byte)(i * 31);
        }

        byte[] stream =
        [
            .. Encoding.ASCII.GetBytes("MSRP abcd SEND\r\n" + Paths + "Content-Type: a/b\r\n\r\n"), .. body, .. "\r\n-------abcd$\r\n"u8,
        ];
        var framer = new MsrpFramer();
        List<byte> got = [];
        for (var at = 0; at < stream.Length; at += 1_000)
        {
            framer.Append(default, stream.AsSpan(at, Math.Min(1_000, stream.Length - at)));
            while (framer.TryTake() is { Kind: not MsrpPieceKind.None } piece)
            {
                got.AddRange(piece.Body.Span);
            }

            Assert.InRange(framer.Held, 0, MsrpLimits.MaxHead);
        }

        Assert.Equal(body, got);
    }

    [Theory(DisplayName = "What begins no message ends the stream")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("MSRP abc SEND\r\n")]
    [InlineData("MSRP -abcd SEND\r\n")]
    [InlineData("MSRP abcdabcdabcdabcdabcdabcdabcdabcda SEND\r\n")]
    [InlineData("MSRP abcd send\r\n")]
    [InlineData("MSRP abcd\r\n")]
    [InlineData("\r\n")]
    public void Lost(string text) => Assert.Equal(["broken"], Read(Encoding.ASCII.GetBytes(text), [text.Length]));

    [Fact(DisplayName = "L13: a head of more than 4 KiB ends the stream, with or without line ends")]
    public void Long_heads()
    {
        foreach (var padding in new[] { new string('x', 5_000), string.Concat(Enumerable.Repeat("X: y\r\n", 1_000)) })
        {
            var stream = Encoding.ASCII.GetBytes("MSRP abcd SEND\r\n" + padding);
            Assert.Equal(["broken"], Read(stream, [stream.Length]));
            Assert.Equal(["broken"], Read(stream, [.. Enumerable.Range(1, stream.Length)]));
        }
    }

    [Fact(DisplayName = "R-20: a head that does not end is given up after ten seconds, a body is not")]
    public void Slow_heads()
    {
        var framer = new MsrpFramer();
        Assert.Equal(Instant.Never, framer.Deadline);
        framer.Append(Instant.FromMilliseconds(5), "MSRP abcd SEND\r\n"u8);
        framer.TryTake();
        framer.Append(Instant.FromMilliseconds(9_000), Encoding.ASCII.GetBytes(Paths));
        framer.TryTake();
        Assert.Equal(Instant.FromMilliseconds(10_005), framer.Deadline);
        framer.Append(Instant.FromMilliseconds(9_500), "Content-Type: a/b\r\n\r\nxyz"u8);
        Assert.Equal(MsrpPieceKind.Head, framer.TryTake().Kind);
        Assert.Equal(Instant.Never, framer.Deadline);
    }

    private static string Disguised() => string.Concat(Disguises.Select(body =>
        $"MSRP abcd SEND\r\n{Paths}Message-ID: 1234\r\nContent-Type: text/plain\r\n\r\n{body}\r\n-------abcd$\r\n"));

    private static List<string> Read(byte[] stream, int[] cuts)
    {
        var framer = new MsrpFramer();
        List<string> messages = [];
        var body = new StringBuilder();
        var from = 0;
        foreach (var cut in cuts)
        {
            framer.Append(default, stream.AsSpan(from, cut - from));
            from = cut;
            while (framer.TryTake() is { Kind: not MsrpPieceKind.None } piece)
            {
                body.Append(Encoding.Latin1.GetString(piece.Body.Span));
                if (piece.Kind == MsrpPieceKind.End)
                {
                    var head = piece.Head!;
                    messages.Add($"{head.Method ?? head.Status.ToString(CultureInfo.InvariantCulture)} {head.TransactionId} [{body}] {piece.Flag}");
                    body.Clear();
                }
                else if (piece.Kind == MsrpPieceKind.Broken)
                {
                    messages.Add("broken");
                }
            }
        }

        return messages;
    }

    /// <summary>The same numbers each time.</summary>
    private sealed class DeterministicDice(ulong seed)
    {
        private ulong _state = seed;

        public int Below(int most)
        {
            _state = (_state * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407;
            return (int)((_state >> 33) % (ulong)most);
        }
    }
}
