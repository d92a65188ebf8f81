using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Tests.Sdp;

public class OfferBuilderTests
{
    [Theory(DisplayName = "An offer with senders and a pool of slots is answered section by section")]
    [InlineData(3, 9)]
    [InlineData(8, 25)]
    [InlineData(8, 49)]
    public void Offers_with_slots_are_answered(int audioSlots, int videoSlots)
    {
        var offer = Given.Parsed(SdpPrinter.Print(Offer(audioSlots, videoSlots)));
        var answer = Given.Answered(offer);

        Assert.Equal(2 + audioSlots + videoSlots, answer.Media.Count);
        Assert.Equal(answer.Media.Count, answer.Bundle!.Mids.Count);
        Assert.Equal(AnswerFault.None, AnswerCheck.Find(offer, answer));
        Assert.All(answer.Media.Skip(2), media => Assert.Equal(MediaDirection.SendOnly, media.Direction));
        Assert.Equal(AnswerRefusal.None, OfferCheck.Inspect(offer, out var transport));
        Assert.Equal(("lufr", SetupRole.ActPass, 2), (transport!.IceUfrag, transport.Setup, transport.Candidates.Count));
    }

    [Fact(DisplayName = "The sending sections carry codecs, extensions, msid, sources and simulcast")]
    public void Senders_are_described()
    {
        var offer = Offer(0, 0);
        var (audio, video) = (offer.Media[0], offer.Media[1]);

        Assert.Equal(["111", "63", "110"], audio.Formats);
        Assert.Equal(["96", "97", "102", "103", "98", "99", "45", "46"], video.Formats);
        Assert.Equal("send l;h", video.Attributes.First("simulcast"));
        Assert.Equal([UsualCodecs.Vp8.RtxPayloadType, 103, 99, 46], CodecReader.Read(video).Select(codec => codec.RtxPayloadType));
        Assert.Equal(UsualCodecs.VideoExtensions, video.Extensions);
        Assert.True(audio is { RtcpMux: true, RtcpReducedSize: true, Setup: SetupRole.ActPass, Direction: MediaDirection.SendOnly });
        Assert.Equal(new SsrcAttribute(5, "cname", "me"), Assert.Single(audio.SsrcAttributes));
        Assert.True(offer.ExtmapAllowMixed);
    }

    [Fact(DisplayName = "A stopped section keeps its index with port 0 outside the bundle")]
    public void Stopped_sections_keep_their_index()
    {
        var offer = OfferBuilder.Build(Given.Local,
        [
            new() { Mid = "0", Kind = MediaKind.Audio, Direction = MediaDirection.SendOnly, Codecs = [UsualCodecs.Opus], Stopped = true },
            new() { Mid = "1", Kind = MediaKind.Audio, Direction = MediaDirection.SendOnly, Codecs = [UsualCodecs.Opus] },
        ]);

        Assert.Equal([0, 9], offer.Media.Select(media => media.Port));
        Assert.Equal(["1"], offer.Bundle!.Mids);
        Assert.NotEmpty(offer.Media[1].Candidates);
    }

    private static SessionDescription Offer(int audioSlots, int videoSlots)
    {
        IReadOnlyList<CodecOffer> video = [UsualCodecs.Vp8, UsualCodecs.H264, UsualCodecs.Vp9, UsualCodecs.Av1];
        return OfferBuilder.Build(Given.Local,
        [
            new()
            {
                Mid = "0",
                Kind = MediaKind.Audio,
                Direction = MediaDirection.SendOnly,
                Codecs = [UsualCodecs.Opus, UsualCodecs.Red, UsualCodecs.TelephoneEvent48],
                Extensions = UsualCodecs.AudioExtensions,
                Msid = new Msid("me", "mic"),
                Sources = [new AnnouncedSource(5, null, "me")],
            },
            new()
            {
                Mid = "1",
                Kind = MediaKind.Video,
                Direction = MediaDirection.SendOnly,
                Codecs = video,
                Extensions = UsualCodecs.VideoExtensions,
                Msid = new Msid("me", "cam"),
                SendRids = ["l", "h"],
            },
            .. OfferBuilder.ReceiveSlots(MediaKind.Audio, audioSlots, 2, [UsualCodecs.Opus], UsualCodecs.AudioExtensions),
            .. OfferBuilder.ReceiveSlots(MediaKind.Video, videoSlots, 2 + audioSlots, video, UsualCodecs.VideoExtensions),
        ]);
    }
}
