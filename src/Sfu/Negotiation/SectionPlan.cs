using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Peers.Data;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Negotiation;

internal enum SectionUse : byte
{
    /// <summary>Not ours to speak (unknown kind) or nothing in common: port 0.</summary>
    Rejected,

    /// <summary>Kept in place without media: a section that sends what nobody announced, or that stopped.</summary>
    Inactive,

    /// <summary>The client sends, we receive.</summary>
    Publish,

    /// <summary>We send: a slot.</summary>
    Slot,

    /// <summary>Data channels.</summary>
    Data,
}

/// <summary>What one section of the offer is for and what both ends can do in it.</summary>
internal sealed class SectionPlan
{
    private const int MostLayers = 3;

    /// <summary>Asked of receivers that do not report arrivals (draft-alvestrand-rmcat-remb-03).</summary>
    public const string ReceiverEstimate = "goog-remb";

    private const string Arrivals = "transport-cc";

    /// <summary>Feedback we answer to for video; the rest of what browsers list is not ours.</summary>
    private static readonly string[] VideoFeedback = ["nack", "nack pli", "ccm fir"];

    private SectionPlan(MediaDescription offered, SectionUse use, TrackKind kind, List<(CodecOffer Codec, CodecEntry Entry)> codecs)
    {
        Offered = offered;
        Use = use;
        Kind = kind;
        Codecs = codecs;
        Extensions = [.. offered.Extensions.Where(Understands)];
    }

    public MediaDescription Offered { get; }

    public SectionUse Use { get; }

    public TrackKind Kind { get; }

    public string Mid => Offered.Mid ?? "";

    /// <summary>Formats in common, best first.</summary>
    public List<(CodecOffer Codec, CodecEntry Entry)> Codecs { get; }

    /// <summary>The header extensions we use in this section.</summary>
    public List<HeaderExtension> Extensions { get; }

    public Slot? Slot { get; set; }

    public Track? Track { get; set; }

    public static SectionPlan Make(MediaDescription offered, SectionUse wanted, RoomMediaPolicy policy, CodecRegistry registry)
    {
        if (offered is { IsDataChannel: true, IsOffered: true, Mid: not null })
            return new SectionPlan(offered, SectionUse.Data, TrackKind.Audio, []);
        var kind = offered.Kind == MediaKind.Video ? TrackKind.Video : TrackKind.Audio;
        if (offered.Kind is not (MediaKind.Audio or MediaKind.Video) || !offered.IsOffered || !offered.IsRtp || offered.Mid is null)
            return new SectionPlan(offered, SectionUse.Rejected, kind, []);

        var codecs = new List<(CodecOffer Codec, CodecEntry Entry)>();
        foreach (var codec in CodecReader.Read(offered))
            if (Rank(codec, policy) < int.MaxValue && registry.Find(codec) is { } entry)
                codecs.Add((codec, entry));
        // The client sends what we list first: RED for audio that survives loss, then the room's preference for video.
        var ordered = codecs.OrderBy(item => Rank(item.Codec, policy)).ToList();
        return new SectionPlan(offered, codecs.Count == 0 ? SectionUse.Rejected : wanted, kind, ordered);
    }

    /// <summary>All sections share one transport, so a number means what it means in the first section that has it (RFC 9143 §7.1.1).</summary>
    public static void KeepOneMeaningPerExtensionId(List<SectionPlan> plans)
    {
        var meanings = new Dictionary<int, string>();
        foreach (var plan in plans)
            plan.Extensions.RemoveAll(extension => !meanings.TryAdd(extension.Id, extension.Uri) && meanings[extension.Id] != extension.Uri);
    }

    /// <summary>Our id for a kind of extension in this section, 0 when it is not used.</summary>
    public byte ExtensionId(RtpExtensionKind kind) =>
        (byte)(Extensions.Find(extension => RtpExtensionUri.KindOf(extension.Uri) == kind)?.Id ?? 0);

    /// <summary>What the answer says about the section. A slot must have been put in it before.</summary>
    public SectionAnswer Decide(Peer peer) => Use switch
    {
        SectionUse.Rejected => SectionAnswer.Reject,
        SectionUse.Data => new SectionAnswer { DataChannelMessage = PeerData.MaxMessage },
        _ => DecideMedia(peer),
    };

    private SectionAnswer DecideMedia(Peer peer) => new()
    {
        Direction = Use switch
        {
            SectionUse.Publish => MediaDirection.RecvOnly,
            SectionUse.Slot => MediaDirection.SendOnly,
            _ => MediaDirection.Inactive,
        },
        Codecs = Codecs.ConvertAll(item => item.Codec with { Feedback = [.. item.Codec.Feedback.Where(type => Answers(item.Codec, type))] }),
        Extensions = Extensions,
        ReceiveRids = OfferedLayers(),
        // Slots of the same place share a media stream, so that a person's voice and picture, which the router puts into the
        // same place where it can, are played in step. The SSRCs are named because Firefox finds retransmissions only so.
        Msid = Slot is null ? null : new Msid($"slot-{Slot.Index}", Slot.Mid),
        Sources = Slot is null ? [] : [Announce(Slot, peer)],
    };

    private static AnnouncedSource Announce(Slot slot, Peer peer) => new(
        slot.Ssrc, slot.RtxSsrc == 0 ? null : slot.RtxSsrc, System.Text.Encoding.ASCII.GetString(peer.Room.Cname));

    /// <summary>Simulcast of more layers than we tell apart is taken as a single one.</summary>
    private string[] OfferedLayers()
    {
        var rids = Offered.Simulcast?.Send.SelectMany(alternatives => alternatives).Select(rid => rid.Id).ToArray() ?? [];
        return rids.Length is > 1 and <= MostLayers ? rids : [];
    }

    private bool Understands(HeaderExtension extension) => extension.Id is >= 1 and <= 14 && (Use, RtpExtensionUri.KindOf(extension.Uri)) switch
    {
        (SectionUse.Publish, RtpExtensionKind.Mid or RtpExtensionKind.Rid or RtpExtensionKind.RepairedRid) => true,
        (SectionUse.Publish or SectionUse.Slot, RtpExtensionKind.TransportCc) => Codecs.Exists(item => item.Codec.HasFeedback(Arrivals)),
        (SectionUse.Publish or SectionUse.Slot, RtpExtensionKind.AudioLevel) => Kind == TrackKind.Audio,
        (SectionUse.Publish or SectionUse.Slot, RtpExtensionKind.VideoOrientation) => Kind == TrackKind.Video,
        (SectionUse.Publish or SectionUse.Slot, RtpExtensionKind.DependencyDescriptor) => Codecs.Exists(item => item.Entry.Family == CodecFamily.Av1),
        _ => false,
    };

    /// <summary>Whether both ends use a kind of feedback; <c>nack</c> toward a receiver without RTX has nothing to send again.</summary>
    private bool Answers(CodecOffer codec, string type) => type switch
    {
        Arrivals => ExtensionId(RtpExtensionKind.TransportCc) != 0,
        ReceiverEstimate => Use == SectionUse.Slot && ExtensionId(RtpExtensionKind.TransportCc) == 0,
        _ => Kind == TrackKind.Video && VideoFeedback.Contains(type)
            && (type != "nack" || codec.RtxPayloadType is not null || Use == SectionUse.Publish),
    };

    private static int Rank(CodecOffer codec, RoomMediaPolicy policy)
    {
        switch (codec.Name.ToUpperInvariant())
        {
            case "OPUS":
                return 1;
            case "RED" when codec.ClockRate == 48000:
                return policy.AudioRed ? 0 : int.MaxValue;
            default:
                for (var i = 0; i < policy.VideoCodecs.Length; i++)
                    if (codec.IsNamed(policy.VideoCodecs[i]))
                        return 10 + i;
                // Not preferred, yet forwarded between ends that both have it.
                return codec.Name.ToUpperInvariant() is "VP8" or "VP9" or "H264" or "AV1" ? 100 : int.MaxValue;
        }
    }
}
