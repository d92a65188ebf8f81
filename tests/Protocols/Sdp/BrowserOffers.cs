namespace Sylk.Conference.Protocols.Tests.Sdp;

/// <summary>What browsers write, cut down to one of each kind of line they use.</summary>
internal static class BrowserOffers
{
    /// <summary>Microphone, simulcast camera, one audio slot, one video slot and a data channel.</summary>
    public const string Chromium = """
        v=0
        o=- 6012383744711374527 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0 1 2 3 4
        a=extmap-allow-mixed
        a=msid-semantic: WMS 9f2e2cb0-5dd3-4b6f-b4a2-5f3a0c6c4f4b
        m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:k5Xw
        a=ice-pwd:mJjqZ9cT1cQh1Z0RzQ8YxZ7d
        a=ice-options:trickle
        a=fingerprint:sha-256 5B:D3:8E:66:0E:7D:D3:F3:8E:E6:80:28:19:FC:55:AD:58:5D:B9:3D:A8:DE:45:4A:E7:87:02:F8:3C:0B:3B:B3
        a=setup:actpass
        a=mid:0
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=sendonly
        a=msid:9f2e2cb0-5dd3-4b6f-b4a2-5f3a0c6c4f4b 1c8b5b7a-8ef3-41d5-9a53-0f6a2c0e1f11
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        a=rtpmap:63 red/48000/2
        a=fmtp:63 111/111
        a=rtpmap:9 G722/8000
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:13 CN/8000
        a=rtpmap:110 telephone-event/48000
        a=rtpmap:126 telephone-event/8000
        a=ssrc:2785441923 cname:Hr1dMAMbWOfQpEaV
        a=ssrc:2785441923 msid:9f2e2cb0-5dd3-4b6f-b4a2-5f3a0c6c4f4b 1c8b5b7a-8ef3-41d5-9a53-0f6a2c0e1f11
        m=video 9 UDP/TLS/RTP/SAVPF 96 97 103 104 109 114 98 99 45 46 116 117 118
        c=IN IP4 0.0.0.0
        a=rtcp:9 IN IP4 0.0.0.0
        a=ice-ufrag:k5Xw
        a=ice-pwd:mJjqZ9cT1cQh1Z0RzQ8YxZ7d
        a=ice-options:trickle
        a=fingerprint:sha-256 5B:D3:8E:66:0E:7D:D3:F3:8E:E6:80:28:19:FC:55:AD:58:5D:B9:3D:A8:DE:45:4A:E7:87:02:F8:3C:0B:3B:B3
        a=setup:actpass
        a=mid:1
        a=extmap:14 urn:ietf:params:rtp-hdrext:toffset
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:13 urn:3gpp:video-orientation
        a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=extmap:12 https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
        a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
        a=sendonly
        a=msid:9f2e2cb0-5dd3-4b6f-b4a2-5f3a0c6c4f4b 7f1d5b44-2c44-4b0e-8f55-2a1e7bd0a7f2
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:96 goog-remb
        a=rtcp-fb:96 transport-cc
        a=rtcp-fb:96 ccm fir
        a=rtcp-fb:96 nack
        a=rtcp-fb:96 nack pli
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        a=rtpmap:103 H264/90000
        a=rtcp-fb:103 transport-cc
        a=rtcp-fb:103 nack
        a=rtcp-fb:103 nack pli
        a=fmtp:103 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
        a=rtpmap:104 rtx/90000
        a=fmtp:104 apt=103
        a=rtpmap:109 H264/90000
        a=rtcp-fb:109 transport-cc
        a=rtcp-fb:109 nack
        a=rtcp-fb:109 nack pli
        a=fmtp:109 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
        a=rtpmap:114 rtx/90000
        a=fmtp:114 apt=109
        a=rtpmap:98 VP9/90000
        a=rtcp-fb:98 transport-cc
        a=rtcp-fb:98 nack
        a=rtcp-fb:98 nack pli
        a=fmtp:98 profile-id=0
        a=rtpmap:99 rtx/90000
        a=fmtp:99 apt=98
        a=rtpmap:45 AV1/90000
        a=rtcp-fb:45 transport-cc
        a=rtcp-fb:45 nack
        a=rtcp-fb:45 nack pli
        a=fmtp:45 level-idx=5;profile=0;tier=0
        a=rtpmap:46 rtx/90000
        a=fmtp:46 apt=45
        a=rtpmap:116 red/90000
        a=rtpmap:117 rtx/90000
        a=fmtp:117 apt=116
        a=rtpmap:118 ulpfec/90000
        a=rid:q send
        a=rid:h send
        a=rid:f send
        a=simulcast:send q;h;~f
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 0.0.0.0
        a=ice-ufrag:k5Xw
        a=ice-pwd:mJjqZ9cT1cQh1Z0RzQ8YxZ7d
        a=fingerprint:sha-256 5B:D3:8E:66:0E:7D:D3:F3:8E:E6:80:28:19:FC:55:AD:58:5D:B9:3D:A8:DE:45:4A:E7:87:02:F8:3C:0B:3B:B3
        a=setup:actpass
        a=mid:2
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=recvonly
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:111 opus/48000/2
        a=fmtp:111 minptime=10;useinbandfec=1
        m=video 9 UDP/TLS/RTP/SAVPF 96 97
        c=IN IP4 0.0.0.0
        a=ice-ufrag:k5Xw
        a=ice-pwd:mJjqZ9cT1cQh1Z0RzQ8YxZ7d
        a=fingerprint:sha-256 5B:D3:8E:66:0E:7D:D3:F3:8E:E6:80:28:19:FC:55:AD:58:5D:B9:3D:A8:DE:45:4A:E7:87:02:F8:3C:0B:3B:B3
        a=setup:actpass
        a=mid:3
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=recvonly
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:96 nack
        a=rtcp-fb:96 nack pli
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        m=application 9 UDP/DTLS/SCTP webrtc-datachannel
        c=IN IP4 0.0.0.0
        a=ice-ufrag:k5Xw
        a=ice-pwd:mJjqZ9cT1cQh1Z0RzQ8YxZ7d
        a=ice-options:trickle
        a=fingerprint:sha-256 5B:D3:8E:66:0E:7D:D3:F3:8E:E6:80:28:19:FC:55:AD:58:5D:B9:3D:A8:DE:45:4A:E7:87:02:F8:3C:0B:3B:B3
        a=setup:actpass
        a=mid:4
        a=sctp-port:5000
        a=max-message-size:262144
        """;

    /// <summary>Fingerprint and options at the session level, two H.264 modes, extensions with directions, bundle-only slots.</summary>
    public const string Firefox = """
        v=0
        o=mozilla...THIS_IS_SDPARTA-99.0 4538763562870914123 0 IN IP4 0.0.0.0
        s=-
        t=0 0
        a=fingerprint:sha-256 0C:2E:9A:77:41:5D:1B:8A:22:F4:11:0E:7B:39:5A:61:0F:88:C4:DB:10:9B:EE:3E:61:7C:65:9C:4D:AA:90:17
        a=group:BUNDLE 0 1 2
        a=ice-options:trickle
        a=msid-semantic:WMS *
        m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101
        c=IN IP4 0.0.0.0
        a=sendrecv
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2/recvonly urn:ietf:params:rtp-hdrext:csrc-audio-level
        a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
        a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1
        a=fmtp:101 0-15
        a=ice-pwd:d3a2f05c8e6b1749aa01f7c9e5b8d264
        a=ice-ufrag:7e3a91bc
        a=mid:0
        a=msid:{5f1f9f43-0a7f-4d0a-a9c9-1d1de2a0b411} {c9d1a5de-4ab5-4a35-8d3f-83ad1f6b7c0e}
        a=rtcp-mux
        a=rtpmap:109 opus/48000/2
        a=rtpmap:9 G722/8000/1
        a=rtpmap:0 PCMU/8000
        a=rtpmap:8 PCMA/8000
        a=rtpmap:101 telephone-event/8000/1
        a=setup:actpass
        a=ssrc:3735928559 cname:{b7d3f8a4-11c2-4d0f-9d6e-0a9f3a1c2b5e}
        m=video 9 UDP/TLS/RTP/SAVPF 120 124 126 127 97 98 123 122 119
        c=IN IP4 0.0.0.0
        a=sendrecv
        a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:4 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:5 urn:ietf:params:rtp-hdrext:toffset
        a=extmap:6/recvonly http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
        a=extmap:7 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
        a=fmtp:126 profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1
        a=fmtp:97 profile-level-id=42e01f;level-asymmetry-allowed=1
        a=fmtp:120 max-fs=12288;max-fr=60
        a=fmtp:124 apt=120
        a=fmtp:127 apt=126
        a=fmtp:98 apt=97
        a=fmtp:119 apt=122
        a=ice-pwd:d3a2f05c8e6b1749aa01f7c9e5b8d264
        a=ice-ufrag:7e3a91bc
        a=mid:1
        a=msid:{5f1f9f43-0a7f-4d0a-a9c9-1d1de2a0b411} {0f0e0d0c-0b0a-4908-8706-050403020100}
        a=rtcp-fb:120 nack
        a=rtcp-fb:120 nack pli
        a=rtcp-fb:120 ccm fir
        a=rtcp-fb:120 transport-cc
        a=rtcp-fb:126 nack
        a=rtcp-fb:126 nack pli
        a=rtcp-fb:97 nack
        a=rtcp-fb:97 nack pli
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:120 VP8/90000
        a=rtpmap:124 rtx/90000
        a=rtpmap:126 H264/90000
        a=rtpmap:127 rtx/90000
        a=rtpmap:97 H264/90000
        a=rtpmap:98 rtx/90000
        a=rtpmap:123 ulpfec/90000
        a=rtpmap:122 red/90000
        a=rtpmap:119 rtx/90000
        a=setup:actpass
        a=ssrc:1111111111 cname:{b7d3f8a4-11c2-4d0f-9d6e-0a9f3a1c2b5e}
        a=ssrc:2222222222 cname:{b7d3f8a4-11c2-4d0f-9d6e-0a9f3a1c2b5e}
        a=ssrc-group:FID 1111111111 2222222222
        m=video 0 UDP/TLS/RTP/SAVPF 120 124
        c=IN IP4 0.0.0.0
        a=bundle-only
        a=recvonly
        a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
        a=fmtp:124 apt=120
        a=ice-pwd:d3a2f05c8e6b1749aa01f7c9e5b8d264
        a=ice-ufrag:7e3a91bc
        a=mid:2
        a=rtcp-fb:120 nack
        a=rtcp-mux
        a=rtcp-rsize
        a=rtpmap:120 VP8/90000
        a=rtpmap:124 rtx/90000
        a=setup:actpass
        """;

    public static TheoryData<string, string> All => new()
    {
        { "Chromium", Chromium },
        { "Firefox", Firefox },
    };
}
