using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Negotiation;

/// <summary>Turns the sections a client sends into tracks, and learns from the answer how their packets will be told apart.</summary>
internal sealed class PublishedSections(RoomRouter room, Peer peer, PeerOffer offer)
{
    /// <summary>A track whose section no longer sends is unpublished.</summary>
    public void Apply(Instant now, List<SectionPlan> plans, SessionDescription answer)
    {
        for (var i = 0; i < plans.Count; i++)
            if (plans[i].Use == SectionUse.Publish)
                Apply(now, plans[i], answer.Media[i]);

        foreach (var (mid, track) in peer.Sections.ToArray())
        {
            if (plans.Exists(plan => plan.Use == SectionUse.Publish && plan.Mid == mid))
                continue;
            peer.Sections.Remove(mid);
            room.RemoveTrack(now, track);
        }
    }

    private void Apply(Instant now, SectionPlan plan, MediaDescription answered)
    {
        var track = peer.Sections.GetValueOrDefault(plan.Mid);
        var request = offer.Publish.FirstOrDefault(item => item.Mid == plan.Mid) ?? Default(plan);
        if (track is not null && track.Id != request.TrackId && offer.Kind == PeerKind.Web)
        {
            room.RemoveTrack(now, track); // the section was recycled for another source
            track = null;
        }

        track ??= Open(plan, request, answered);
        track.MaxBitrateBps = plan.Kind == TrackKind.Audio ? 128_000 : room.Policy.MaxBitrateBps;
        plan.Track = track;
        foreach (var (codec, entry) in plan.Codecs)
        {
            peer.PayloadTypes[codec.PayloadType] = new PayloadBinding(entry, 0);
            if (codec.RtxPayloadType is { } rtx)
                peer.PayloadTypes[rtx] = new PayloadBinding(null, (byte)codec.PayloadType);
        }

        LearnExtensions(answered);
        LearnSsrcs(plan);
    }

    private Track Open(SectionPlan plan, PublishRequest request, MediaDescription answered)
    {
        var track = new Track(request.TrackId, peer, plan.Mid, plan.Kind, request.Source) { Muted = request.Muted };
        if (answered.Simulcast is { } simulcast)
        {
            track.Rids = [.. simulcast.Receive.SelectMany(alternatives => alternatives).Select(rid => rid.Id)];
            track.Layers = new IngressStream?[track.Rids.Length];
        }

        peer.Sections[plan.Mid] = track;
        room.AddTrack(track);
        return track;
    }

    private PublishRequest Default(SectionPlan plan) => new(
        plan.Mid, $"{peer.Id}-{plan.Mid}", plan.Kind == TrackKind.Audio ? TrackSource.Microphone : TrackSource.Camera);

    /// <summary>One id means one extension in the whole bundle (RFC 8285 §5), so one table per peer will do.</summary>
    private void LearnExtensions(MediaDescription answered)
    {
        foreach (var extension in answered.Extensions)
            peer.Extensions.Set(RtpExtensionUri.KindOf(extension.Uri), (byte)extension.Id);
        if (peer.Extensions.TransportCc != 0)
            peer.TransportCc ??= new TransportCcRecorder();
    }

    private void LearnSsrcs(SectionPlan plan)
    {
        foreach (var attribute in plan.Offered.SsrcAttributes)
            if (peer.DeclaredSsrcs.Count < StreamTable.Capacity)
                peer.DeclaredSsrcs.TryAdd(attribute.Ssrc, (plan.Mid, 0));
        foreach (var group in plan.Offered.SsrcGroups)
            if (group.Semantics == SsrcGroup.FlowIdentification && group.Ssrcs.Count == 2 && peer.DeclaredSsrcs.ContainsKey(group.Ssrcs[1]))
                peer.DeclaredSsrcs[group.Ssrcs[1]] = (plan.Mid, group.Ssrcs[0]);
    }
}
