using System.Collections.Immutable;
using System.Net;
using Sylk.Conference.Protocols.Sdp;
using static Sylk.Conference.Protocols.Tests.Sdp.Legs.GivenLeg;

namespace Sylk.Conference.Protocols.Tests.Sdp.Legs;

public class LegVideoTests
{
    private const string Sound = "m=audio 4000 RTP/AVP 0\n";
    private const string Vp8 = "m=video 4002 RTP/AVP 97\na=rtpmap:97 VP8/90000\n";
    private static readonly string[] AllFeedback = ["nack", "nack pli", "ccm fir"];
    private static readonly LegCapabilities WithCamera = Ours with { Video = new LegVideoEnd { Port = 20_002 } };

    [Fact(DisplayName = "The video section of the answer to a plain offer")]
    public void Whole()
    {
        var step = Answer($"{Sound}{Vp8}a=rtcp-fb:* nack pli\na=rtcp-fb:97 ccm fir\na=rtcp-fb:97 goog-remb\n", ours: WithCamera);
        Assert.Equal(
            "m=video 20002 RTP/AVP 97\nb=AS:1500\na=rtpmap:97 VP8/90000\na=rtcp-fb:97 nack pli\na=rtcp-fb:97 ccm fir\na=sendrecv", VideoOf(step));
        var video = step.Description!.Video!;
        Assert.Equal(("198.51.100.1:4002", "198.51.100.1:4003", 360), (video.Rtp.ToString(), video.Rtcp.ToString(), video.Lines));
        Assert.True(video is { TakesPli: true, TakesFir: true, MaySee: true, MayShow: true });
    }

    public static TheoryData<string, string?> H264 => new()
    {
        { "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1", "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1" },
        { "profile-level-id=42E00C;packetization-mode=1;level-asymmetry-allowed=1", "profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1" },
        { "profile-level-id=42801F", "profile-level-id=42801f;packetization-mode=0" },
        { "profile-level-id=42e034;packetization-mode=1", "profile-level-id=42e01f;packetization-mode=1" },
        { "profile-level-id=42e00d;packetization-mode=0", "profile-level-id=42e00d;packetization-mode=0" },
        { "profile-level-id=64001f;packetization-mode=1", "profile-level-id=64001f;packetization-mode=1" },
        { "", "profile-level-id=42000a;packetization-mode=0" },
        { "profile-level-id=42e01f;packetization-mode=2", null },
        { "profile-level-id=6e001f;packetization-mode=1", null },
        { "profile-level-id=zz", null },
    };

    [Theory(DisplayName = "H.264: profile and mode as offered, level ours only where they may differ; what we do not know is rejected alone")]
    [MemberData(nameof(H264))]
    public void Parameters(string offered, string? answered)
    {
        var fmtp = offered.Length == 0 ? "" : $"a=fmtp:99 {offered}\n";
        var step = Answer($"{Sound}m=video 4002 RTP/AVP 99\na=rtpmap:99 h264/90000\n{fmtp}", ours: WithCamera);
        Assert.Null(step.Refusal);
        Assert.Equal(answered is null ? "m=video 0 RTP/AVP 99" : $"m=video 20002 RTP/AVP 99\nb=AS:1500\na=rtpmap:99 H264/90000\na=fmtp:99 {answered}\na=sendrecv", VideoOf(step));
    }

    [Fact(DisplayName = "Of several kinds of H.264 Baseline with fragments is taken; VP8 stands before it")]
    public void Best()
    {
        var step = Answer(
            Sound + "m=video 4002 RTP/AVPF 100 101 102 103 98\na=rtpmap:100 H264/90000\na=fmtp:100 profile-level-id=64001f;packetization-mode=1\n"
            + "a=rtpmap:101 H264/90000\na=fmtp:101 profile-level-id=42e01f\na=rtpmap:102 H264/90000\na=fmtp:102 profile-level-id=42e01f;packetization-mode=1\n"
            + "a=rtpmap:103 VP9/90000\na=rtpmap:98 VP8/90000\n",
            ours: WithCamera);
        Assert.Equal([98, 102], step.Description!.Video!.Formats.Select(format => format.ReceivePayloadType));
    }

    [Theory(DisplayName = "Video that cannot be had leaves the call its sound, port 0, and the order of sections")]
    [InlineData("m=video 4002 RTP/AVP 31\n", "m=video 0 RTP/AVP 31")]
    [InlineData("m=video 4002 RTP/AVP 97\na=rtpmap:97 VP8/8000\n", "m=video 0 RTP/AVP 97")]
    [InlineData("m=video 4002 RTP/SAVP 97\na=rtpmap:97 VP8/90000\n", "m=video 0 RTP/SAVP 97")]
    [InlineData("m=video 4002 UDP/DCCP 97\na=rtpmap:97 VP8/90000\n", "m=video 0 UDP/DCCP 97")]
    [InlineData("m=video 4002 RTP/AVP 97\nc=IN IP6 2001:db8::9\na=rtpmap:97 VP8/90000\n", "m=video 0 RTP/AVP 97")]
    [InlineData("m=video 4002 RTP/AVP 97\na=rtpmap:97 VP8/90000\na=content:slides\n", "m=video 0 RTP/AVP 97")]
    [InlineData("m=video 0 RTP/AVP 97\na=rtpmap:97 VP8/90000\n", "m=video 0 RTP/AVP 97")]
    public void Rejected(string section, string answered)
    {
        var step = Answer(section + Sound, ours: WithCamera with { IPv6 = IPAddress.Parse("2001:db8::1") });
        Assert.Equal((1, -1), (step.Description!.AudioIndex, step.Description.VideoIndex));
        Assert.StartsWith(answered + "\nm=audio 20000", Sections(step.Sdp), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Without a camera of ours video is refused; with one slides beside it are")]
    public void OnlyOne()
    {
        Assert.Equal("m=video 0 RTP/AVP 97", VideoOf(Answer(Sound + Vp8)));
        var step = Answer($"{Sound}m=video 4004 RTP/AVP 98\na=rtpmap:98 H264/90000\na=content:slides\n{Vp8}", ours: WithCamera);
        Assert.Equal(2, step.Description!.VideoIndex);
        Assert.Contains("m=video 0 RTP/AVP 98\r\n", step.Sdp, StringComparison.Ordinal);
        Assert.Contains("m=video 20002 RTP/AVP 97\r\n", step.Sdp, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "Directions of the section are turned around, whatever the sound's")]
    [InlineData("sendrecv", "sendrecv", true, true)]
    [InlineData("sendonly", "recvonly", true, false)]
    [InlineData("recvonly", "sendonly", false, true)]
    [InlineData("inactive", "inactive", false, false)]
    public void Directions(string offered, string answered, bool maySee, bool mayShow)
    {
        var step = Answer($"{Sound}{Vp8}a={offered}\n", ours: WithCamera);
        Assert.EndsWith($"a={answered}", VideoOf(step), StringComparison.Ordinal);
        Assert.Equal((maySee, mayShow), (step.Description!.Video!.MaySee, step.Description.Video.MayShow));
        Assert.False(step.Description.IsHeld);
    }

    [Fact(DisplayName = "Keys of a description are the section's own; a fingerprint serves both; require takes video only with keys")]
    public void Security()
    {
        var sdes = Answer($"m=audio 4000 RTP/SAVP 0\na=crypto:1 {Key80}\nm=video 4002 RTP/SAVPF 97\na=rtpmap:97 VP8/90000\na=crypto:2 {Key80}\n", ours: WithCamera);
        Assert.Equal((LegSecurity.Sdes, 2), (sdes.Description!.Video!.Security, sdes.Description.Video.LocalKey!.Tag));
        var dtls = Answer($"m=audio 4000 UDP/TLS/RTP/SAVPF 0\na=fingerprint:{Print}\na=setup:actpass\nm=video 4002 UDP/TLS/RTP/SAVPF 97\na=rtpmap:97 VP8/90000\n"
            + $"a=fingerprint:{Print}\na=setup:actpass\n", ours: WithCamera);
        Assert.Equal((LegSecurity.Dtls, SetupRole.Passive), (dtls.Description!.Video!.Security, dtls.Description.Video.Setup));
        Assert.Contains("a=setup:passive", VideoOf(dtls), StringComparison.Ordinal);
        var mixed = Answer($"m=audio 4000 RTP/SAVP 0\na=crypto:1 {Key80}\n{Vp8}", Require, ours: WithCamera);
        Assert.Null(mixed.Description!.Video);
    }

    [Fact(DisplayName = "Added by a later offer, gone with another, and the order of sections stays")]
    public void ComesAndGoes()
    {
        var first = Answer(Sound, ours: WithCamera);
        var added = Answer(Sound + Vp8, current: first.Description, ours: WithCamera);
        Assert.Equal(1, added.Description!.VideoIndex);
        var same = Answer(Sound + Vp8, current: added.Description, ours: WithCamera);
        Assert.Equal(added.Sdp, same.Sdp);
        var gone = Answer(Sound + "m=video 0 RTP/AVP 97\n", current: added.Description, ours: WithCamera);
        Assert.Null(gone.Description!.Video);
        Assert.Equal(added.Description.Version + 1, gone.Description.Version);
    }

    [Theory(DisplayName = "The picture's size follows from what they take and decode")]
    [InlineData("b=AS:256\n", "", 180)]
    [InlineData("b=AS:768\n", "", 360)]
    [InlineData("b=TIAS:2000000\n", "", 720)]
    [InlineData("b=TIAS:2000000\n", "a=fmtp:97 max-fs=1200;max-fr=30\n", 360)]
    [InlineData("b=TIAS:2000000\n", "a=fmtp:97 max-fs=396\n", 180)]
    [InlineData("", "", 360)]
    public void Lines(string bandwidth, string format, int expected) => Assert.Equal(
        expected, Answer($"{Sound}m=video 4002 RTP/AVP 97\n{bandwidth}a=rtpmap:97 VP8/90000\n{format}", ours: WithCamera).Description!.Video!.Lines);

    [Fact(DisplayName = "What a leg is shown: its own kind of H.264 and Constrained Baseline; with fragments also whole units")]
    public void Shown()
    {
        var step = Answer($"{Sound}m=video 4002 RTP/AVP 99\na=rtpmap:99 H264/90000\na=fmtp:99 profile-level-id=4d001f;packetization-mode=1\n", ours: WithCamera);
        var format = Assert.Single(step.Description!.Video!.Formats);
        Assert.Equal(
            ["4d001f1", "42e01f1", "4d001f0", "42e01f0"],
            LegVideoCodecs.Shown(format).Select(shown => shown.Parameters["profile-level-id"] + shown.Parameters["packetization-mode"]));
        var baseline = Answer($"{Sound}m=video 4002 RTP/AVP 99\na=rtpmap:99 H264/90000\na=fmtp:99 profile-level-id=42801f\n", ours: WithCamera);
        Assert.Equal("42e01f", baseline.Description!.Video!.Formats[0].AsSent.Parameters["profile-level-id"]);
        Assert.All(LegVideoCodecs.Shown(baseline.Description.Video.Formats[0]), shown => Assert.Equal("0", shown.Parameters["packetization-mode"]));
    }

    [Fact(DisplayName = "Our offer has the call's sections in their order, and their answer may take or refuse the video")]
    public void Offered()
    {
        var shape = LegShape.Of(Theirs($"m=message 9 TCP/MSRP *\n{Vp8}{Sound}"));
        var (sent, sdp) = LegOfferer.Offer(WithCamera, Allow, null, shape: shape);
        var lines = sdp.Split("\r\n").Where(line => line.StartsWith("m=", StringComparison.Ordinal));
        Assert.Equal(["m=message 0 TCP/MSRP *", "m=video 20002 RTP/AVP 120 121 122", "m=audio 20000 RTP/AVP 111 9 0 8 101 110"], lines);
        var taken = LegOfferer.Accept(
            Theirs($"m=message 0 TCP/MSRP *\nm=video 4002 RTP/AVP 97\na=rtpmap:97 VP8/90000\na=rtcp-fb:97 nack pli\n{Sound}"), sent, WithCamera, Allow, null);
        var format = Assert.Single(taken.Description!.Video!.Formats);
        Assert.Equal((97, 120, true), (format.SendPayloadType, format.ReceivePayloadType, taken.Description.Video.TakesPli));
        var refused = LegOfferer.Accept(Theirs($"m=message 0 TCP/MSRP *\nm=video 0 RTP/AVP 97\n{Sound}"), sent, WithCamera, Allow, null);
        Assert.NotNull(refused.Description!.Audio);
        Assert.Null(refused.Description.Video);
        var again = LegOfferer.Offer(WithCamera, Allow, taken.Description);
        Assert.Contains("m=video 20002 RTP/AVP 120\r\n", again.Sdp, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A call we place offers video where it is wanted, behind the sound; refused, its place stays")]
    public void OfferedAtFirst()
    {
        var ours = Ours with { Video = new LegVideoEnd { Port = 20_002, IsOffered = true } };
        var (sent, sdp) = LegOfferer.Offer(ours, Allow, null);
        var lines = sdp.Split("\r\n").Where(line => line.StartsWith("m=", StringComparison.Ordinal));
        Assert.Equal(["m=audio 20000 RTP/AVP 111 9 0 8 101 110", "m=video 20002 RTP/AVP 120 121 122"], lines);
        var taken = LegOfferer.Accept(Theirs($"{Sound}m=video 4002 RTP/AVP 97\na=rtpmap:97 VP8/90000\n"), sent, ours, Allow, null).Description!;
        Assert.Equal((1, LegVideoCodec.Vp8), (taken.VideoIndex, Assert.Single(taken.Video!.Formats).Codec));
        var refused = LegOfferer.Accept(Theirs($"{Sound}m=video 0 RTP/AVP 97\n"), sent, ours, Allow, null).Description!;
        Assert.Equal((-1, null), (refused.VideoIndex, refused.Video));
        Assert.Contains("m=video 0 RTP/AVP ", LegOfferer.Offer(ours, Allow, refused).Sdp, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Without video in the call we offer none")]
    public void NotOffered() => Assert.DoesNotContain("m=video", LegOfferer.Offer(WithCamera, Allow, null).Sdp, StringComparison.Ordinal);

    [Fact(DisplayName = "Our offer of H.264 is answered by the same profile and mode only")]
    public void OurKind()
    {
        var ours = Ours with { Video = new LegVideoEnd { Port = 20_002, Codecs = ImmutableArray.Create(LegVideoCodec.H264) } };
        var sent = LegOfferer.Offer(ours, Allow, null, shape: LegShape.Of(Theirs(Sound + Vp8))).Offer;
        string Section(string parameters) => Theirs($"{Sound}m=video 4002 RTP/AVP 120\na=rtpmap:120 H264/90000\na=fmtp:120 {parameters}\n");
        Assert.NotNull(LegOfferer.Accept(Section("profile-level-id=42e00c;packetization-mode=1"), sent, ours, Allow, null).Description!.Video);
        Assert.Null(LegOfferer.Accept(Section("profile-level-id=64001f;packetization-mode=1"), sent, ours, Allow, null).Description!.Video);
        Assert.Null(LegOfferer.Accept(Section("profile-level-id=42e01f;packetization-mode=2"), sent, ours, Allow, null).Description!.Video);
        var whole = LegOfferer.Accept(Section("profile-level-id=42801f").Replace("120", "121", StringComparison.Ordinal), sent, ours, Allow, null).Description!.Video!;
        Assert.Equal((121, "0"), (Assert.Single(whole.Formats).ReceivePayloadType, whole.Formats[0].Ours["packetization-mode"]));
        Assert.Equal(AllFeedback, sent.Described.Video!.Formats[0].Feedback);
    }

    [Theory(DisplayName = "Of an answer with both modes of our H.264 the first counts, and of several codecs the order")]
    [InlineData("121 120", 121, "0")]
    [InlineData("120 121", 120, "1")]
    public void BothModes(string numbers, int receives, string mode)
    {
        var ours = Ours with { Video = new LegVideoEnd { Port = 20_002, Codecs = [LegVideoCodec.H264, LegVideoCodec.Vp8], IsOffered = true } };
        var sent = LegOfferer.Offer(ours, Allow, null).Offer;
        var answer = Theirs($"{Sound}m=video 4002 RTP/AVP {numbers} 122\na=rtpmap:120 H264/90000\na=fmtp:120 profile-level-id=42e01f;packetization-mode=1\n"
            + "a=rtpmap:121 H264/90000\na=fmtp:121 profile-level-id=42e01f\na=rtpmap:122 VP8/90000\n");
        var formats = LegOfferer.Accept(answer, sent, ours, Allow, null).Description!.Video!.Formats;
        Assert.Equal([receives, 122], formats.Select(format => format.ReceivePayloadType));
        Assert.Equal((mode, receives), (formats[0].Ours["packetization-mode"], formats[0].SendPayloadType));
        var turned = LegOfferer.Accept(answer.Replace($"{numbers} 122", $"122 {numbers}", StringComparison.Ordinal), sent, ours, Allow, null).Description!.Video!;
        Assert.Equal([122, receives], turned.Formats.Select(format => format.ReceivePayloadType));
    }

    private static string VideoOf(LegStep step) => string.Join('\n', Sections(step.Sdp).Split('\n').SkipWhile(line => !line.StartsWith("m=video", StringComparison.Ordinal)));
}
