using System.Net;
using Sylk.Conference.Protocols.Sdp;
using static Sylk.Conference.Protocols.Tests.Sdp.Legs.GivenLeg;

namespace Sylk.Conference.Protocols.Tests.Sdp.Legs;

public class LegOfferTests
{
    private const string Codecs = "a=rtpmap:111 opus/48000/2\na=fmtp:111 minptime=10;useinbandfec=1;maxaveragebitrate=32000;stereo=0;sprop-stereo=0;usedtx=0\n"
        + "a=rtpmap:9 G722/8000\na=rtpmap:0 PCMU/8000\na=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000\na=fmtp:101 0-15\n"
        + "a=rtpmap:110 telephone-event/48000\na=fmtp:110 0-15\na=sendrecv\na=rtcp-mux";

    private const string Ice = "\na=ice-ufrag:ours\na=ice-pwd:0123456789012345678901\na=candidate:1 1 UDP 2130706431 192.0.2.1 20000 typ host"
        + "\na=candidate:1 2 UDP 2130706430 192.0.2.1 20001 typ host\na=rtcp:20001";

    private const string Keys = $"\na=fingerprint:{Print}\na=setup:actpass";

    [Fact(DisplayName = "Our offers: all codecs; keys as policy and signalling allow")]
    public void Offers()
    {
        Assert.Equal($"m=audio 20000 RTP/AVP 111 9 0 8 101 110\n{Codecs}{Ice}", Sections(LegOfferer.Offer(Ours, Off, null).Sdp));
        Assert.Equal($"m=audio 20000 RTP/AVP 111 9 0 8 101 110\n{Codecs}{Keys}{Ice}", Sections(LegOfferer.Offer(Ours, AllowInTheOpen, null).Sdp));
        Assert.Equal($"m=audio 20000 UDP/TLS/RTP/SAVPF 111 9 0 8 101 110\n{Codecs}{Keys}{Ice}", Sections(LegOfferer.Offer(Ours, Require, null).Sdp));
        var allow = Sections(LegOfferer.Offer(Ours, Allow, null).Sdp);
        Assert.StartsWith("m=audio 20000 RTP/AVP", allow, StringComparison.Ordinal);
        Assert.Equal(4, allow.Split("a=crypto:").Length - 1);
        Assert.Contains("a=fingerprint", allow, StringComparison.Ordinal);
        var again = Sections(LegOfferer.Offer(Ours, Require, null, again: true).Sdp);
        Assert.StartsWith("m=audio 20000 RTP/SAVP ", again, StringComparison.Ordinal);
        Assert.Contains("a=crypto:1 AEAD_AES_256_GCM", again, StringComparison.Ordinal);
        Assert.DoesNotContain("a=fingerprint", again, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "RFC 8839: our first offer is a full agent's; what their answer made of it stands in the next")]
    public void OffersIce()
    {
        const string Creds = "a=ice-ufrag:abcd\na=ice-pwd:abcdefghijklmnopqrstuv\na=candidate:1 1 UDP 1 198.51.100.1 4000 typ host\n";
        Assert.DoesNotContain("ice", LegOfferer.Offer(Ours with { IceUfrag = null, IcePwd = null }, Off, null).Sdp, StringComparison.Ordinal);
        Assert.DoesNotContain("a=ice-lite", LegOfferer.Offer(Ours, Off, null).Sdp, StringComparison.Ordinal);
        var taken = Accept(Off, "m=audio 4000 RTP/AVP 0\n" + Creds).Description!;
        Assert.Equal(("abcd", LegIceMode.Full, true), (taken.Audio!.Ice!.Ufrag, taken.Audio.IceMode, taken.Audio.IceControls));
        Assert.Contains("a=ice-ufrag:ours", LegOfferer.Offer(Ours, Off, taken).Sdp, StringComparison.Ordinal);
        foreach (var without in new[] { "", Creds + "a=ice-mismatch\n", Creds.Replace(".1 4000", ".9 4000", StringComparison.Ordinal) })
        {
            var plain = Accept(Off, "m=audio 4000 RTP/AVP 0\n" + without).Description!;
            Assert.Equal((null, LegIceMode.None), (plain.Audio!.Ice, plain.Audio.IceMode));
            Assert.DoesNotContain("ice-", LegOfferer.Offer(Ours, Off, plain).Sdp, StringComparison.Ordinal);
        }
    }

    [Theory(DisplayName = "RFC 5761 §5.1.3: our offers have RTCP candidates and a=rtcp for who knows no mux, until mux was agreed on; video has its own")]
    [InlineData("", true)]
    [InlineData("a=rtcp-mux\n", false)]
    public void RtcpFallback(string mux, bool again)
    {
        const string Creds = "a=ice-ufrag:abcd\na=ice-pwd:abcdefghijklmnopqrstuv\n";
        var ours = Ours with { Video = new LegVideoEnd { Port = 20_002, IsOffered = true } };
        var (sent, sdp) = LegOfferer.Offer(ours, Off, null);
        Assert.Equal([20_001, 20_003], RtcpPorts(sdp));
        var answer = $"m=audio 4000 RTP/AVP 0\n{Creds}{mux}m=video 4002 RTP/AVP 120\na=rtpmap:120 VP8/90000\n{Creds}{mux}";
        var agreed = LegOfferer.Accept(Theirs(answer), sent, ours, Off, null).Description;
        Assert.Equal(again ? [20_001, 20_003] : [], RtcpPorts(LegOfferer.Offer(ours, Off, agreed).Sdp));
        Assert.Empty(RtcpPorts(LegOfferer.Offer(Ours with { IceUfrag = null, IcePwd = null }, Off, null).Sdp));
    }

    /// <summary>Ports that both a candidate of component 2 and <c>a=rtcp</c> name.</summary>
    private static IEnumerable<int> RtcpPorts(string sdp)
    {
        var lines = sdp.Split("\r\n");
        var told = lines.Where(line => line.StartsWith("a=rtcp:", StringComparison.Ordinal)).Select(line => line[7..]).ToList();
        Assert.Equal(lines.Where(line => line.StartsWith("a=candidate:1 2 ", StringComparison.Ordinal)).Select(line => line.Split(' ')[5]), told);
        return told.Select(int.Parse);
    }

    [Fact(DisplayName = "Comfort noise is offered when it is wanted, never by itself")]
    public void ComfortNoise() =>
        Assert.Contains("a=rtpmap:13 CN/8000", LegOfferer.Offer(Ours with { ComfortNoise = true }, Off, null).Sdp, StringComparison.Ordinal);

    [Fact(DisplayName = "An answer: we send by their numbers and hear by ours, in their order")]
    public void Numbers()
    {
        var step = Accept(Off, "m=audio 4000 RTP/AVP 8 96 97\na=rtpmap:96 opus/48000/2\na=rtpmap:97 telephone-event/48000\na=ptime:40\n");
        var audio = step.Description!.Audio!;
        Assert.Equal((LegCodec.Pcma, 8, 8), (audio.Formats[0].Codec, audio.Formats[0].SendPayloadType, audio.Formats[0].ReceivePayloadType));
        Assert.Equal((LegCodec.Opus, 96, 111), (audio.Formats[1].Codec, audio.Formats[1].SendPayloadType, audio.Formats[1].ReceivePayloadType));
        Assert.Equal(new LegKeys(48_000, 97, 110), Assert.Single(audio.Keys));
        Assert.Equal(("198.51.100.1:4000", "198.51.100.1:4001", false, 40), (audio.Rtp.ToString(), audio.Rtcp.ToString(), audio.RtcpMux, audio.PacketMs));
        Assert.Equal("", step.Sdp);
    }

    [Theory(DisplayName = "What protection comes of an answer; none is refused where it is required")]
    [InlineData(LegProtection.Allow, "RTP/AVP", "", LegSecurity.Plain)]
    [InlineData(LegProtection.Allow, "RTP/AVP", "a=setup:active\na=fingerprint:" + Print + "\n", LegSecurity.Dtls)]
    [InlineData(LegProtection.Allow, "RTP/AVP", "a=crypto:3 " + Key80 + "\n", LegSecurity.Sdes)]
    [InlineData(LegProtection.Allow, "RTP/AVP", "a=crypto:2 " + Key80 + "\n", LegSecurity.Plain)]
    [InlineData(LegProtection.Allow, "RTP/SAVP", "", null)]
    [InlineData(LegProtection.Require, "UDP/TLS/RTP/SAVPF", "a=setup:active\na=fingerprint:" + Print + "\n", LegSecurity.Dtls)]
    [InlineData(LegProtection.Require, "RTP/AVP", "", null)]
    [InlineData(LegProtection.Off, "RTP/AVP", "a=setup:active\na=fingerprint:" + Print + "\n", LegSecurity.Plain)]
    public void Security(LegProtection protection, string protocol, string attributes, LegSecurity? expected)
    {
        var step = Accept(new LegPolicy(protection, true), $"m=audio 4000 {protocol} 0\n{attributes}");
        Assert.Equal(expected, step.Description?.Audio?.Security);
        Assert.Equal(expected is null ? 302 : null, step.Refusal?.Warning);
    }

    [Theory(DisplayName = "Roles after an answer")]
    [InlineData("active", SetupRole.Passive)]
    [InlineData("passive", SetupRole.Active)]
    [InlineData("holdconn", SetupRole.HoldConn)]
    public void Roles(string answered, SetupRole expected) => Assert.Equal(
        expected, Accept(Require, $"m=audio 4000 UDP/TLS/RTP/SAVPF 0\na=setup:{answered}\na=fingerprint:{Print}\n").Description!.Audio!.Setup);

    [Theory(DisplayName = "An answer that does not fit the offer is refused")]
    [InlineData("", LegRefusalKind.Invalid, 399)]
    [InlineData("m=audio 4000 RTP/AVP 0\nm=video 0 RTP/AVP 96\n", LegRefusalKind.Invalid, 399)]
    [InlineData("m=audio 0 RTP/AVP 0\n", LegRefusalKind.Incompatible, 304)]
    [InlineData("m=audio 4000 RTP/AVP 18\n", LegRefusalKind.Incompatible, 305)]
    [InlineData("m=audio 4000 RTP/AVP 0\nc=IN IP4 10.0.0.1\n", LegRefusalKind.Incompatible, 301)]
    public void Refused(string sections, LegRefusalKind kind, int warning)
    {
        var ours = Ours with { MaySendTo = target => !target.ToString().StartsWith("10.", StringComparison.Ordinal) };
        var refusal = LegOfferer.Accept(Theirs(sections), LegOfferer.Offer(ours, Off, null).Offer, ours, Off, null).Refusal!;
        Assert.Equal((kind, warning), (refusal.Kind, refusal.Warning));
    }

    [Fact(DisplayName = "Within a call we offer all again: sections, protocol, agreed numbers and keys stay")]
    public void WithinCall()
    {
        var current = Answer(
            $"m=video 4002 RTP/AVP 96\nm=audio 4000 RTP/SAVP 111 101\na=rtpmap:111 PCMU/8000\na=rtpmap:101 opus/48000/2\na=sendonly\na=crypto:5 {Key80}\n").Description;
        var (sent, sdp) = LegOfferer.Offer(Ours, Allow, current);
        var sections = Sections(sdp);
        Assert.StartsWith("m=video 0 RTP/AVP 96\nm=audio 20000 RTP/SAVP 101 9 111 8 102 110\na=rtpmap:101 opus/48000/2\n", sections, StringComparison.Ordinal);
        Assert.Contains("a=rtpmap:111 PCMU/8000\n", sections, StringComparison.Ordinal);
        Assert.Contains($"a=sendrecv\na=rtcp-mux\na=crypto:5 AES_CM_128_HMAC_SHA1_80 inline:{new string('A', 40)}", sections, StringComparison.Ordinal);
        Assert.Contains("o=- 7 2 IN IP4", sdp, StringComparison.Ordinal);
        var answer = Theirs($"m=video 0 RTP/AVP 96\nm=audio 4000 RTP/SAVP 111\na=rtpmap:111 PCMU/8000\na=crypto:5 {Key80}\n");
        var audio = LegOfferer.Accept(answer, sent, Ours, Allow, current).Description!.Audio!;
        Assert.Equal((LegSecurity.Sdes, false), (audio.Security, audio.IsHeld));
        Assert.True(audio.LocalKey!.HasSameKey(current!.Audio!.LocalKey));
    }

    [Fact(DisplayName = "A call whose sound was taken away offers it in a new section at the end")]
    public void SoundAgain()
    {
        var current = Answer("m=audio 0 RTP/AVP 0\n", current: Answer("m=audio 4000 RTP/AVP 0\n").Description).Description;
        Assert.StartsWith("m=audio 0 RTP/AVP 0\nm=audio 20000 RTP/AVP 111", Sections(LegOfferer.Offer(Ours, Off, current).Sdp), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Without an address of IPv4 we offer that of IPv6")]
    public void IPv6() => Assert.Contains(
        "c=IN IP6 2001:db8::1", LegOfferer.Offer(Ours with { IPv4 = null, IPv6 = IPAddress.Parse("2001:db8::1") }, Off, null).Sdp, StringComparison.Ordinal);

    private static LegStep Accept(LegPolicy policy, string sections) =>
        LegOfferer.Accept(Theirs(sections), LegOfferer.Offer(Ours, policy, null).Offer, Ours, policy, null);
}
