using System.Text;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Fuzz.Tests.Targets;

/// <summary>One description of each kind, small ones first: most inputs are made from short texts, or the run takes minutes.</summary>
internal static class SdpSeeds
{
    private const string Transport = """
        a=ice-ufrag:k5Xw
        a=ice-pwd:mJjqZ9cT1cQh1Z0RzQ8YxZ7d
        a=ice-options:trickle
        a=fingerprint:sha-256 5B:D3:8E:66:0E:7D:D3:F3:8E:E6:80:28:19:FC:55:AD:58:5D:B9:3D:A8:DE:45:4A:E7:87:02:F8:3C:0B:3B:B3
        a=setup:actpass
        """;

    private const string Plain = """
        v=0
        o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1
        s=Call to John Smith
        i=SDP Offer #1
        u=http://www.jdoe.example.com/home.html
        e=Jane Doe <jane@jdoe.example.com>
        p=+1 617 555-6011
        c=IN IP4 198.51.100.1
        b=CT:128
        t=2873397496 2873404696
        r=604800 3600 0 90000
        z=2882844526 -1h
        k=prompt
        a=recvonly
        m=audio 49170/2 RTP/AVP 0
        m=video 51372 RTP/AVP 99
        c=IN IP6 2001:db8::2
        a=rtpmap:99 h263-1998/90000
        """;

    private const string Audio = $"""
        v=0
        o=- 1 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        {Transport}
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 0
        c=IN IP4 0.0.0.0
        a=mid:0
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2/recvonly urn:x:y param
        a=sendonly
        a=msid:stream track
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=fmtp:63 111/111
        a=ssrc:2785441923 cname:Hr1dMAMbWOfQpEaV
        a=candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host
        a=end-of-candidates
        """;

    private const string Video = $"""
        v=0
        o=- 1 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE v s d
        a=extmap-allow-mixed
        {Transport}
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 102 103
        a=mid:v
        a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
        a=sendonly
        a=rtcp-mux
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:* nack
        a=rtcp-fb:96 nack pli
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        a=rtpmap:102 H264/90000
        a=fmtp:102 packetization-mode=1;profile-level-id=42e01f
        a=rtpmap:103 rtx/90000
        a=fmtp:103 apt=102
        a=rid:q send pt=96;max-width=320
        a=rid:h send
        a=rid:f send pt=96,102
        a=simulcast:send q;h,~f recv x
        m=video 0 UDP/TLS/RTP/SAVPF 96 97
        a=bundle-only
        a=mid:s
        a=recvonly
        a=rtcp-mux
        a=rtpmap:96 VP8/90000
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        a=ssrc-group:FID 1 2
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        a=mid:d
        a=sctp-port:5000
        a=max-message-size:262144
        """;

    private const string Fragment = """
        a=ice-ufrag:EsAw
        a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
        m=audio 9 RTP/AVP 0
        a=mid:0
        a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0
        a=end-of-candidates
        """;

    public static IReadOnlyList<byte[]> All { get; } =
        [.. new[] { Plain, Audio, Video, Audio, Video, Fragment }.Select(text => Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")))];
}
