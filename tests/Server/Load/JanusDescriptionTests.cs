using System.Net;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Load.Janus;
using Sylk.Conference.Load.Serving;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Server.Tests.Load;

/// <summary>Descriptions, rooms and settings as Janus needs them.</summary>
public class JanusDescriptionTests
{
    private const string SubscriberOffer = """
        v=0
        o=- 1 1 IN IP4 192.0.2.2
        s=VideoRoom 1
        t=0 0
        a=group:BUNDLE 0 1
        a=ice-options:trickle
        a=fingerprint:sha-256 5E:85:9B:79:72:F9:76:16:7B:8C:B9:55:46:95:BA:B5:5A:A4:EA:0B:DE:9A:AB:D4:37:53:7F:FE:B1:74:EC:82
        a=msid-semantic: WMS *
        a=ice-lite
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 192.0.2.2
        a=sendonly
        a=mid:0
        a=rtcp-mux
        a=ice-ufrag:qa8O
        a=ice-pwd:rtUFE8YSX6pQrWuJRnqljw
        a=setup:actpass
        a=rtpmap:111 opus/48000/2
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        m=video 9 UDP/TLS/RTP/SAVPF 96 97
        c=IN IP4 192.0.2.2
        a=sendonly
        a=mid:1
        a=rtcp-mux
        a=ice-ufrag:qa8O
        a=ice-pwd:rtUFE8YSX6pQrWuJRnqljw
        a=setup:actpass
        a=rtpmap:96 VP8/90000
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid

        """;

    private static readonly TransportAddress Address = TransportAddress.From(IPAddress.Parse("192.0.2.2"), 5000);

    [Fact(DisplayName = "The answer to a subscriber's offer is legal, active, and has our candidate once")]
    public void AnswerIsLegal()
    {
        Assert.True(SdpParser.TryParse(SubscriberOffer, out var offer, out _));
        var answer = JanusDescription.Answer(offer, Local(), Address);
        Assert.Equal(AnswerFault.None, AnswerCheck.Find(offer, answer!));
        Assert.All(answer!.Media, media => Assert.Equal((SetupRole.Active, MediaDirection.RecvOnly), (media.Setup, media.Direction)));
        Assert.Equal("1 1 udp 2130706431 192.0.2.2 5000 typ host", Assert.Single(answer.Media.SelectMany(media => media.Candidates)));
    }

    [Fact(DisplayName = "Extensions are taken where their numbers mean the same to our receivers")]
    public void ExtensionsKeepTheirMeaning()
    {
        Assert.True(SdpParser.TryParse(SubscriberOffer, out var offer, out _));
        var answer = JanusDescription.Answer(offer, Local(), Address)!;
        Assert.Empty(answer.Media[0].Extensions);
        Assert.Equal(4, Assert.Single(answer.Media[1].Extensions).Id);
    }

    [Fact(DisplayName = "Subscribers of a room watch different publishers, as many as they have room for")]
    public void SubscribersTakeTurns()
    {
        var room = new JanusRoom(1);
        for (var publisher = 1; publisher <= 3; publisher++)
            room.Add(publisher, Published());
        var first = room.Choose(new Slots(1, 2));
        var second = room.Choose(new Slots(1, 9));
        Assert.Equal([new JanusStream(1, "0"), new JanusStream(1, "1"), new JanusStream(2, "1")], first);
        Assert.Equal([new JanusStream(2, "0"), new JanusStream(2, "1"), new JanusStream(3, "1"), new JanusStream(1, "1")], second);
    }

    [Fact(DisplayName = "Its configuration stays on the address it was given and has the loops that were asked for")]
    public void ConfigurationSaysWhatWasAsked()
    {
        var one = new JanusSettings(8188, IPAddress.Parse("192.0.2.2"), EventLoops: 3);
        Assert.Contains("\tevent_loops = 3\n", one.Files["janus.jcfg"], StringComparison.Ordinal);
        Assert.Contains("ice_enforce_list = \"192.0.2.2\"", one.Files["janus.jcfg"], StringComparison.Ordinal);
        Assert.Contains("ws_port = 8188", one.Files["janus.transport.websockets.jcfg"], StringComparison.Ordinal);
        Assert.Contains("ws_ip = \"127.0.0.1\"", one.Files["janus.transport.websockets.jcfg"], StringComparison.Ordinal);
        Assert.Contains("#event_loops", (one with { EventLoops = 0 }).Files["janus.jcfg"], StringComparison.Ordinal);
    }

    private static LocalTransport Local() => new()
    {
        IceUfrag = "abcd",
        IcePwd = "abcdefghijklmnopqrstuv",
        Fingerprint = Fingerprint.FromHash("sha-256", new byte[32]),
    };

    private static SessionDescription Published() => new()
    {
        Media = { new MediaDescription(MediaKind.Audio) { Mid = "0" }, new MediaDescription(MediaKind.Video) { Mid = "1" } },
    };
}
