using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Tests.Sdp;

public class SdpValueTests
{
    [Fact(DisplayName = "A browser's offer can be read in typed form")]
    public void Typed_views()
    {
        var offer = Given.Parsed(BrowserOffers.Chromium);
        var (audio, video, data) = (offer.Media[0], offer.Media[1], offer.Media[4]);

        Assert.Equal(["0", "1", "2", "3", "4"], offer.Bundle!.Mids);
        Assert.True(offer.ExtmapAllowMixed);
        Assert.Equal(6012383744711374527ul, offer.Origin.SessionId);
        Assert.Equal(MediaKind.Audio, audio.Kind);
        Assert.Equal(SetupRole.ActPass, audio.Setup);
        Assert.Equal(("k5Xw", "mJjqZ9cT1cQh1Z0RzQ8YxZ7d", "trickle"), (audio.IceUfrag, audio.IcePwd, audio.IceOptions));
        Assert.Equal("sha-256", Assert.Single(audio.Fingerprints).Algorithm);
        Assert.Equal(0x5B, audio.Fingerprints[0].ToHash()[0]);
        Assert.Equal(new RtpMap(111, "opus", 48000, 2), audio.RtpMaps[0]);
        Assert.Equal(10, audio.ParametersOf(111).Number("MINPTIME", 0));
        Assert.Equal(new SsrcAttribute(2785441923, "cname", "Hr1dMAMbWOfQpEaV"), audio.SsrcAttributes[0]);
        Assert.Equal("1c8b5b7a-8ef3-41d5-9a53-0f6a2c0e1f11", Assert.Single(audio.Msids).Track);
        Assert.True(video is { RtcpMux: true, RtcpReducedSize: true, Direction: MediaDirection.SendOnly });
        Assert.Equal(["q", "h", "f"], video.Rids.Select(rid => rid.Id));
        Assert.Equal([false, false, true], video.Simulcast!.Send.Select(stream => stream[0].Paused));
        Assert.Equal((5000, 262144), (data.SctpPort, data.MaxMessageSize));
        Assert.Equal(4, offer.FindMid("3")!.Feedback.Count + offer.FindMid("3")!.RtpMaps.Count);
    }

    [Fact(DisplayName = "Session-level fingerprint, setup and direction hold for sections without their own")]
    public void Session_level_fallbacks()
    {
        var offer = Given.Parsed(BrowserOffers.Firefox);

        Assert.Equal(0x0C, offer.FingerprintsOf(offer.Media[0])[0].ToHash()[0]);
        Assert.Equal(MediaDirection.RecvOnly, offer.Media[0].Extensions[1].Direction);
        Assert.True(offer.Media[2] is { BundleOnly: true, IsOffered: true, Port: 0 });
        Assert.Equal([1111111111u, 2222222222u], Assert.Single(offer.Media[1].SsrcGroups).Ssrcs);
    }

    [Theory(DisplayName = "An attribute that breaks its grammar is passed over and stays as it is")]
    [InlineData("rtpmap:128 x/1")]
    [InlineData("rtpmap:1")]
    [InlineData("rtpmap:1 /8000")]
    [InlineData("rtpmap:1 x")]
    [InlineData("rtpmap:1 x/99999999999")]
    [InlineData("fmtp:x a=1")]
    [InlineData("rtcp-fb:x nack")]
    [InlineData("rtcp-fb:1")]
    [InlineData("extmap:0 uri")]
    [InlineData("extmap:1/both uri")]
    [InlineData("extmap:1")]
    [InlineData("ssrc:4294967296 cname:x")]
    [InlineData("ssrc-group:FID 1 x")]
    [InlineData("ssrc-group:FID")]
    [InlineData("rid:1 both")]
    [InlineData("rid:a.b send")]
    [InlineData("simulcast:send")]
    [InlineData("simulcast:send ~")]
    [InlineData("simulcast:send 1 send 2")]
    [InlineData("simulcast:send 1;2,1")]
    [InlineData("simulcast:send 1 recv 1")]
    [InlineData("fingerprint:sha-256 AA:B")]
    [InlineData("fingerprint:sha-256 AAA:BB")]
    [InlineData("fingerprint:sha-256 ")]
    [InlineData("setup:maybe")]
    [InlineData("ptime:-1")]
    public void Broken_attributes_are_passed_over(string attribute)
    {
        var text = $"v=0\r\no=- 1 1 IN IP4 x\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\na={attribute}\r\n";
        var media = Given.Parsed(text).Media[0];

        Assert.Empty(media.RtpMaps);
        Assert.Empty(media.FormatLines);
        Assert.Empty(media.Feedback);
        Assert.Empty(media.Extensions);
        Assert.Empty(media.SsrcAttributes);
        Assert.Empty(media.SsrcGroups);
        Assert.Empty(media.Rids);
        Assert.Empty(media.Fingerprints);
        Assert.Null(media.Simulcast);
        Assert.Null(media.Setup);
        Assert.Null(media.PacketTime);
        Assert.Equal(text, SdpPrinter.Print(Given.Parsed(text)));
    }

    [Fact(DisplayName = "L22 a simulcast line holds 32 rids and a group 128 mids at most")]
    public void Lists_are_bounded()
    {
        var rids = Enumerable.Range(0, 33).Select(number => $"r{number}").ToList();
        var mids = Enumerable.Range(0, 129).Select(number => $"m{number}").ToList();

        Assert.True(Simulcast.TryParse("send " + string.Join(';', rids.Take(32)), out _));
        Assert.False(Simulcast.TryParse("send " + string.Join(';', rids), out _));
        Assert.True(SdpGroup.TryParse("BUNDLE " + string.Join(' ', mids.Take(128)), out _));
        Assert.False(SdpGroup.TryParse("BUNDLE " + string.Join(' ', mids), out _));
    }

    [Fact(DisplayName = "Properties write through to the attributes, in place")]
    public void Properties_write_attributes()
    {
        var media = new MediaDescription(MediaKind.Video) { Mid = "a", Direction = MediaDirection.SendOnly, RtcpMux = true };
        media.Mid = "b";
        media.Direction = MediaDirection.Inactive;
        media.RtcpMux = false;
        media.PacketTime = 20;

        Assert.Equal([new("mid", "b"), new("inactive"), new("ptime", "20")], media.Attributes);
    }

    [Fact(DisplayName = "V-19 RED and telephone-event parameters are text, others are keys without regard to case")]
    public void Format_parameters()
    {
        var parameters = new FormatParameters("Profile-Level-Id = 42e01f; packetization-mode=1;flag;;");

        Assert.Equal("42e01f", parameters["profile-level-id"]);
        Assert.Equal(1, parameters.Number("PACKETIZATION-MODE", 0));
        Assert.Equal("", parameters["flag"]);
        Assert.Null(parameters["level"]);
        Assert.Equal("Profile-Level-Id = 42e01f;packetization-mode=0;flag", parameters.With("packetization-mode", "0").Raw);
        Assert.Equal("a=1;b=2", FormatParameters.Of(("a", "1")).With("b", "2").Raw);
        Assert.Equal("111/111", new FormatParameters("111/111").Raw);
        Assert.Equal("0-15", UsualCodecs.TelephoneEvent48.Parameters.Raw);
    }

    [Fact(DisplayName = "V-15 RFC 8853: alternatives and receive streams of the example")]
    public void Simulcast_alternatives()
    {
        var simulcast = Given.Parsed(RfcSamples.Rfc8853Section5).Media[0].Simulcast!;

        Assert.Equal([["1"], ["2", "3"]], simulcast.Send.Select(stream => stream.Select(rid => rid.Id)));
        Assert.Equal([["4"]], simulcast.Receive.Select(stream => stream.Select(rid => rid.Id)));
        Assert.Equal("send 1;2,3 recv 4", simulcast.ToText());
    }
}
