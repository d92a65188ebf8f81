using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Protocols.Tests.Sdp;

namespace Sylk.Conference.Sfu.Tests.Negotiation;

public sealed class AnswererTests
{
    [Theory(DisplayName = "The answer has the offer's sections, mids and order, is ICE-lite and the DTLS server")]
    [MemberData(nameof(BrowserOffers.All), MemberType = typeof(BrowserOffers))]
    public void SameSections(string browser, string sdp)
    {
        Assert.NotEmpty(browser);
        using var front = new Front();
        var offer = Front.Read(sdp);
        var answer = front.Answer(Front.Offer(sdp, publish: ["0", "1"]));
        Assert.Null(answer.Error);
        var written = Front.Read(answer.Sdp);
        Assert.Equal(offer.Media.Select(media => (media.Mid, media.KindName)), written.Media.Select(media => (media.Mid, media.KindName)));
        Assert.True(written.IceLite);
        Assert.All(written.Media.Where(media => media.Port != 0), media => Assert.Equal(SetupRole.Passive, media.Setup));
        Assert.Contains(written.Media[0].Candidates, candidate => candidate.Contains("127.0.0.1 10000 typ host", StringComparison.Ordinal));
    }

    [Fact(DisplayName = "Chromium: what is announced is published, receiving sections become slots, data channels share the bundle")]
    public void Chromium()
    {
        using var front = new Front();
        var answer = front.Answer(Front.Offer(BrowserOffers.Chromium, publish: ["0", "1"]));
        Assert.Equal(
            [("0", TrackKind.Audio, "tr_0"), ("1", TrackKind.Video, "tr_1")],
            answer.Published.Select(track => (track.Mid, track.Kind, track.TrackId)));
        Assert.Equal([new SlotSection("2", TrackKind.Audio), new SlotSection("3", TrackKind.Video)], answer.Slots);
        var written = Front.Read(answer.Sdp);
        Assert.Equal(
            [MediaDirection.RecvOnly, MediaDirection.RecvOnly, MediaDirection.SendOnly, MediaDirection.SendOnly],
            written.Media.Take(4).Select(media => media.Direction));
        Assert.True(written.Media[4] is { Port: 9, SctpPort: 5000, MaxMessageSize: 65_536, Protocol: "UDP/DTLS/SCTP", Candidates.Count: 0 });
        Assert.Equal(["webrtc-datachannel"], written.Media[4].Formats);
        Assert.Equal(["0", "1", "2", "3", "4"], written.Bundle!.Mids);
        Assert.Equal(AnswerFault.None, AnswerCheck.Find(Front.Read(BrowserOffers.Chromium), written));
        Assert.Equal("63", written.Media[0].Formats[0]);
        Assert.Equal("96", written.Media[1].Formats[0]);
    }

    [Fact(DisplayName = "Simulcast: the layers offered are received, in their order")]
    public void Simulcast()
    {
        using var front = new Front();
        var answer = front.Answer(Front.Offer(BrowserOffers.Chromium, publish: ["0", "1"]));
        Assert.Equal(["q", "h", "f"], answer.Published.Single(track => track.Mid == "1").Layers.Select(layer => layer.Rid));
        var simulcast = Front.Read(answer.Sdp).Media[1].Simulcast;
        Assert.NotNull(simulcast);
        Assert.Equal(["q", "h", "f"], simulcast.Receive.Select(stream => stream[0].Id));
        Assert.Empty(simulcast.Send);
    }

    [Fact(DisplayName = "Firefox: a sendrecv section nobody announced is inactive, an announced one is received")]
    public void Firefox()
    {
        using var front = new Front();
        var answer = front.Answer(Front.Offer(BrowserOffers.Firefox, publish: "0"));
        Assert.Equal("0", Assert.Single(answer.Published).Mid);
        var written = Front.Read(answer.Sdp);
        Assert.Equal(MediaDirection.RecvOnly, written.Media[0].Direction);
        Assert.Equal(MediaDirection.Inactive, written.Media[1].Direction);
    }

    [Fact(DisplayName = "A bundle-only section (port 0) is a slot like any other (RFC 9143 §6)")]
    public void BundleOnly()
    {
        using var front = new Front();
        var answer = front.Answer(Front.Offer(BrowserOffers.Firefox, publish: ["0", "1"]));
        Assert.Equal(new SlotSection("2", TrackKind.Video), Assert.Single(answer.Slots));
        Assert.NotEqual(0, Front.Read(answer.Sdp).Media[2].Port);
    }

    [Fact(DisplayName = "WHIP: sendrecv sections are received, without being announced")]
    public void Whip()
    {
        using var front = new Front();
        var answer = front.Answer(Front.Offer(BrowserOffers.Firefox, PeerKind.Whip));
        Assert.Equal([TrackSource.Microphone, TrackSource.Camera], answer.Published.Select(track => track.Source));
        Assert.Empty(answer.Slots);
        Assert.All(Front.Read(answer.Sdp).Media.Take(2), media => Assert.Equal(MediaDirection.RecvOnly, media.Direction));
    }

    [Fact(DisplayName = "WHEP: sections that receive are slots, nothing is published")]
    public void Whep()
    {
        using var front = new Front();
        var sdp = BrowserOffers.Firefox.Replace("a=sendrecv", "a=recvonly", StringComparison.Ordinal);
        var answer = front.Answer(Front.Offer(sdp, PeerKind.Whep));
        Assert.Empty(answer.Published);
        Assert.Equal(["0", "1", "2"], answer.Slots.Select(slot => slot.Mid));
        Assert.All(Front.Read(answer.Sdp).Media, media => Assert.Equal(MediaDirection.SendOnly, media.Direction));
    }

    [Fact(DisplayName = "A listener's sending sections are inactive")]
    public void NotAllowed()
    {
        using var front = new Front();
        var answer = front.Answer(Front.Offer(BrowserOffers.Chromium, publish: ["0", "1"]) with { AllowPublish = false });
        Assert.Empty(answer.Published);
        Assert.All(Front.Read(answer.Sdp).Media.Take(2), media => Assert.Equal(MediaDirection.Inactive, media.Direction));
    }

    [Fact(DisplayName = "A slot names itself, its SSRCs with the FID group, and the formats with the offer's payload types")]
    public void SlotLines()
    {
        using var front = new Front();
        var slot = Front.Read(front.Answer(Front.Offer(BrowserOffers.Chromium, publish: ["0", "1"])).Sdp).Media[3];
        Assert.Equal("slot-0 3", slot.Attributes.First("msid"));
        Assert.Equal(slot.SsrcAttributes.Select(attribute => attribute.Ssrc), Assert.Single(slot.SsrcGroups).Ssrcs);
        Assert.Equal(["96", "97"], slot.Formats);
        Assert.Equal("97 apt=96", slot.Attributes.All("fmtp")[^1]);
        Assert.Equal(["96 nack", "96 nack pli"], slot.Attributes.All("rtcp-fb"));
        Assert.True(slot is { RtcpMux: true, RtcpReducedSize: true });
    }

    [Fact(DisplayName = "An extension number with two meanings, as aiortc writes, keeps the first one; the other is left out of the answer")]
    public void OneMeaningPerNumber()
    {
        using var front = new Front();
        var offer = BrowserOffers.Chromium.Replace("a=extmap:13 urn", "a=extmap:1 urn", StringComparison.Ordinal);
        Assert.NotEqual(BrowserOffers.Chromium, offer);
        var answer = front.Answer(Front.Offer(offer, publish: ["0", "1"]));
        Assert.Null(answer.Error);
        Assert.True(Protocols.Sdp.SdpParser.TryParse(answer.Sdp, out var description, out _));
        var meanings = description.Media.SelectMany(media => media.Extensions).Select(extension => (extension.Id, extension.Uri)).Distinct().ToList();
        Assert.Equal(meanings.Count, meanings.DistinctBy(meaning => meaning.Id).Count());
        Assert.Contains(meanings, meaning => meaning.Id == 1);
    }

    [Fact(DisplayName = "RED comes first with its own parameters; extensions we use keep their ids, the others are left out")]
    public void AudioLines()
    {
        using var front = new Front();
        var audio = Front.Read(front.Answer(Front.Offer(BrowserOffers.Chromium, publish: ["0", "1"])).Sdp).Media[0];
        Assert.Equal(["63", "111"], audio.Formats);
        Assert.Equal(["63 111/111", "111 minptime=10;useinbandfec=1"], audio.Attributes.All("fmtp"));
        Assert.Equal([1, 3, 4], audio.Extensions.Select(extension => extension.Id));
    }

    [Fact(DisplayName = "Without the room's wish for RED, Opus is answered alone")]
    public void NoRed()
    {
        using var front = new Front();
        front.Shard.Rooms[Front.Room].Policy = RoomMediaPolicy.Default with { AudioRed = false };
        Assert.Equal(["111"], Front.Read(front.Answer(Front.Offer(BrowserOffers.Chromium, publish: ["0", "1"])).Sdp).Media[0].Formats);
    }

    [Theory(DisplayName = "Simulcast that the answer does not take up is a track of a single layer")]
    [InlineData("a=simulcast:send q;h;~f", "a=simulcast:send q;h;~f\na=simulcast:send q")]
    [InlineData("a=simulcast:send q;h;~f", "a=simulcast:send q;h;f;x\na=rid:x send")]
    public void NoSimulcast(string line, string instead)
    {
        using var front = new Front();
        var sdp = BrowserOffers.Chromium.Replace(line, instead, StringComparison.Ordinal);
        var answer = front.Answer(Front.Offer(sdp, publish: ["0", "1"]));
        Assert.Empty(answer.Published.Single(track => track.Mid == "1").Layers);
        Assert.Null(Front.Read(answer.Sdp).Media[1].Simulcast);
    }

    [Fact(DisplayName = "A layer without a rid line of its own is no layer, in the answer and in the track alike")]
    public void MissingRid()
    {
        using var front = new Front();
        var sdp = BrowserOffers.Chromium.Replace("a=rid:h send", "a=x-rid:h send", StringComparison.Ordinal);
        var answer = front.Answer(Front.Offer(sdp, publish: ["0", "1"]));
        Assert.Equal(["q", "f"], answer.Published.Single(track => track.Mid == "1").Layers.Select(layer => layer.Rid));
        Assert.Equal("recv q;~f", Front.Read(answer.Sdp).Media[1].Attributes.First("simulcast"));
    }

    [Fact(DisplayName = "Formats that do not exist take no number, so no offer can use the node's numbers up")]
    public void InventedFormats()
    {
        using var front = new Front();
        for (var i = 0; i < 60; i++)
        {
            var odd = BrowserOffers.Chromium
                .Replace("profile-level-id=42001f", $"profile-level-id={i + 1:x2}001f", StringComparison.Ordinal)
                .Replace("profile-id=0", $"profile-id={i + 4}", StringComparison.Ordinal)
                .Replace("tier=0", $"tier={i + 2}", StringComparison.Ordinal);
            Assert.Null(front.Answer(Front.Offer(odd, sequence: i + 1, publish: ["0", "1"])).Error);
        }

        var answer = front.Answer(Front.Offer(BrowserOffers.Chromium, sequence: 100, publish: ["0", "1"]));
        Assert.Equal(["96", "97", "103", "104", "109", "114", "98", "99", "45", "46"], Front.Read(answer.Sdp).Media[1].Formats);
    }
}
