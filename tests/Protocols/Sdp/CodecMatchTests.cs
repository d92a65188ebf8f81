using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Tests.Sdp;

public class CodecMatchTests
{
    [Fact(DisplayName = "Codecs of a section carry their parameters, feedback and retransmission payload type")]
    public void Codecs_are_gathered()
    {
        var codecs = CodecReader.Read(Given.Parsed(BrowserOffers.Chromium).Media[1]);

        Assert.Equal([96, 103, 109, 98, 45, 116, 118], codecs.Select(codec => codec.PayloadType));
        Assert.Equal([97, 104, 114, 99, 46, 117, null], codecs.Select(codec => codec.RtxPayloadType));
        Assert.Equal(["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"], codecs[0].Feedback);
        Assert.Equal("42e01f", codecs[2].Parameters["profile-level-id"]);
        Assert.True(codecs[0].IsNamed("vp8") && codecs[0].HasFeedback("NACK PLI") && !codecs[5].HasFeedback("nack"));
        Assert.Equal(["nack"], codecs[0].WithFeedbackIn(["nack", "ack"]).Feedback);
    }

    [Fact(DisplayName = "Static payload types need no rtpmap, feedback for * counts for all, doubles count once")]
    public void Static_types_and_wildcards()
    {
        var media = new MediaDescription(MediaKind.Audio) { Formats = { "0", "8", "0", "97", "x", "35" } };
        media.Attributes.Add("rtcp-fb", "* nack");
        media.Attributes.Add(new RtpMap(8, "PCMA", 8000));

        var codecs = CodecReader.Read(media);

        Assert.Equal(["PCMU", "PCMA"], codecs.Select(codec => codec.Name));
        Assert.All(codecs, codec => Assert.Equal(["nack"], codec.Feedback));
    }

    [Theory(DisplayName = "H.264 is the same when packetization mode and sub-profile are, whatever the level")]
    [InlineData("profile-level-id=42e01f;packetization-mode=1", "packetization-mode=1;PROFILE-LEVEL-ID=42E034", true)]
    [InlineData("profile-level-id=42e01f;packetization-mode=1", "profile-level-id=42e01f", false)]
    [InlineData("profile-level-id=42e01f", "profile-level-id=42e01f;packetization-mode=0", true)]
    [InlineData("profile-level-id=42001f", "profile-level-id=42e01f", false)]
    [InlineData("profile-level-id=42e01f", "profile-level-id=42c01f", true)]
    [InlineData("profile-level-id=42e01f", "profile-level-id=4d801f", true)]
    [InlineData("profile-level-id=4d001f", "profile-level-id=4d0032", true)]
    [InlineData("profile-level-id=4d001f", "profile-level-id=64001f", false)]
    [InlineData("profile-level-id=640c1f", "profile-level-id=64001f", false)]
    [InlineData("profile-level-id=f4001f", "profile-level-id=f40032", true)]
    [InlineData("", "profile-level-id=42000a", true)]
    [InlineData("profile-level-id=zz", "profile-level-id=zz", false)]
    public void H264_profiles(string a, string b, bool same)
    {
        Assert.Equal(same, CodecMatch.AreSame(H264(a), H264(b)));
        Assert.Equal(same, CodecMatch.AreSame(H264(b), H264(a)));
    }

    [Theory(DisplayName = "VP9 and AV1 compare profile and tier, with their defaults")]
    [InlineData("VP9", "", "profile-id=0", true)]
    [InlineData("VP9", "profile-id=2", "profile-id=0", false)]
    [InlineData("AV1", "level-idx=5;profile=0;tier=0", "", true)]
    [InlineData("AV1", "profile=1", "profile=0", false)]
    [InlineData("AV1", "tier=1", "tier=0", false)]
    [InlineData("VP8", "max-fs=12288", "", true)]
    [InlineData("opus", "stereo=1;useinbandfec=1", "usedtx=1", true)]
    public void Other_profiles(string name, string a, string b, bool same)
    {
        var (one, other) = (new CodecOffer(96, name, 90000), new CodecOffer(100, name.ToLowerInvariant(), 90000));

        Assert.Equal(same, CodecMatch.AreSame(one with { Parameters = new(a) }, other with { Parameters = new(b) }));
    }

    [Fact(DisplayName = "Name, clock and channels decide first")]
    public void Name_clock_channels()
    {
        Assert.False(CodecMatch.AreSame(UsualCodecs.Opus, UsualCodecs.Opus with { Channels = 1 }));
        Assert.False(CodecMatch.AreSame(UsualCodecs.Opus, UsualCodecs.Opus with { ClockRate = 16000 }));
        Assert.False(CodecMatch.AreSame(UsualCodecs.Vp8, UsualCodecs.Vp9));
        Assert.Equal(109, CodecMatch.Find(CodecReader.Read(Given.Parsed(BrowserOffers.Chromium).Media[1]), UsualCodecs.H264)!.PayloadType);
        Assert.Equal(126, CodecMatch.Find(CodecReader.Read(Given.Parsed(BrowserOffers.Firefox).Media[1]), UsualCodecs.H264)!.PayloadType);
    }

    private static CodecOffer H264(string parameters) => new(102, "H264", 90000) { Parameters = new(parameters) };
}
