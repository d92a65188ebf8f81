namespace Sylk.Conference.Protocols.Sdp;

/// <summary>The codecs and header extensions our own offers hold, with the payload types and ids browsers use for them.</summary>
public static class UsualCodecs
{
    public static readonly IReadOnlyList<string> VideoFeedback =
        ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"];

    public static readonly CodecOffer Opus = new(111, "opus", 48000, 2)
    {
        Parameters = FormatParameters.Of(("minptime", "10"), ("useinbandfec", "1")),
        Feedback = ["transport-cc", "nack"],
    };

    /// <summary>Redundant Opus (RFC 2198).</summary>
    public static readonly CodecOffer Red = new(63, "red", 48000, 2) { Parameters = new FormatParameters("111/111") };

    public static readonly CodecOffer TelephoneEvent48 = new(110, "telephone-event", 48000)
    {
        Parameters = new FormatParameters("0-15"),
    };

    public static readonly CodecOffer Vp8 = Video(96, "VP8", FormatParameters.Empty);

    public static readonly CodecOffer Vp9 = Video(98, "VP9", FormatParameters.Of(("profile-id", "0")));

    /// <summary>Constrained Baseline at level 3.1, packetization mode 1: what every browser decodes.</summary>
    public static readonly CodecOffer H264 = Video(
        102,
        "H264",
        FormatParameters.Of(("level-asymmetry-allowed", "1"), ("packetization-mode", "1"), ("profile-level-id", "42e01f")));

    public static readonly CodecOffer Av1 = Video(
        45, "AV1", FormatParameters.Of(("level-idx", "5"), ("profile", "0"), ("tier", "0")));

    public static readonly IReadOnlyList<HeaderExtension> AudioExtensions =
    [
        new(1, ExtensionUri.AudioLevel),
        new(2, ExtensionUri.AbsoluteSendTime),
        new(3, ExtensionUri.TransportSequence),
        new(4, ExtensionUri.Mid),
    ];

    public static readonly IReadOnlyList<HeaderExtension> VideoExtensions =
    [
        new(2, ExtensionUri.AbsoluteSendTime),
        new(3, ExtensionUri.TransportSequence),
        new(4, ExtensionUri.Mid),
        new(5, ExtensionUri.PlayoutDelay),
        new(10, ExtensionUri.Rid),
        new(11, ExtensionUri.RepairedRid),
        new(12, ExtensionUri.DependencyDescriptor),
        new(13, ExtensionUri.VideoOrientation),
    ];

    private static CodecOffer Video(int payloadType, string name, FormatParameters parameters) => new(payloadType, name, 90000)
    {
        Parameters = parameters,
        Feedback = VideoFeedback,
        RtxPayloadType = payloadType + 1,
    };
}
