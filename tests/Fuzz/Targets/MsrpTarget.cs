using System.Text;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols.Msrp;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Z-16: MSRP streams and all that is read out of them.</summary>
internal static class MsrpTarget
{
    private const string Paths = "To-Path: msrp://here.example:2855/s1;tcp\r\nFrom-Path: msrp://relay.example:1/r;tcp msrp://there.example:2855/s2;tcp\r\n";

    private static readonly string[] Seeds =
    [
        "MSRP a786hjs2 SEND\r\n" + Paths + "Message-ID: 87652491\r\nByte-Range: 1-5/5\r\nSuccess-Report: yes\r\nContent-Type: text/plain\r\n\r\nhello\r\n-------a786hjs2$\r\n",
        "MSRP dkei38sd SEND\r\n" + Paths + "Message-ID: 4564dpWd\r\nByte-Range: 1-*/8\r\nContent-Type: text/plain\r\n\r\nabcd\r\n-------dkei38sd+\r\n"
            + "MSRP dkei38ia SEND\r\n" + Paths + "Message-ID: 4564dpWd\r\nByte-Range: 5-8/8\r\nContent-Type: text/plain\r\n\r\nEFGH\r\n-------dkei38ia$\r\n",
        "MSRP nick SEND\r\n" + Paths + "Message-ID: 1\r\nContent-Type: a/b\r\n\r\n\r\n-------nick\r\n-------nicX$\r\n-------nick#\r\n",
        "MSRP nickname1 NICKNAME\r\n" + Paths + "Use-Nickname: \"Al\\\"ice\"\r\n-------nickname1$\r\n",
        "MSRP rep1 REPORT\r\n" + Paths + "Message-ID: 1\r\nByte-Range: 1-5/5\r\nStatus: 000 200 OK\r\n-------rep1$\r\n",
        "MSRP rep1 200 OK\r\n" + Paths + "-------rep1$\r\nMSRP empty SEND\r\n" + Paths + "Message-ID: 1\r\nByte-Range: 1-0/0\r\n-------empty$\r\n",
    ];

    public static FuzzTarget Stream => new("Z-16", "MSRP stream", [.. Seeds.Select(Encoding.ASCII.GetBytes)], () => Check)
    {
        Shape = SeedShape.Lines,
        MaxLength = 8 * 1024,
        FreeAllocation = 256 * 1024,
    };

    private static FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        var whole = Pieces(input, input.Length);
        var piece = input.Length == 0 ? 1 : 1 + (((input[0] * 7) + input[^1]) % Math.Max(1, input.Length));
        if (!whole.SequenceEqual(Pieces(input, piece), StringComparer.Ordinal))
        {
            return FuzzVerdict.Violates($"pieces of {piece} give something else");
        }

        return Run(input) ?? (whole.Any(one => one.StartsWith("end", StringComparison.Ordinal)) ? FuzzVerdict.Accepted : FuzzVerdict.Refused);
    }

    /// <summary>Heads, bodies joined, and ends.</summary>
    private static List<string> Pieces(ReadOnlySpan<byte> input, int length)
    {
        var framer = new MsrpFramer();
        List<string> found = [];
        var body = new StringBuilder();
        for (; !input.IsEmpty; input = input[Math.Min(length, input.Length)..])
        {
            framer.Append(default, input[..Math.Min(length, input.Length)]);
            while (framer.TryTake() is { Kind: not MsrpPieceKind.None } piece)
            {
                body.Append(Encoding.Latin1.GetString(piece.Body.Span));
                if (piece.Kind != MsrpPieceKind.Body)
                {
                    found.Add($"{(piece.Kind == MsrpPieceKind.End ? "end" : "")} {piece.Kind} {piece.Head?.TransactionId} {piece.Flag} {body}");
                    body.Clear();
                }
            }
        }

        return found;
    }

    /// <summary>A session takes it: memory stays within L13, nothing is answered twice, and what we answer can be read.</summary>
    private static FuzzVerdict? Run(ReadOnlySpan<byte> input)
    {
        var here = new MsrpUri(false, "here.example", 2855, "s1");
        var session = new MsrpSession(new MsrpIds(new byte[16]), here, [here], new MsrpSessionTerms { HasNicknames = true });
        var link = new MsrpLink(default, uri => uri.Equals(here) ? session : null);
        link.Receive(default, input);
        while (link.TryTakeEvent(out var happened))
        {
            if (happened is MsrpMessageArrived arrived)
            {
                session.Answer(arrived.Transaction, 200);
                session.Answer(arrived.Transaction, 200);
            }
        }

        var framer = new MsrpFramer();
        while (link.TryTakeOutput(default, out var output))
        {
            framer.Append(default, output.Span);
            if (framer.TryTake() is not { Kind: MsrpPieceKind.Head, Head.IsFaulty: false } || framer.TryTake().Kind != MsrpPieceKind.End)
            {
                return FuzzVerdict.Violates("what we say cannot be read");
            }
        }

        return session.Held > MsrpLimits.MaxHeld + MsrpLimits.MaxText ? FuzzVerdict.Violates("too much is held") : null;
    }
}
