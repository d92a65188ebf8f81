using System.Text;
using Sylk.Conference.Fuzz.Tests.Engine;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>Z-13: parse, print and answer; what was printed reads back the same, and an answer has the offer's sections.</summary>
internal static class SdpTarget
{
    private static readonly LocalTransport Local = new()
    {
        IceUfrag = "ufrag",
        IcePwd = "0123456789abcdefghijkl",
        Fingerprint = Fingerprint.FromHash("sha-256", new byte[32]),
        Candidates = ["1 1 udp 2130706431 192.0.2.7 10000 typ host"],
        EndOfCandidates = true,
        IceLite = true,
    };

    public static FuzzTarget Target => new("Z-13", "SDP parse, print, answer", SdpSeeds.All, () => Check)
    {
        Shape = SeedShape.Lines,
        MaxLength = SdpLimits.MaxBytes + 1000,
    };

    private static FuzzVerdict Check(ReadOnlySpan<byte> input)
    {
        if (!SdpParser.TryParse(input, out var description, out var error))
        {
            return error.Code == SdpErrorCode.None ? FuzzVerdict.Violates("refused without a code") : CheckFragment(input);
        }

        var printed = SdpPrinter.Print(description);
        if (!SdpParser.TryParse(printed, out var again, out error))
        {
            // Blank lines and missing t= make prints longer than what was read; only then may a limit be passed.
            return error.Code is SdpErrorCode.TooLong or SdpErrorCode.TooManyLines
                ? FuzzVerdict.Accepted
                : FuzzVerdict.Violates($"print is refused: {error}");
        }

        return SdpPrinter.Print(again) == printed ? Answer(description) : FuzzVerdict.Violates("print is not stable");
    }

    private static FuzzVerdict CheckFragment(ReadOnlySpan<byte> input)
    {
        if (!SdpParser.TryParseFragment(input, out var fragment, out _))
        {
            return FuzzVerdict.Refused;
        }

        var printed = SdpPrinter.Print(fragment);
        return SdpParser.TryParseFragment(printed, out var again, out _) && SdpPrinter.Print(again) == printed
            ? FuzzVerdict.Refused
            : FuzzVerdict.Violates("fragment is not stable");
    }

    private static FuzzVerdict Answer(SessionDescription offer)
    {
        var decisions = new List<SectionAnswer>(offer.Media.Count);
        foreach (var media in offer.Media)
        {
            decisions.Add(new SectionAnswer
            {
                Direction = MediaDirection.SendRecv,
                Codecs = CodecReader.Read(media),
                Extensions = media.Extensions,
                ReceiveRids = [.. media.Rids.Select(rid => rid.Id)],
                Msid = new Msid("s", "t"),
                Sources = [new AnnouncedSource(1, 2, "c")],
            });
        }

        if (AnswerBuilder.TryBuild(offer, Local, decisions, out var answer) != AnswerRefusal.None)
        {
            return answer is null ? FuzzVerdict.Accepted : FuzzVerdict.Violates("refused, yet answered");
        }

        if (answer!.Media.Count != offer.Media.Count)
        {
            return FuzzVerdict.Violates("the answer has another number of sections");
        }

        var fault = AnswerCheck.Find(offer, answer);
        return fault == AnswerFault.None ? FuzzVerdict.Accepted : FuzzVerdict.Violates($"illegal answer: {fault}");
    }
}
