using Sylk.Conference.Protocols.Tests.Sdp;

namespace Sylk.Conference.Sfu.Tests.Negotiation;

public sealed class RefusalTests
{
    [Fact(DisplayName = "An offer with an old number is stale and changes nothing; the next one gets the same slots and SSRCs")]
    public void Stale()
    {
        using var front = new Front();
        var first = front.Answer(Front.Offer(BrowserOffers.Chromium, sequence: 5, publish: ["0", "1"]));
        Assert.Equal(5, first.Sequence);
        Assert.Equal(MediaErrorCode.NegotiationStale, front.Answer(Front.Offer(BrowserOffers.Chromium, sequence: 5)).Error!.Code);
        Assert.Equal(MediaErrorCode.NegotiationStale, front.Answer(Front.Offer(BrowserOffers.Chromium, sequence: 4)).Error!.Code);
        var again = front.Answer(Front.Offer(BrowserOffers.Chromium, sequence: 6, publish: ["0", "1"]));
        Assert.Equal(first.Published.Select(track => track.TrackId), again.Published.Select(track => track.TrackId));
        Assert.Equal(Sources(first), Sources(again));
        Assert.Equal(1, front.Shard.PeerCount);
    }

    [Fact(DisplayName = "A room that is not open and an epoch gone by are refused")]
    public void Room()
    {
        using var front = new Front();
        Assert.Equal(MediaErrorCode.RoomNotOpen, front.Answer(Front.Offer(BrowserOffers.Chromium) with { Room = "other" }).Error!.Code);
        Assert.Equal(MediaErrorCode.StaleEpoch, front.Answer(Front.Offer(BrowserOffers.Chromium) with { Epoch = Front.Epoch - 1 }).Error!.Code);
        Assert.Equal(0, front.Shard.PeerCount);
    }

    [Theory(DisplayName = "An offer that cannot be carried over one secured bundle is refused before a peer is made")]
    [InlineData("a=rtcp-mux", "a=x-none")]
    [InlineData("a=group:BUNDLE 0 1 2 3 4", "a=group:BUNDLE 0")]
    [InlineData("a=setup:actpass", "a=setup:passive")]
    [InlineData("a=fingerprint:", "a=x-fingerprint:")]
    [InlineData("a=ice-pwd:", "a=x-pwd:")]
    [InlineData("a=ice-ufrag:", "a=x-ufrag:")]
    [InlineData("a=mid:1\n", "a=mid:0\n")]
    public void Transport(string line, string instead)
    {
        using var front = new Front();
        var sdp = BrowserOffers.Chromium.ReplaceLineEndings("\n");
        Assert.Contains(line, sdp, StringComparison.Ordinal);
        var answer = front.Answer(Front.Offer(sdp.Replace(line, instead, StringComparison.Ordinal), publish: ["0", "1"]));
        Assert.Equal(MediaErrorCode.MediaIncompatible, answer.Error?.Code);
        Assert.Equal(0, front.Shard.PeerCount);
    }

    [Theory(DisplayName = "An offer that breaks the rules of its own bundle is refused with words that say which")]
    [InlineData("a=mid:1\n", "a=mid:0\n", "share a mid")]
    [InlineData("BUNDLE 0 1 2 3 4", "BUNDLE 0 1 2 3 4 9", "one that is not there")]
    [InlineData("BUNDLE 0 1 2 3 4", "BUNDLE 0 1 2 3 3", "names a section twice")]
    [InlineData("a=setup:actpass", "a=setup:holdconn", "holdconn")]
    [InlineData("a=mid:3\n", "", "one that is not there")]
    [InlineData("fingerprint:sha-256", "fingerprint:sha-1", "SHA-256 or better")]
    [InlineData("a=ice-ufrag:k5Xw", "a=ice-ufrag:k5X", "too short")]
    [InlineData("a=group:BUNDLE 0 1 2 3 4", "a=group:LS 0 1", "one BUNDLE group")]
    public void Rules(string line, string instead, string words)
    {
        using var front = new Front();
        var sdp = BrowserOffers.Chromium.ReplaceLineEndings("\n");
        Assert.Contains(line, sdp, StringComparison.Ordinal);
        var answer = front.Answer(Front.Offer(sdp.Replace(line, instead, StringComparison.Ordinal), publish: ["0", "1"]));
        Assert.Equal(MediaErrorCode.MediaIncompatible, answer.Error?.Code);
        Assert.Contains(words, answer.Error!.Detail, StringComparison.Ordinal);
        Assert.Equal(0, front.Shard.PeerCount);
    }

    [Fact(DisplayName = "A refused offer leaves the peer, its tracks and the offer's number as they were")]
    public void NothingChanges()
    {
        using var front = new Front();
        var first = front.Answer(Front.Offer(BrowserOffers.Chromium, publish: ["0", "1"]));
        var conflict = BrowserOffers.Chromium.Replace("a=setup:actpass", "a=setup:holdconn", StringComparison.Ordinal);
        Assert.Equal(MediaErrorCode.MediaIncompatible, front.Answer(Front.Offer(conflict, sequence: 2)).Error?.Code);
        var again = front.Answer(Front.Offer(BrowserOffers.Chromium, sequence: 2, publish: ["0", "1"]));
        Assert.Null(again.Error);
        Assert.Equal(first.Published.Select(track => track.TrackId), again.Published.Select(track => track.TrackId));
        Assert.Equal(Sources(first), Sources(again));
    }

    [Fact(DisplayName = "An offer of a data channel alone is refused: there is nothing to carry")]
    public void DataOnly()
    {
        using var front = new Front();
        var lines = BrowserOffers.Chromium.ReplaceLineEndings("\n").Replace("BUNDLE 0 1 2 3 4", "BUNDLE 4", StringComparison.Ordinal);
        var session = lines[..lines.IndexOf("m=audio", StringComparison.Ordinal)];
        var answer = front.Answer(Front.Offer(session + lines[lines.IndexOf("m=application", StringComparison.Ordinal)..]));
        Assert.Equal(MediaErrorCode.MediaIncompatible, answer.Error?.Code);
        Assert.Contains("no audio or video", answer.Error!.Detail, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "An offer with no format in common is refused and says what was offered")]
    public void NoCodec()
    {
        using var front = new Front();
        var sdp = string.Join("\r\n", Odd);
        var answer = front.Answer(Front.Offer(sdp));
        Assert.Equal(MediaErrorCode.MediaIncompatible, answer.Error?.Code);
        Assert.Contains("G729", answer.Error!.Detail, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Another certificate is another connection: the old peer goes, the new one has slots of its own")]
    public void NewCertificate()
    {
        using var front = new Front();
        var first = front.Answer(Front.Offer(BrowserOffers.Chromium, publish: ["0", "1"]));
        var other = BrowserOffers.Chromium.Replace("sha-256 5B:D3", "sha-256 5C:D3", StringComparison.Ordinal);
        var second = front.Answer(Front.Offer(other, sequence: 2, publish: ["0", "1"]));
        Assert.Null(second.Error);
        Assert.Equal(1, front.Shard.PeerCount);
        Assert.NotEqual(Sources(first), Sources(second));
    }

    private static string[] Odd =>
    [
        "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0",
        "m=audio 9 UDP/TLS/RTP/SAVPF 18", "c=IN IP4 0.0.0.0", "a=mid:0", "a=rtpmap:18 G729/8000", "a=sendonly", "a=rtcp-mux",
        "a=ice-ufrag:abcd", "a=ice-pwd:abcdefghijklmnopqrstuvwx", "a=setup:actpass",
        "a=fingerprint:sha-256 5B:D3:8E:66:0E:7D:D3:F3:8E:E6:80:28:19:FC:55:AD:58:5D:B9:3D:A8:DE:45:4A:E7:87:02:F8:3C:0B:3B:B3", "",
    ];

    private static List<uint> Sources(PeerAnswer answer) =>
        [.. Front.Read(answer.Sdp).Media.SelectMany(media => media.SsrcAttributes).Select(attribute => attribute.Ssrc)];
}
