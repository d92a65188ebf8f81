using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Protocols.Tests.Sdp;

public class AnswerBuilderTests
{
    [Fact(DisplayName = "V-15 RFC 8829 §7.1: a legal answer to offer A1")]
    public void Jsep_offer_gets_a_legal_answer()
    {
        var offer = Given.Parsed(RfcSamples.Rfc8829Section71OfferA1);
        var answer = Given.Parsed(SdpPrinter.Print(Given.Answered(offer)));

        Assert.Equal(AnswerFault.None, AnswerCheck.Find(offer, answer));
        Assert.Equal(["a1", "v1"], answer.Bundle!.Mids);
        Assert.Equal(["96", "0", "8", "97", "98"], answer.Media[0].Formats);
        Assert.Equal(["100", "102", "101", "103"], answer.Media[1].Formats);
        Assert.All(answer.Media, media => Assert.Equal(SetupRole.Passive, media.Setup));
        Assert.Equal(2, answer.Media[0].Candidates.Count);
        Assert.Empty(answer.Media[1].Candidates);
        Assert.True(answer.IceLite && answer.Media[0].EndOfCandidates && answer.Media[0].RtcpMux && answer.Media[0].RtcpReducedSize);
    }

    [Fact(DisplayName = "V-15 RFC 8829 §7.2: the data channel is answered with port 0 and leaves the bundle")]
    public void Application_section_is_rejected()
    {
        var offer = Given.Parsed(RfcSamples.Rfc8829Section72OfferB1);
        var answer = Given.Answered(offer);

        Assert.Equal(AnswerFault.None, AnswerCheck.Find(offer, answer));
        Assert.Equal(["a1"], answer.Bundle!.Mids);
        Assert.True(answer.Media[1] is { Port: 0, KindName: "application", Mid: "d1" });
        Assert.Equal(["webrtc-datachannel"], answer.Media[1].Formats);
    }

    [Theory(DisplayName = "A browser's offer gets a legal answer that echoes its mids, payload types and extension ids")]
    [MemberData(nameof(BrowserOffers.All), MemberType = typeof(BrowserOffers))]
    public void Browser_offers_get_legal_answers(string name, string text)
    {
        var offer = Given.Parsed(text);
        var answer = Given.Parsed(SdpPrinter.Print(Given.Answered(offer)));

        Assert.True(AnswerCheck.Find(offer, answer) == AnswerFault.None, name);
        Assert.Equal(offer.Media.Select(media => media.Mid), answer.Media.Select(media => media.Mid));
        Assert.Equal(
            offer.Media[1].Extensions.Select(extension => (extension.Id, extension.Uri)),
            answer.Media[1].Extensions.Select(extension => (extension.Id, extension.Uri)));
    }

    [Fact(DisplayName = "Simulcast is answered with the offered rids, the paused one still paused")]
    public void Simulcast_is_received()
    {
        var video = Given.Answered(Given.Parsed(BrowserOffers.Chromium)).Media[1];

        Assert.Equal("recv q;h;~f", video.Attributes.First("simulcast"));
        Assert.Equal(["q recv", "h recv", "f recv"], video.Attributes.All("rid"));
        Assert.Equal(MediaDirection.RecvOnly, video.Direction);
        Assert.Empty(video.Msids);
        Assert.Empty(video.SsrcAttributes);
    }

    [Fact(DisplayName = "V-15 RFC 8853/8851: rids whose payload types were not accepted are dropped, alternatives stay")]
    public void Rid_restrictions_follow_the_codecs()
    {
        var offer = WithTransport(Given.Parsed(RfcSamples.Rfc8853Section5));
        var answer = Given.Answered(offer, media => new SectionAnswer
        {
            Direction = MediaDirection.RecvOnly,
            Codecs = [.. CodecReader.Read(media).Where(codec => codec.PayloadType != 98)],
            ReceiveRids = ["1", "2", "3", "4"],
        });

        Assert.Equal("recv 1;3", answer.Media[0].Attributes.First("simulcast"));
        Assert.Equal("1 recv pt=97;max-width=1280;max-height=720", answer.Media[0].Attributes.First("rid"));
        Assert.Equal(AnswerFault.None, AnswerCheck.Find(offer, answer));
    }

    [Fact(DisplayName = "RFC 8853 §5.3.2: two simulcast lines switch simulcast off")]
    public void Two_simulcast_lines_disable_it()
    {
        var offer = Given.Parsed(BrowserOffers.Chromium);
        offer.Media[1].Attributes.Add("simulcast", "send q");

        Assert.Null(Given.Answered(offer).Media[1].Simulcast);
    }

    [Fact(DisplayName = "A slot is sent with msid, ssrc and the FID group Firefox needs")]
    public void Slots_announce_their_sources()
    {
        var slot = Given.Answered(Given.Parsed(BrowserOffers.Firefox)).Media[2];

        Assert.Equal(MediaDirection.SendOnly, slot.Direction);
        Assert.NotEqual(0, slot.Port);
        Assert.Equal("slots slot-2", slot.Attributes.First("msid"));
        Assert.Equal([1000u, 1001u], Assert.Single(slot.SsrcGroups).Ssrcs);
        Assert.Equal([1000u, 1001u], slot.SsrcAttributes.Select(attribute => attribute.Ssrc));
    }

    [Fact(DisplayName = "An extension offered for one direction is answered for the other")]
    public void Extension_directions_flip()
    {
        var audio = Given.Answered(Given.Parsed(BrowserOffers.Firefox)).Media[0];

        Assert.Equal("2/sendonly urn:ietf:params:rtp-hdrext:csrc-audio-level", audio.Attributes.All("extmap")[1]);
    }

    [Theory(DisplayName = "The answer's direction never exceeds the offer's")]
    [InlineData(MediaDirection.SendRecv, MediaDirection.SendRecv, MediaDirection.SendRecv)]
    [InlineData(MediaDirection.SendRecv, MediaDirection.SendOnly, MediaDirection.SendOnly)]
    [InlineData(MediaDirection.SendOnly, MediaDirection.SendRecv, MediaDirection.RecvOnly)]
    [InlineData(MediaDirection.SendOnly, MediaDirection.SendOnly, MediaDirection.Inactive)]
    [InlineData(MediaDirection.RecvOnly, MediaDirection.SendRecv, MediaDirection.SendOnly)]
    [InlineData(MediaDirection.RecvOnly, MediaDirection.RecvOnly, MediaDirection.Inactive)]
    [InlineData(MediaDirection.Inactive, MediaDirection.SendRecv, MediaDirection.Inactive)]
    public void Directions_are_limited(MediaDirection offered, MediaDirection wished, MediaDirection answered) =>
        Assert.Equal(answered, AnswerBuilder.Limit(wished, offered));

    [Theory(DisplayName = "We are the DTLS server unless the offer insists on being it")]
    [InlineData("a=setup:actpass", SetupRole.Passive)]
    [InlineData("a=setup:active", SetupRole.Passive)]
    [InlineData("a=setup:passive", SetupRole.Active)]
    [InlineData("a=x", SetupRole.Passive)]
    public void Setup_is_answered(string line, SetupRole role)
    {
        var offer = Given.Parsed(BrowserOffers.Firefox.Replace("a=setup:actpass", line, StringComparison.Ordinal));

        Assert.Equal(role, Given.Answered(offer).Media[0].Setup);
    }

    [Fact(DisplayName = "Inactive stays in the bundle with a codec; reject leaves it with port 0")]
    public void Inactive_and_rejected()
    {
        var offer = Given.Parsed(BrowserOffers.Chromium);
        var answer = Given.Answered(
            offer, media => media.Mid == "2" ? SectionAnswer.Inactive : media.Mid == "3" ? SectionAnswer.Reject : Given.Everything(media));

        Assert.Equal(["0", "1", "2"], answer.Bundle!.Mids);
        Assert.True(answer.Media[2] is { Port: 9, Direction: MediaDirection.Inactive, Formats: ["111"] });
        Assert.True(answer.Media[3] is { Port: 0, Formats: ["96", "97"], Connection: not null });
        Assert.Equal(AnswerFault.None, AnswerCheck.Find(offer, answer));
    }

    [Fact(DisplayName = "A section the offer itself rejected, or left out of the bundle, stays rejected")]
    public void Stopped_sections_stay_stopped()
    {
        var offer = Given.Parsed(BrowserOffers.Chromium.Replace("BUNDLE 0 1 2 3 4", "BUNDLE 0 3 4", StringComparison.Ordinal));
        offer.Media[1].Port = 0;

        var answer = Given.Answered(offer);

        Assert.Equal(["0", "3"], answer.Bundle!.Mids);
        Assert.Equal([9, 0, 0, 9, 0], answer.Media.Select(media => media.Port));
    }

    [Fact(DisplayName = "RFC 9143 §7.3.1: the section that speaks for the offer's bundle speaks for the answer's, the next one when it is rejected")]
    public void The_tag_of_the_bundle_is_kept()
    {
        var offer = Given.Parsed(BrowserOffers.Firefox.Replace("BUNDLE 0 1 2", "BUNDLE 1 2 0", StringComparison.Ordinal));
        var kept = Given.Answered(offer);
        var moved = Given.Answered(offer, media => media.Mid == "1" ? SectionAnswer.Reject : Given.Everything(media));

        Assert.Equal(["1", "2", "0"], kept.Bundle!.Mids);
        Assert.Equal([0, 2, 0], kept.Media.Select(media => media.Candidates.Count));
        Assert.Equal(["2", "0"], moved.Bundle!.Mids);
        Assert.Equal([0, 0, 2], moved.Media.Select(media => media.Candidates.Count));
    }

    [Fact(DisplayName = "Codecs that were not offered are left out, ours may have other parameters")]
    public void Only_offered_payload_types()
    {
        var answer = Given.Answered(Given.Parsed(BrowserOffers.Firefox), media => media.Kind == MediaKind.Audio
            ? new SectionAnswer
            {
                Direction = MediaDirection.RecvOnly,
                Codecs = [UsualCodecs.Opus, UsualCodecs.Opus with { PayloadType = 109 }, UsualCodecs.Opus with { PayloadType = 109 }],
                MaxReceiveBitrate = 64000,
            }
            : SectionAnswer.Reject);

        Assert.Equal(["109"], answer.Media[0].Formats);
        Assert.Equal("109 minptime=10;useinbandfec=1", answer.Media[0].Attributes.First("fmtp"));
        Assert.Equal([new SdpBandwidth("TIAS", 64000)], answer.Media[0].Bandwidths);
    }

    [Theory(DisplayName = "An offer one bundled transport cannot serve is refused by name")]
    [InlineData("a=group:BUNDLE 0 1 2\n", "", AnswerRefusal.NoBundle)]
    [InlineData("BUNDLE 0 1 2", "BUNDLE 0 1 2 9", AnswerRefusal.InvalidBundle)]
    [InlineData("BUNDLE 0 1 2", "BUNDLE 0 1 1", AnswerRefusal.InvalidBundle)]
    [InlineData("BUNDLE 0 1 2", "BUNDLE", AnswerRefusal.NoMedia)]
    [InlineData("a=mid:2\n", "", AnswerRefusal.InvalidBundle)]
    [InlineData("a=mid:2", "a=mid:1", AnswerRefusal.DuplicateMid)]
    [InlineData("a=rtcp-mux\n", "", AnswerRefusal.NoRtcpMux)]
    [InlineData("a=fingerprint:sha-256", "a=fingerprint:", AnswerRefusal.NoFingerprint)]
    [InlineData("a=fingerprint:sha-256", "a=fingerprint:sha-1", AnswerRefusal.NoFingerprint)]
    [InlineData("a=fingerprint:sha-256 0C:", "a=fingerprint:sha-256 ", AnswerRefusal.NoFingerprint)]
    [InlineData("a=ice-pwd", "a=ice-pad", AnswerRefusal.NoIceCredentials)]
    [InlineData("a=ice-ufrag", "a=ice", AnswerRefusal.NoIceCredentials)]
    [InlineData("a=ice-ufrag:7e3a91bc", "a=ice-ufrag:7e3", AnswerRefusal.NoIceCredentials)]
    [InlineData("a=ice-pwd:d3a2f05c8e6b", "a=ice-pwd:", AnswerRefusal.NoIceCredentials)]
    [InlineData("a=extmap:4 http", "a=extmap:1 http", AnswerRefusal.ExtensionIdConflict)]
    [InlineData("a=setup:actpass", "a=setup:holdconn", AnswerRefusal.NoConnection)]
    public void Unservable_offers_are_refused(string old, string replacement, AnswerRefusal refusal)
    {
        var text = BrowserOffers.Firefox.ReplaceLineEndings("\n");
        Assert.Contains(old, text, StringComparison.Ordinal);
        var offer = Given.Parsed(text.Replace(old, replacement, StringComparison.Ordinal));

        Assert.Equal(refusal, AnswerBuilder.TryBuild(offer, Given.Local, [.. offer.Media.Select(Given.Everything)], out var answer));
        Assert.Null(answer);
    }

    [Fact(DisplayName = "A single section needs no bundle; no section at all, or another number of decisions, is refused")]
    public void Edges_of_the_section_list()
    {
        var single = WithTransport(Given.Parsed(RfcSamples.Rfc8839Section426));

        Assert.Null(Given.Answered(single).Bundle);
        Assert.Equal(AnswerRefusal.NoMedia, AnswerBuilder.TryBuild(new SessionDescription(), Given.Local, [], out _));
        Assert.Equal(AnswerRefusal.SectionCountMismatch, AnswerBuilder.TryBuild(single, Given.Local, [], out _));
    }

    [Theory(DisplayName = "V-15 every RFC example, given a transport, gets a legal answer")]
    [MemberData(nameof(RfcSamples.All), MemberType = typeof(RfcSamples))]
    public void Rfc_examples_get_legal_answers(string name, string text)
    {
        var offer = WithTransport(Given.Parsed(text));

        Assert.True(AnswerCheck.Find(offer, Given.Answered(offer)) == AnswerFault.None, name);
    }

    private static SessionDescription WithTransport(SessionDescription offer)
    {
        offer.IceUfrag ??= "rufr";
        offer.IcePwd ??= "rrrrrrrrrrrrrrrrrrrrrrrrrr";
        offer.Attributes.Add(Given.Local.Fingerprint);
        for (var i = 0; i < offer.Media.Count; i++)
        {
            offer.Media[i].Mid ??= $"m{i}";
            offer.Media[i].RtcpMux = true;
        }

        if (offer.Bundle is null)
        {
            offer.Attributes.Add(new SdpGroup(SdpGroup.BundleSemantics, [.. offer.Media.Select(media => media.Mid!)]));
            if (offer.Media.Count == 1)
            {
                offer.Attributes.Remove("group");
            }
        }

        return offer;
    }
}
