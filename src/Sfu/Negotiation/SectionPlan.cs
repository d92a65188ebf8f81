using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Negotiation;

internal enum SectionUse : byte
{
    /// <summary>Not ours to speak (data channel, unknown kind) or nothing in common: port 0.</summary>
    Rejected,

    /// <summary>Kept in place without media: a section that sends what nobody announced, or that stopped.</summary>
    Inactive,

    /// <summary>The client sends, we receive.</summary>
    Publish,

    /// <summary>We send: a slot.</summary>
    Slot,
}

/// <summary>What one section of the offer is for and what both ends can do in it.</summary>
internal sealed class SectionPlan
{
    /// <summary>Feedback we answer to for video; the rest of what browsers list is not ours.</summary>
    private static readonly string[] VideoFeedback = ["nack", "nack pli", "ccm fir"];

    private SectionPlan(MediaDescription offered, SectionUse use, TrackKind kind, List<(OfferedCodec Codec, CodecEntry Entry)> codecs)
    {
        Offered = offered;
        Use = use;
        Kind = kind;
        Codecs = codecs;
    }

    public MediaDescription Offered { get; }

    public SectionUse Use { get; set; }

    public TrackKind Kind { get; }

    public string Mid => Offered.Mid ?? "";

    /// <summary>Formats in common, best first.</summary>
    public List<(OfferedCodec Codec, CodecEntry Entry)> Codecs { get; }

    public Slot? Slot { get; set; }

    public Track? Track { get; set; }

    public static SectionPlan Make(MediaDescription offered, SectionUse wanted, RoomMediaPolicy policy, CodecRegistry registry)
    {
        var kind = offered.Kind == MediaKind.Video ? TrackKind.Video : TrackKind.Audio;
        if (offered.Kind is not (MediaKind.Audio or MediaKind.Video) || !offered.IsOffered || !offered.IsRtp || offered.Mid is null)
            return new SectionPlan(offered, SectionUse.Rejected, kind, []);

        var codecs = new List<(OfferedCodec Codec, CodecEntry Entry)>();
        foreach (var codec in OfferedCodec.Read(offered))
            if (Rank(codec, policy) < int.MaxValue && registry.Find(codec) is { } entry)
                codecs.Add((codec, entry));
        // The client sends what we list first: RED for audio that survives loss, then the room's preference for video.
        var ordered = codecs.OrderBy(item => Rank(item.Codec, policy)).ToList();
        return new SectionPlan(offered, codecs.Count == 0 ? SectionUse.Rejected : wanted, kind, ordered);
    }

    /// <summary>The header extension ids we use in this section; none may mean something else elsewhere in the bundle.</summary>
    public byte ExtensionId(RtpExtensionKind kind)
    {
        foreach (var extension in Offered.Extensions)
            if (extension.Id is >= 1 and <= 14 && RtpExtensionUri.KindOf(extension.Uri) == kind)
                return (byte)extension.Id;
        return 0;
    }

    public bool Understands(HeaderExtension extension) => extension.Id is >= 1 and <= 14 && (Use, RtpExtensionUri.KindOf(extension.Uri)) switch
    {
        (SectionUse.Publish, RtpExtensionKind.Mid or RtpExtensionKind.Rid or RtpExtensionKind.RepairedRid) => true,
        (SectionUse.Publish, RtpExtensionKind.TransportCc) => OffersFeedback("transport-cc"),
        (SectionUse.Publish or SectionUse.Slot, RtpExtensionKind.AudioLevel) => Kind == TrackKind.Audio,
        (SectionUse.Publish or SectionUse.Slot, RtpExtensionKind.VideoOrientation) => Kind == TrackKind.Video,
        _ => false,
    };

    /// <summary>Feedback messages of one format that both ends use.</summary>
    public IEnumerable<string> FeedbackOf(OfferedCodec codec)
    {
        foreach (var feedback in Offered.Feedback)
        {
            if (feedback.PayloadType is { } only && only != codec.PayloadType)
                continue;
            var known = Kind == TrackKind.Video && VideoFeedback.Contains(feedback.Type)
                && (feedback.Type != "nack" || codec.RtxPayloadType != 0 || Use == SectionUse.Publish);
            if (known || (feedback.Type == "transport-cc" && Use == SectionUse.Publish && ExtensionId(RtpExtensionKind.TransportCc) != 0))
                yield return feedback.Type;
        }
    }

    private bool OffersFeedback(string type) => Offered.Feedback.Any(feedback => feedback.Type == type);

    private static int Rank(OfferedCodec codec, RoomMediaPolicy policy)
    {
        switch (codec.Map.Encoding.ToUpperInvariant())
        {
            case "OPUS":
                return 1;
            case "RED" when codec.Map.ClockRate == 48000:
                return policy.AudioRed ? 0 : int.MaxValue;
            default:
                for (var i = 0; i < policy.VideoCodecs.Length; i++)
                    if (string.Equals(policy.VideoCodecs[i], codec.Map.Encoding, StringComparison.OrdinalIgnoreCase))
                        return 10 + i;
                // Not preferred, yet forwarded between ends that both have it.
                return codec.Map.Encoding.ToUpperInvariant() is "VP8" or "VP9" or "H264" or "AV1" ? 100 : int.MaxValue;
        }
    }
}
