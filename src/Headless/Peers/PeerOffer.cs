using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Headless.Peers;

/// <summary>What a headless peer sends: the SSRCs of its sections.</summary>
/// <param name="Audio">0 when no audio is published.</param>
/// <param name="Video">0 when no video is published.</param>
/// <param name="VideoRtx">The SSRC of retransmitted video.</param>
public readonly record struct PublishedSsrcs(uint Audio, uint Video, uint VideoRtx)
{
    public static PublishedSsrcs Random(bool audio, bool video)
    {
        var first = (uint)System.Random.Shared.NextInt64(1, uint.MaxValue - 4);
        return new(audio ? first : 0, video ? first + 1 : 0, video ? first + 2 : 0);
    }
}

/// <summary>
/// Offers like a browser's: send sections first, then receive slots, one bundle. Mids count from 0.
/// </summary>
public static class PeerOffer
{
    public const int OpusPayloadType = 111;
    public const int Vp8PayloadType = 96;
    public const int RtxPayloadType = 97;

    private const string Cname = "headless";
    private static readonly IReadOnlyList<CodecOffer> AudioCodecs = [UsualCodecs.Opus];
    private static readonly IReadOnlyList<CodecOffer> VideoCodecs = [UsualCodecs.Vp8];

    /// <summary>The ids that the offers' header extensions have.</summary>
    public static RtpExtensionIds ExtensionIds
    {
        get
        {
            var ids = default(RtpExtensionIds);
            foreach (var extension in UsualCodecs.AudioExtensions.Concat(UsualCodecs.VideoExtensions))
                ids.Set(RtpExtensionUri.KindOf(extension.Uri), (byte)extension.Id);
            return ids;
        }
    }

    public static SessionDescription Create(HeadlessPeer peer, PublishedSsrcs publish, int audioSlots, int videoSlots)
    {
        var sections = new List<OfferSection>();
        if (publish.Audio != 0)
            sections.Add(Send(MediaKind.Audio, "0", new AnnouncedSource(publish.Audio, null, Cname)));
        if (publish.Video != 0)
        {
            var source = new AnnouncedSource(publish.Video, publish.VideoRtx, Cname);
            sections.Add(Send(MediaKind.Video, sections.Count == 0 ? "0" : "1", source));
        }

        sections.AddRange(OfferBuilder.ReceiveSlots(MediaKind.Audio, audioSlots, sections.Count, AudioCodecs, UsualCodecs.AudioExtensions));
        sections.AddRange(OfferBuilder.ReceiveSlots(MediaKind.Video, videoSlots, sections.Count, VideoCodecs, UsualCodecs.VideoExtensions));
        return OfferBuilder.Build(peer.Describe(), sections);
    }

    private static OfferSection Send(MediaKind kind, string mid, AnnouncedSource source) => new()
    {
        Mid = mid,
        Kind = kind,
        Direction = MediaDirection.SendOnly,
        Codecs = kind == MediaKind.Audio ? AudioCodecs : VideoCodecs,
        Extensions = kind == MediaKind.Audio ? UsualCodecs.AudioExtensions : UsualCodecs.VideoExtensions,
        Msid = new Msid(Cname, $"{Cname}-{mid}"),
        Sources = [source],
    };
}
