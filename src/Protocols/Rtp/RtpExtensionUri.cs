namespace Sylk.Conference.Protocols.Rtp;

/// <summary>The names under which SDP negotiates the header extensions we read or write (a=extmap, RFC 8285 section 5).</summary>
public static class RtpExtensionUri
{
    public const string Mid = "urn:ietf:params:rtp-hdrext:sdes:mid";
    public const string Rid = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
    public const string RepairedRid = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
    public const string AudioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
    public const string AbsSendTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
    public const string TransportCc = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
    public const string PlayoutDelay = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
    public const string AbsCaptureTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";
    public const string VideoOrientation = "urn:3gpp:video-orientation";
    public const string DependencyDescriptor = "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";
    public const string VideoLayersAllocation = "http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00";
    public const string TransmissionOffset = "urn:ietf:params:rtp-hdrext:toffset";

    /// <summary>The kind a URI of an a=extmap line names; <see cref="RtpExtensionKind.None"/> when we do not know it.</summary>
    public static RtpExtensionKind KindOf(string uri) => uri switch
    {
        Mid => RtpExtensionKind.Mid,
        Rid => RtpExtensionKind.Rid,
        RepairedRid => RtpExtensionKind.RepairedRid,
        AudioLevel => RtpExtensionKind.AudioLevel,
        AbsSendTime => RtpExtensionKind.AbsSendTime,
        TransportCc => RtpExtensionKind.TransportCc,
        PlayoutDelay => RtpExtensionKind.PlayoutDelay,
        AbsCaptureTime => RtpExtensionKind.AbsCaptureTime,
        VideoOrientation => RtpExtensionKind.VideoOrientation,
        DependencyDescriptor => RtpExtensionKind.DependencyDescriptor,
        VideoLayersAllocation => RtpExtensionKind.VideoLayersAllocation,
        TransmissionOffset => RtpExtensionKind.TransmissionOffset,
        _ => RtpExtensionKind.None,
    };
}
