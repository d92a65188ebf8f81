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

    [Fact(DisplayName = "Chromium: what is announced is published, receiving sections become slots, a data channel is refused")]
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
        Assert.Equal(0, written.Media[4].Port);
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
}
