namespace Sylk.Conference.Protocols.Tests.Sdp;

/// <summary>The examples of the RFCs, one string each, folded lines joined. Names say document and section.</summary>
internal static class RfcSamples
{
    public const string Rfc8866Section5 = """
        v=0
        o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1
        s=Call to John Smith
        i=SDP Offer #1
        u=http://www.jdoe.example.com/home.html
        e=Jane Doe <jane@jdoe.example.com>
        p=+1 617 555-6011
        c=IN IP4 198.51.100.1
        t=0 0
        m=audio 49170 RTP/AVP 0
        m=audio 49180 RTP/AVP 0
        m=video 51372 RTP/AVP 99
        c=IN IP6 2001:db8::2
        a=rtpmap:99 h263-1998/90000
        """;

    public const string Rfc8829Section71OfferA1 = """
        v=0
        o=- 4962303333179871722 1 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=ice-options:trickle ice2
        a=group:BUNDLE a1 v1
        a=group:LS a1 v1

        m=audio 10100 UDP/TLS/RTP/SAVPF 96 0 8 97 98
        c=IN IP4 203.0.113.100
        a=mid:a1
        a=sendrecv
        a=rtpmap:96 opus/48000/2
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:97 telephone-event/8000
        a=rtpmap:98 telephone-event/48000
        a=fmtp:97 0-15
        a=fmtp:98 0-15
        a=maxptime:120
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=msid:47017fee-b6c1-4162-929c-a25110252400
        a=ice-ufrag:ETEn
        a=ice-pwd:OtSK0WpNtpUjkY4+86js7ZQl
        a=fingerprint:sha-256 19:E2:1C:3B:4B:9F:81:E6:B8:5C:F4:A5:A8:D8:73:04:BB:05:2F:70:9F:04:A9:0E:05:E9:26:33:E8:70:88:A2
        a=setup:actpass
        a=tls-id:91bbf309c0990a6bec11e38ba2933cee
        a=rtcp:10101 IN IP4 203.0.113.100
        a=rtcp-mux
        a=rtcp-rsize
        a=candidate:1 1 udp 2113929471 203.0.113.100 10100 typ host
        a=candidate:1 2 udp 2113929470 203.0.113.100 10101 typ host
        a=end-of-candidates

        m=video 10102 UDP/TLS/RTP/SAVPF 100 101 102 103
        c=IN IP4 203.0.113.100
        a=mid:v1
        a=sendrecv
        a=rtpmap:100 VP8/90000
        a=rtpmap:101 H264/90000
        a=fmtp:101 packetization-mode=1;profile-level-id=42e01f
        a=rtpmap:102 rtx/90000
        a=fmtp:102 apt=100
        a=rtpmap:103 rtx/90000
        a=fmtp:103 apt=101
        a=imageattr:100 recv [x=[48:1920],y=[48:1080],q=1.0]
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=rtcp-fb:100 ccm fir
        a=rtcp-fb:100 nack
        a=rtcp-fb:100 nack pli
        a=msid:47017fee-b6c1-4162-929c-a25110252400
        a=ice-ufrag:BGKk
        a=ice-pwd:mqyWsAjvtKwTGnvhPztQ9mIf
        a=fingerprint:sha-256 19:E2:1C:3B:4B:9F:81:E6:B8:5C:F4:A5:A8:D8:73:04:BB:05:2F:70:9F:04:A9:0E:05:E9:26:33:E8:70:88:A2
        a=setup:actpass
        a=tls-id:91bbf309c0990a6bec11e38ba2933cee
        a=rtcp:10103 IN IP4 203.0.113.100
        a=rtcp-mux
        a=rtcp-rsize
        a=candidate:1 1 udp 2113929471 203.0.113.100 10102 typ host
        a=candidate:1 2 udp 2113929470 203.0.113.100 10103 typ host
        a=end-of-candidates
        """;

    /// <summary>A data channel next to audio, bundled with port 0.</summary>
    public const string Rfc8829Section72OfferB1 = """
        v=0
        o=- 4962303333179871723 1 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=ice-options:trickle ice2
        a=group:BUNDLE a1 d1

        m=audio 9 UDP/TLS/RTP/SAVPF 96 0 8 97 98
        c=IN IP4 0.0.0.0
        a=mid:a1
        a=sendrecv
        a=rtpmap:96 opus/48000/2
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:97 telephone-event/8000
        a=rtpmap:98 telephone-event/48000
        a=fmtp:97 0-15
        a=fmtp:98 0-15
        a=maxptime:120
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:2 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=msid:57017fee-b6c1-4162-929c-a25110252400
        a=ice-ufrag:ATEn
        a=ice-pwd:AtSK0WpNtpUjkY4+86js7ZQl
        a=fingerprint:sha-256 29:E2:1C:3B:4B:9F:81:E6:B8:5C:F4:A5:A8:D8:73:04:BB:05:2F:70:9F:04:A9:0E:05:E9:26:33:E8:70:88:A2
        a=setup:actpass
        a=tls-id:17f0f4ba8a5f1213faca591b58ba52a7
        a=rtcp-mux
        a=rtcp-mux-only
        a=rtcp-rsize

        m=application 0 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=mid:d1
        a=sctp-port:5000
        a=max-message-size:65536
        a=bundle-only
        """;

    public const string Rfc8843Section721 = """
        v=0
        o=alice 2890844526 2890844526 IN IP6 2001:db8::3
        s=
        c=IN IP6 2001:db8::3
        t=0 0
        a=group:BUNDLE foo bar

        m=audio 10000 RTP/AVP 0 8 97
        b=AS:200
        a=mid:foo
        a=rtcp-mux
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:97 iLBC/8000
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid

        m=video 10002 RTP/AVP 31 32
        b=AS:1000
        a=mid:bar
        a=rtcp-mux
        a=rtpmap:31 H261/90000
        a=rtpmap:32 MPV/90000
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:mid
        """;

    public const string Rfc8851Section93 = """
        v=0
        o=- 1 1 IN IP4 192.0.2.1
        s=-
        t=0 0
        m=video 10000 RTP/SAVPF 98 99 100 101
        a=rtpmap:98 H264/90000
        a=fmtp:98 profile-level-id=42A01F; packetization-mode=0
        a=rtpmap:99 H264/90000
        a=fmtp:99 profile-level-id=42A01F; packetization-mode=1
        a=rtpmap:100 VP8/90000
        a=fmtp:100 max-fr=30;max-fs=8040
        a=rtpmap:101 VP9/90000
        a=rid:1 send pt=98,99,100;max-width=1280;max-height=720;max-fps=30
        a=rid:2 send pt=98;max-width=320;max-height=180
        a=rid:3 recv max-width=1280;max-height=720
        """;

    public const string Rfc8853Section5 = """
        v=0
        o=alice 2362969037 2362969040 IN IP4 192.0.2.156
        s=Simulcast-Enabled Client
        c=IN IP4 192.0.2.156
        t=0 0
        m=video 49300 RTP/AVP 97 98 99
        a=rtpmap:97 H264/90000
        a=rtpmap:98 H264/90000
        a=rtpmap:99 VP8/90000
        a=fmtp:97 profile-level-id=42c01f;max-fs=3600;max-mbps=108000
        a=fmtp:98 profile-level-id=42c00b;max-fs=240;max-mbps=3600
        a=fmtp:99 max-fs=240; max-fr=30
        a=rid:1 send pt=97;max-width=1280;max-height=720
        a=rid:2 send pt=98;max-width=320;max-height=180
        a=rid:3 send pt=99;max-width=320;max-height=180
        a=rid:4 recv pt=97
        a=simulcast:send 1;2,3 recv 4
        a=extmap:1 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
        """;

    public const string Rfc8839Section426 = """
        v=0
        o=jdoe 2890844526 2890842807 IN IP4 203.0.113.141
        s=
        c=IN IP4 192.0.2.3
        t=0 0
        a=ice-options:ice2
        a=ice-pacing:50
        a=ice-pwd:asd88fgpdd777uzjYhagZg
        a=ice-ufrag:8hhY
        m=audio 45664 RTP/AVP 0
        b=RS:0
        b=RR:0
        a=rtpmap:0 PCMU/8000
        a=candidate:1 1 UDP 2130706431 203.0.113.141 8998 typ host
        a=candidate:2 1 UDP 1694498815 192.0.2.3 45664 typ srflx raddr 203.0.113.141 rport 8998
        """;

    public static TheoryData<string, string> All => new()
    {
        { "RFC 8866 §5", Rfc8866Section5 },
        { "RFC 8829 §7.1 offer A1", Rfc8829Section71OfferA1 },
        { "RFC 8829 §7.2 offer B1", Rfc8829Section72OfferB1 },
        { "RFC 8843 §7.2.1", Rfc8843Section721 },
        { "RFC 8851 §9", Rfc8851Section93 },
        { "RFC 8853 §5", Rfc8853Section5 },
        { "RFC 8839 §4.2.6", Rfc8839Section426 },
    };
}
