using System.Net;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Peers.Data;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Negotiation;

/// <summary>
/// Answers a client's offer (RFC 3264, 8829, 9143; product §7.1): what it sends becomes tracks, what it is ready to receive
/// becomes slots. Runs on the room's shard, because it makes peers, tracks and slots. The answer never depends on who else
/// is in the room.
/// </summary>
internal sealed class Answerer(ShardSetup setup, IReadOnlyList<IPAddress> addresses)
{
    public AnswerDraft Answer(Instant now, MediaShard shard, PeerOffer offer, SessionDescription description)
    {
        if (!shard.Rooms.TryGetValue(offer.Room, out var room))
            return AnswerDraft.Refused(MediaErrorCode.RoomNotOpen, $"Room {offer.Room} has no media here.");
        if (offer.Epoch < room.Epoch)
            return AnswerDraft.Refused(MediaErrorCode.StaleEpoch, $"The room is at epoch {room.Epoch}.");
        var peer = room.FindPeer(offer.PeerId);
        if (peer is not null && offer.Sequence <= peer.Sequence)
            return AnswerDraft.Refused(MediaErrorCode.NegotiationStale, $"Offer {peer.Sequence} was answered already.");
        if (OfferCheck.Read(description, out var refusal) is not { } remote)
            return AnswerDraft.Refused(MediaErrorCode.MediaIncompatible, refusal);

        var plans = description.Media.ConvertAll(section =>
            SectionPlan.Make(section, UseOf(section, offer, description), room.Policy, setup.Codecs));
        SectionPlan.KeepOneMeaningPerExtensionId(plans);
        if (plans.TrueForAll(plan => plan.Use is SectionUse.Rejected or SectionUse.Data))
            return AnswerDraft.Refused(MediaErrorCode.MediaIncompatible, Incompatible(description, room.Policy));

        if (peer is not null && !peer.Transport.HasSameCertificate(remote.Certificates))
        {
            // Another certificate means another connection: the page made a new one for the same participant.
            room.RemovePeer(now, peer);
            peer = null;
        }

        peer = Prepare(now, shard, room, peer, offer, remote);
        foreach (var section in description.Media)
            peer.Candidates.Add(section.Candidates);
        new ReceivedSections(room, peer).Apply(now, plans);
        var answer = AnswerBuilder.Build(description, remote, Describe(shard, peer), plans.ConvertAll(plan => plan.Decide(peer)));
        new PublishedSections(room, peer, offer).Apply(now, plans, answer);
        peer.MaySendData = offer is { AllowData: true, Kind: PeerKind.Web };
        OpenData(peer, plans, answer);
        room.OnNegotiated(now, peer);
        shard.Deadlines.Refresh(peer);
        return new AnswerDraft(
            null,
            offer.Sequence,
            answer,
            [.. plans.Where(plan => plan is { Use: SectionUse.Publish, Track: not null }).Select(plan => StatisticsReader.Describe(plan.Track!))],
            [.. plans.Where(plan => plan.Use == SectionUse.Slot).Select(plan => new SlotSection(plan.Mid, plan.Kind))]);
    }

    private static Peer Prepare(Instant now, MediaShard shard, RoomRouter room, Peer? peer, PeerOffer offer, RemoteTransport remote)
    {
        if (peer is null)
        {
            peer = shard.AddPeer(room, offer.PeerId, offer.Kind);
            peer.Transport.SetRemote(remote.Credentials, remote.Certificates);
        }
        else if (peer.RemoteUfrag != remote.IceUfrag)
        {
            shard.RestartIce(now, peer, remote.Credentials);
        }

        peer.RemoteUfrag = remote.IceUfrag;
        peer.Sequence = offer.Sequence;
        peer.Quota.MaxBytesPerSecond = Math.Max(250_000, 3L * room.Policy.MaxBitrateBps / 8);
        return peer;
    }

    /// <summary>Ourselves: ICE-lite, with every candidate we will ever have.</summary>
    private LocalTransport Describe(MediaShard shard, Peer peer) => new()
    {
        IceUfrag = peer.Transport.Ice.Local.Ufrag,
        IcePwd = peer.Transport.Ice.Local.Password,
        Fingerprint = Fingerprint.FromHash(setup.Identity.Fingerprint.Algorithm, setup.Identity.Fingerprint.Value.AsSpan()),
        Candidates = Candidates.Of(addresses, shard),
        EndOfCandidates = true,
        IceLite = true,
        IceOptions = "trickle",
        SessionId = peer.Number,
        Version = (ulong)Math.Max(1, peer.Sequence + 1),
    };

    /// <summary>The first data section of the bundle; another one of the same connection has no meaning (RFC 8841 §9).</summary>
    private static void OpenData(Peer peer, List<SectionPlan> plans, SessionDescription answer)
    {
        var index = plans.FindIndex(plan => plan.Use == SectionUse.Data);
        if (index < 0 || answer.Media[index].Port == 0 || peer.Transport.Data is not null)
            return;
        var offered = plans[index].Offered;
        peer.Transport.Data = new PeerData(peer, offered.SctpPort ?? MediaDescription.DefaultSctpPort, offered.MaxMessageSize ?? MediaDescription.DefaultMessageSize);
    }

    private static SectionUse UseOf(MediaDescription section, PeerOffer offer, SessionDescription description)
    {
        var direction = description.DirectionOf(section);
        var sends = direction is MediaDirection.SendOnly or MediaDirection.SendRecv;
        var receives = direction is MediaDirection.RecvOnly or MediaDirection.SendRecv;
        var announced = offer.Publish.Any(request => request.Mid == section.Mid) && !offer.UnpublishMids.Contains(section.Mid ?? "");
        return offer.Kind switch
        {
            // One section both ways: encoders offer sendrecv to WHIP and players to WHEP; the resource says which is meant.
            PeerKind.Whip => sends && offer.AllowPublish ? SectionUse.Publish : SectionUse.Inactive,
            PeerKind.Whep => receives ? SectionUse.Slot : SectionUse.Inactive,
            _ when sends && announced && offer.AllowPublish => SectionUse.Publish,
            _ when direction == MediaDirection.RecvOnly => SectionUse.Slot,
            _ => SectionUse.Inactive,
        };
    }

    private static string Incompatible(SessionDescription offer, RoomMediaPolicy policy)
    {
        var offered = offer.Media.SelectMany(media => media.RtpMaps).Select(map => map.Encoding).Distinct(StringComparer.OrdinalIgnoreCase);
        return $"No format in common: offered {string.Join(", ", offered)}; accepted opus, {string.Join(", ", policy.VideoCodecs)}.";
    }
}
