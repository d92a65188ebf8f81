using CsCheck;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Tests.Sdp;

public class AnswerPropertyTests
{
    private static readonly Gen<MediaDirection> Directions = Gen.Int[0, 3].Select(bits => (MediaDirection)bits);

    private static readonly Gen<(MediaDirection Offered, MediaDirection Wished, int Codecs, int Fate)> Sections =
        Gen.Select(Directions, Directions, Gen.Int[1, 15], Gen.Int[0, 9]);

    [Fact(DisplayName = "V-15 whatever is decided, the answer has the offer's sections and is legal")]
    public void Answers_are_always_legal() => Sections.Array[1, 40].Sample(
        sections =>
        {
            var offer = OfferBuilder.Build(Given.Local, [.. sections.Select(Offered)]);
            if (sections.All(section => section.Fate == 0))
            {
                return;
            }

            var refusal = AnswerBuilder.TryBuild(offer, Given.Local, [.. sections.Select(Decide)], out var answer);

            Assert.Equal(AnswerRefusal.None, refusal);
            Assert.Equal(offer.Media.Count, answer!.Media.Count);
            Assert.Equal(AnswerFault.None, AnswerCheck.Find(offer, Given.Parsed(SdpPrinter.Print(answer))));
        },
        iter: 300,
        threads: 1);

    private static OfferSection Offered((MediaDirection Offered, MediaDirection Wished, int Codecs, int Fate) section, int index) => new()
    {
        Mid = $"m{index}",
        Kind = MediaKind.Video,
        Direction = section.Offered,
        Codecs = Chosen(section.Codecs),
        Extensions = UsualCodecs.VideoExtensions,
        SendRids = section.Codecs % 2 == 0 ? ["a", "b"] : [],
        Stopped = section.Fate == 0,
    };

    private static SectionAnswer Decide((MediaDirection Offered, MediaDirection Wished, int Codecs, int Fate) section) =>
        section.Fate switch
        {
            1 => SectionAnswer.Reject,
            2 => SectionAnswer.Inactive,
            _ => new SectionAnswer
            {
                Direction = section.Wished,
                Codecs = Chosen(section.Fate + section.Codecs),
                Extensions = [.. UsualCodecs.AudioExtensions, .. UsualCodecs.VideoExtensions],
                ReceiveRids = ["b", "a", "x"],
                Sources = [new AnnouncedSource(1, 2, "c")],
            },
        };

    private static List<CodecOffer> Chosen(int bits)
    {
        CodecOffer[] all = [UsualCodecs.Vp8, UsualCodecs.H264, UsualCodecs.Vp9, UsualCodecs.Av1];
        return [.. all.Where((_, index) => (bits >> index & 1) != 0).DefaultIfEmpty(UsualCodecs.Vp8)];
    }
}
