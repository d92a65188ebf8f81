using System.Net;
using Sylk.Conference.Protocols.Sdp;
using static Sylk.Conference.Protocols.Tests.Sdp.Legs.GivenLeg;

namespace Sylk.Conference.Protocols.Tests.Sdp.Legs;

public class LegAnswerTests
{
    private const string Plain = "m=audio 4000 RTP/AVP 0\n";

    [Fact(DisplayName = "The whole answer to a plain offer")]
    public void Whole()
    {
        var step = Answer("m=audio 4000 RTP/AVP 8 0 101\na=rtpmap:101 telephone-event/8000\na=rtcp-mux\n");
        Assert.Equal(
            "v=0\r\no=- 7 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 20000 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\n"
            + "a=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=maxptime:60\r\na=sendrecv\r\na=rtcp-mux\r\n",
            step.Sdp);
        Assert.Equal(LegCodec.Pcmu, step.Description!.Audio!.Formats[0].Codec);
    }

    public static TheoryData<string, string> Codecs => new()
    {
        { Plain, "m=audio 20000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv" },
        { "m=audio 4000 RTP/AVP 9 8\n", "m=audio 20000 RTP/AVP 9 8\na=rtpmap:9 G722/8000\na=rtpmap:8 PCMA/8000\na=sendrecv" },
        { "m=audio 4000 RTP/AVP 120\na=rtpmap:120 pcmA/8000\n", "m=audio 20000 RTP/AVP 120\na=rtpmap:120 PCMA/8000\na=sendrecv" },
        {
            "m=audio 4000 RTP/AVP 0 18 120 101 102 103\na=rtpmap:120 OPUS/48000/2\na=rtpmap:101 telephone-event/48000\na=rtpmap:102 telephone-event/16000\n"
            + "a=rtpmap:103 telephone-event/8000\n",
            "m=audio 20000 RTP/AVP 120 0 101 103\na=rtpmap:120 opus/48000/2\n"
            + "a=fmtp:120 minptime=10;useinbandfec=1;maxaveragebitrate=32000;stereo=0;sprop-stereo=0;usedtx=0\na=rtpmap:0 PCMU/8000\n"
            + "a=rtpmap:101 telephone-event/48000\na=fmtp:101 0-15\na=rtpmap:103 telephone-event/8000\na=fmtp:103 0-15\na=sendrecv"
        },
        { "m=audio 4000 RTP/AVP 0 13\n", "m=audio 20000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv" },
    };

    [Theory(DisplayName = "Codecs: static numbers need no map, names have no case, numbers are the offer's, what we have not is left out")]
    [MemberData(nameof(Codecs))]
    public void Codec(string offer, string expected) => Assert.Equal(expected, Sections(Answer(offer).Sdp));

    [Theory(DisplayName = "Directions are turned around, from the section or from the session")]
    [InlineData("sendrecv", "sendrecv", false, true, true)]
    [InlineData("sendonly", "recvonly", true, false, false)]
    [InlineData("recvonly", "sendonly", false, true, false)]
    [InlineData("inactive", "inactive", true, false, false)]
    public void Directions(string offered, string answered, bool isHeld, bool maySend, bool mayHear)
    {
        var atSection = Answer($"{Plain}a={offered}\n");
        var atSession = LegAnswerer.Answer(Theirs(Plain, $"c=IN IP4 198.51.100.1\na={offered}\n"), Ours, Allow, null);
        foreach (var step in new[] { atSection, atSession })
        {
            Assert.Contains($"a={answered}\r\n", step.Sdp, StringComparison.Ordinal);
            var audio = step.Description!.Audio!;
            Assert.Equal((isHeld, maySend, mayHear), (audio.IsHeld, audio.MaySend, audio.MayHear));
        }
    }

    [Theory(DisplayName = "An address of nowhere is hold, and is not sent to")]
    [InlineData("IN IP4 0.0.0.0")]
    public void Nowhere(string address)
    {
        var step = LegAnswerer.Answer(Theirs(Plain, $"c={address}\n"), Ours, Allow, null);
        Assert.Contains("a=sendrecv\r\n", step.Sdp, StringComparison.Ordinal);
        Assert.Equal((true, false, false), (step.Description!.IsHeld, step.Description.Audio!.MaySend, step.Description.Audio.MayHear));
    }

    [Fact(DisplayName = "The address of nowhere of IPv6 is hold too")]
    public void NowhereV6()
    {
        var step = LegAnswerer.Answer(Theirs(Plain, "c=IN IP6 ::\n"), Ours with { IPv6 = IPAddress.Parse("2001:db8::1") }, Allow, null);
        Assert.True(step.Description!.IsHeld);
        Assert.False(step.Description.Audio!.MaySend);
    }

    [Fact(DisplayName = "A section's own address wins over the session's")]
    public void SectionAddress()
    {
        var step = Answer($"{Plain}c=IN IP4 203.0.113.5\n");
        Assert.Equal("203.0.113.5:4000", step.Description!.Audio!.Rtp.ToString());
        step = LegAnswerer.Answer(Theirs($"{Plain}c=IN IP4 203.0.113.5\n", ""), Ours, Allow, null);
        Assert.Equal("203.0.113.5:4000", step.Description!.Audio!.Rtp.ToString());
    }

    [Theory(DisplayName = "RTCP: beside RTP when both can, else as told, else one above")]
    [InlineData("a=rtcp-mux\n", "198.51.100.1:4000", true)]
    [InlineData("", "198.51.100.1:4001", false)]
    [InlineData("a=rtcp:5005\n", "198.51.100.1:5005", false)]
    [InlineData("a=rtcp:5005 IN IP4 203.0.113.5\n", "203.0.113.5:5005", false)]
    public void Rtcp(string attribute, string expected, bool mux)
    {
        var step = Answer(Plain + attribute);
        Assert.Equal(expected, step.Description!.Audio!.Rtcp.ToString());
        Assert.Equal(mux, step.Description.Audio.RtcpMux);
        Assert.Equal(mux, step.Sdp.Contains("a=rtcp-mux", StringComparison.Ordinal));
    }

    [Theory(DisplayName = "Packet time: the nearest we have, not above their maximum")]
    [InlineData("", 20)]
    [InlineData("a=ptime:30\n", 30)]
    [InlineData("a=ptime:60\n", 60)]
    [InlineData("a=ptime:5\n", 10)]
    [InlineData("a=ptime:100\n", 60)]
    [InlineData("a=ptime:50\na=maxptime:40\n", 40)]
    [InlineData("a=ptime:40\na=maxptime:30\n", 30)]
    public void PacketTime(string attributes, int expected)
    {
        var step = Answer(Plain + attributes);
        Assert.Equal(expected, step.Description!.Audio!.PacketMs);
        Assert.Contains("a=ptime:20\r\na=maxptime:60\r\n", step.Sdp, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "Bandwidth: TIAS is for payload, AS for whole packets; reports end when both shares are 0")]
    [InlineData("b=TIAS:24000\n", 24_000, false)]
    [InlineData("b=AS:40\n", 24_000, false)]
    [InlineData("b=RS:0\nb=RR:0\n", null, true)]
    [InlineData("b=RS:0\n", null, false)]
    public void Bandwidth(string lines, int? expected, bool isRtcpOff)
    {
        var audio = Answer(Plain + lines).Description!.Audio!;
        Assert.Equal((expected, isRtcpOff), (audio.MaxBitrateBps, audio.RtcpOff));
    }

    [Fact(DisplayName = "Other sections are rejected in their place: port 0, protocol and one format, nothing else")]
    public void OtherSections()
    {
        var step = Answer(
            "m=video 4002 RTP/AVP 96 97\na=rtpmap:96 VP8/90000\na=sendonly\n" + Plain + "m=message 2855 TCP/MSRP *\na=path:msrp://x\nm=image 4006 udptl t38\n");
        Assert.Equal(
            "m=video 0 RTP/AVP 96\nm=audio 20000 RTP/AVP 0\na=rtpmap:0 PCMU/8000\na=sendrecv\nm=message 0 TCP/MSRP *\nm=image 0 udptl t38",
            Sections(step.Sdp));
        Assert.Equal(1, step.Description!.AudioIndex);
    }

    [Fact(DisplayName = "Of two sound sections the better protected one is taken, wherever it stands")]
    public void TwoAudioSections()
    {
        var savp = $"m=audio 4000 RTP/SAVP 0\na=crypto:1 {Key80}\n";
        Assert.StartsWith("m=audio 20000 RTP/SAVP 0", Sections(Answer(savp + "m=audio 4010 RTP/AVP 0\n").Sdp), StringComparison.Ordinal);
        var second = Sections(Answer("m=audio 4010 RTP/AVP 0\n" + savp).Sdp);
        Assert.StartsWith("m=audio 0 RTP/AVP 0\nm=audio 20000 RTP/SAVP 0", second, StringComparison.Ordinal);
        var open = Sections(Answer(savp + "m=audio 4010 RTP/AVP 0\n", AllowInTheOpen).Sdp);
        Assert.StartsWith("m=audio 0 RTP/SAVP 0\nm=audio 20000 RTP/AVP 0", open, StringComparison.Ordinal);
    }

    public static TheoryData<string, int> Refusals => new()
    {
        { "m=video 4000 RTP/AVP 96\na=rtpmap:96 VP8/90000\n", 304 },
        { "", 304 },
        { "m=audio 0 RTP/AVP 0\n", 304 },
        { "m=audio 4000 RTP/AVP 18\n", 305 },
        { "m=audio 4000 RTP/AVP 3 101\na=rtpmap:101 telephone-event/8000\n", 305 },
        { "m=audio 4000 TCP/RTP/AVP 0\n", 302 },
        { "m=audio 4000 RTP/SAVP 0\n", 302 },
        { "m=audio 4000 UDP/TLS/RTP/SAVPF 0\n", 302 },
        { $"m=audio 4000 UDP/TLS/RTP/SAVPF 0\na=crypto:1 {Key80}\n", 302 },
        { "m=audio 4000 RTP/AVP 0\nc=IN IP6 2001:db8::5\n", 300 },
        { "m=audio 4000 RTP/AVP 0\nc=IN IP4 phone.example\n", 301 },
        { "m=audio 4000 RTP/AVP 0\nc=IN IP4 1\n", 301 },
        { "m=audio 4000 RTP/AVP 0\nc=ATM NSAP 1\n", 301 },
        { "m=audio 4000 RTP/AVP 0\nc=IN IP4 127.0.0.1\n", 301 },
    };

    [Theory(DisplayName = "What cannot be taken is refused with a warning")]
    [MemberData(nameof(Refusals))]
    public void Refused(string offer, int warning)
    {
        var step = Answer(offer, ours: Ours with { MaySendTo = target => !target.ToString().StartsWith("127.", StringComparison.Ordinal) });
        Assert.Equal((LegRefusalKind.Incompatible, warning), (step.Refusal!.Kind, step.Refusal.Warning));
        Assert.Equal((null, ""), (step.Description, step.Sdp));
    }

    [Theory(DisplayName = "What is no description is refused as such; a missing s= or t= is forgiven")]
    [InlineData("", true)]
    [InlineData("hello", true)]
    [InlineData("v=0\no=- 1 1 IN IP4 198.51.100.1\ns=-\nm=audio 4000 RTP/AVP 0\n", true)]
    [InlineData("v=0\no=- 1 1 IN IP4 198.51.100.1\nc=IN IP4 198.51.100.1\nm=audio 4000 RTP/AVP 0\n", false)]
    public void Unreadable(string text, bool isRefused)
    {
        var step = LegAnswerer.Answer(text, Ours, Allow, null);
        Assert.Equal(isRefused ? LegRefusalKind.Invalid : null, step.Refusal?.Kind);
    }

    [Fact(DisplayName = "An offer of IPv6 is answered with our address of IPv6")]
    public void IPv6()
    {
        var step = Answer("m=audio 4000 RTP/AVP 0\nc=IN IP6 2001:db8::5\n", ours: Ours with { IPv6 = IPAddress.Parse("2001:db8::1") });
        Assert.Contains("c=IN IP6 2001:db8::1\r\n", step.Sdp, StringComparison.Ordinal);
        Assert.Contains("o=- 7 1 IN IP6 2001:db8::1\r\n", step.Sdp, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "ICE is answered as a lite agent only when it is offered; each component has its candidate")]
    public void Ice()
    {
        const string Theirs = "a=ice-ufrag:abcd\na=ice-pwd:abcdefghijklmnopqrstuv\na=candidate:1 1 UDP 1 198.51.100.1 4000 typ host\n";
        Assert.DoesNotContain("ice", Answer(Plain).Sdp, StringComparison.Ordinal);
        var step = Answer(Plain + Theirs);
        Assert.Contains("a=ice-lite\r\n", step.Sdp, StringComparison.Ordinal);
        Assert.Contains("a=candidate:1 1 UDP 2130706431 192.0.2.1 20000 typ host\r\n", step.Sdp, StringComparison.Ordinal);
        Assert.Contains("a=candidate:1 2 UDP 2130706430 192.0.2.1 20001 typ host\r\n", step.Sdp, StringComparison.Ordinal);
        Assert.Equal("abcd", step.Description!.Audio!.Ice!.Ufrag);
        Assert.DoesNotContain(" 2 UDP", Answer(Plain + "a=rtcp-mux\n" + Theirs).Sdp, StringComparison.Ordinal);
        Assert.Null(Answer(Plain + Theirs + "a=ice-mismatch\n").Description!.Audio!.Ice);
        Assert.DoesNotContain("ice", Answer(Plain + Theirs, ours: Ours with { IceUfrag = null }).Sdp, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "A bundle is answered only when it is offered; what is rejected leaves it")]
    public void Bundle()
    {
        var audio = $"m=audio 4000 UDP/TLS/RTP/SAVPF 0\na=mid:0\na=setup:actpass\na=fingerprint:{Print}\na=rtcp-mux\n";
        Assert.DoesNotContain("BUNDLE", Answer(audio).Sdp, StringComparison.Ordinal);
        var offer = Theirs(audio + "m=video 4000 UDP/TLS/RTP/SAVPF 96\na=mid:1\n", "c=IN IP4 198.51.100.1\na=group:BUNDLE 0 1\n");
        var sdp = LegAnswerer.Answer(offer, Ours, Allow, null).Sdp;
        Assert.Contains("a=group:BUNDLE 0\r\n", sdp, StringComparison.Ordinal);
        Assert.Contains("m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:1\r\n", sdp, StringComparison.Ordinal);
    }
}
