using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.TestKit.Simulation;

public sealed partial class WirePeer
{
    private readonly List<CertificateFingerprint> _serverFingerprints = [];
    private readonly HashSet<string> _unpublished = [];
    private IceCredentials _credentials = IceCredentials.Create();
    private readonly IceFullAgent _ice;
    private int _offers;

    /// <summary>Offers made so far: one is all a call needs, whoever comes and goes.</summary>
    public int Offers => _offers;

    public PeerAnswer? Answer { get; private set; }

    /// <summary>Makes an offer, hands it in and applies the answer.</summary>
    public PeerAnswer Negotiate()
    {
        var offer = OfferBuilder.Build(
            new LocalTransport
            {
                IceUfrag = _credentials.Ufrag,
                IcePwd = _credentials.Password,
                Fingerprint = Fingerprint.FromHash("sha-256", _world.Fingerprint.Value.AsSpan()),
                Version = (ulong)_offers + 1,
            },
            [.. Sections()]);
        if (Shape.Data)
            OfferData(offer);
        var publish = offer.Media.Where(media => media.Direction == MediaDirection.SendOnly)
            .Select(media => new PublishRequest(
                media.Mid!,
                media.Kind == MediaKind.Audio ? AudioTrack : VideoTrack,
                media.Kind == MediaKind.Audio ? TrackSource.Microphone : TrackSource.Camera));
        Answer = _world.Offer(new PeerOffer(
            World.Room, 1, Id, Shape.Kind, ++_offers, SdpPrinter.Print(offer), [.. publish], [.. _unpublished], AllowData: Shape.AllowData));
        if (Answer.Error is null)
            Apply(Answer.Sdp);
        return Answer;
    }

    /// <summary>Stops sending in one section and says so with an offer of our own (product §7.1).</summary>
    public void Unpublish(TrackKind kind)
    {
        _unpublished.Add(kind == TrackKind.Audio ? "0" : "1");
        if (kind == TrackKind.Audio)
            Microphone = null;
        else
            Camera = null;
        Negotiate();
    }

    /// <summary>New ICE credentials over the same DTLS association (RFC 8445 §9), from another address when given.</summary>
    public void RestartIce()
    {
        _credentials = IceCredentials.Create();
        _ice.Restart(_credentials);
        Negotiate();
    }

    /// <summary>As browsers write it, last in the bundle.</summary>
    private static void OfferData(SessionDescription offer)
    {
        var section = new MediaDescription(MediaKind.Application, "UDP/DTLS/SCTP") { Mid = "data", SctpPort = 5000, MaxMessageSize = 262_144 };
        section.Formats.Add(MediaDescription.DataChannelFormat);
        offer.Media.Add(section);
        var bundle = offer.Bundle!;
        offer.Attributes.Set("group", null);
        offer.Attributes.Add(new SdpGroup(SdpGroup.BundleSemantics, [.. bundle.Mids, "data"]));
    }

    private IEnumerable<OfferSection> Sections()
    {
        var mid = 0;
        if (Shape.Audio)
            yield return Publishing(mid, MediaKind.Audio, Shape.SendsRed ? [UsualCodecs.Red, UsualCodecs.Opus] : [UsualCodecs.Opus], Microphone is null ? [] : [Microphone.Line]);
        mid++;
        if (Shape.Video)
            yield return Publishing(mid, MediaKind.Video, [Shape.Described ? UsualCodecs.Av1 : UsualCodecs.Vp8], Camera?.Lines ?? []);
        mid++;
        foreach (var section in OfferBuilder.ReceiveSlots(
            MediaKind.Audio, Shape.AudioSlots, mid, Shape.TakesRed ? [UsualCodecs.Red, UsualCodecs.Opus] : [UsualCodecs.Opus], UsualCodecs.AudioExtensions))
            yield return section;
        foreach (var section in OfferBuilder.ReceiveSlots(
            MediaKind.Video, Shape.VideoSlots, mid + Shape.AudioSlots, [Shape.Described ? UsualCodecs.Av1 : UsualCodecs.Vp8], UsualCodecs.VideoExtensions))
            yield return section;
    }

    private static OfferSection Publishing(int mid, MediaKind kind, IReadOnlyList<CodecOffer> codecs, IReadOnlyList<SourceLine> lines) => new()
    {
        Mid = $"{mid}",
        Kind = kind,
        Direction = lines.Count == 0 ? MediaDirection.Inactive : MediaDirection.SendOnly,
        Codecs = codecs,
        Extensions = kind == MediaKind.Audio ? UsualCodecs.AudioExtensions : UsualCodecs.VideoExtensions,
        Sources = [.. lines.Select(line => new AnnouncedSource(line.Ssrc, kind == MediaKind.Video ? line.RtxSsrc : null, "simulated"))],
        SendRids = lines.Count > 1 ? LayeredCamera.Rids : [],
    };

    private void OpenSources()
    {
        var ssrc = (uint)(0x1000_0000 + (Index * 0x100) + (_world.Seed & 0xFF));
        if (Shape.Audio)
            Microphone = new Microphone(Index, new SourceLine(this, Shape.AudioSsrc ?? ssrc, Shape.SendsRed ? (byte)63 : (byte)111, 48_000, 0), Shape.AudioLevel, Shape.SendsRed);
        if (Shape.Video)
            Camera = Shape.Described
                ? new DescribedCamera(Index, new SourceLine(this, ssrc + 0x10, 45, 90_000, 1))
                : Shape.Layered
                ? new LayeredCamera(Index, [.. LayeredCamera.Rids.Select((rid, i) => new SourceLine(this, ssrc + 0x10 + (uint)(i * 2), 96, 90_000, 1, rid))])
                : new Camera(Index, new SourceLine(this, Shape.VideoSsrc ?? (ssrc + 0x10), 96, 90_000, 1));
    }

    private void Apply(string sdp)
    {
        if (!SdpParser.TryParse(sdp, out var answer, out var error))
            throw new InvalidOperationException($"The answer cannot be read: {error}");
        var first = answer.Media.Find(media => answer.IceUfragOf(media) is not null)!;
        _ice.SetRemote(new IceCredentials(answer.IceUfragOf(first)!, answer.IcePwdOf(first)!));
        foreach (var media in answer.Media)
            foreach (var text in media.Candidates)
                if (IceCandidate.TryParse(text, out var candidate) && candidate is { Transport: IceTransport.Udp })
                    _ice.AddRemote(candidate);
        foreach (var fingerprint in answer.FingerprintsOf(first))
            if (CertificateFingerprint.TryParse(fingerprint.ToText(), out var parsed) && parsed is not null)
                _serverFingerprints.Add(parsed);
        foreach (var media in answer.Media)
            if (media.Direction == MediaDirection.SendOnly && media.Port != 0)
                OpenSlot(media);
    }

    private void OpenSlot(MediaDescription media)
    {
        var ssrc = media.SsrcAttributes[0].Ssrc;
        if (_slots.Exists(slot => slot.Ssrc == ssrc))
            return;
        var group = media.SsrcGroups.Count > 0 ? media.SsrcGroups[0] : null;
        _slots.Add(new ReceivedSlot(this, media.Mid!, media.Kind == MediaKind.Video, ssrc, group?.Ssrcs[1] ?? 0));
    }
}
