using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Engine;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Peers.Feedback;
using Sylk.Conference.Sfu.Quality;
using Sylk.Conference.Sfu.Routing.Assignment;
using Sylk.Conference.Sfu.Routing.Relays;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Routing;

/// <summary>
/// One room's media on one shard: its peers and tracks, and for each packet of a track the slots it goes to.
/// Only the shard's thread comes here.
/// </summary>
internal sealed partial class RoomRouter : IDeadline
{
    /// <summary>Packets of a source handed to a slot at once; its receiver's queue is no longer than a few hundred.</summary>
    private const int MostCaughtUp = 100;

    /// <summary>From so many viewers on, who sees what is gone through at most every <see cref="ManyPeersMs"/>.</summary>
    private const int ManyPeers = 50;
    private const int ManyPeersMs = 50;

    private readonly RoomContext _context;
    private readonly List<Peer> _peers = [];
    private readonly List<Track> _tracks = [];
    private readonly Dictionary<string, Peer> _peersById = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Track> _tracksById = new(StringComparer.Ordinal);
    private readonly AudioSelection _audio;
    private readonly VideoAssignment _video;
    private readonly SpeakerReports _speakers;
    private readonly PublishHints _hints;
    private long _nextTrackOrder;
    private uint _nextStreamNumber;
    private Instant _assignmentDue = Instant.Never;
    private Instant _assignedAt = new(long.MinValue / 2);

    public RoomRouter(string name, RoomContext context, RoomMediaPolicy policy)
    {
        Name = name;
        Policy = policy;
        _context = context;
        Quality = new QualityReports(this);
        SlotSignals = new SlotSignals(this, context.Changed);
        _speakers = new SpeakerReports(this);
        _audio = new AudioSelection(this, _speakers);
        _video = new VideoAssignment(this, _speakers);
        _hints = new PublishHints(this);
    }

    public string Name { get; }

    public long Epoch { get; set; }

    /// <summary>Who spoke, latest first.</summary>
    public IReadOnlyList<Peer> RecentSpeakers => _speakers.Recent;

    public RoomMediaPolicy Policy { get; set; }

    public List<Peer> Peers => _peers;

    public List<Track> Tracks => _tracks;

    public SlotSignals SlotSignals { get; }

    public QualityReports Quality { get; }

    public EgressPipeline Egress => _context.Egress;

    public ShardCounters Counters => _context.Counters;

    public IMediaListener Listener => _context.Listener;

    private ForwardTimes Forwarding => _context.Forwarding;

    /// <summary>Names us in the receiver reports we send.</summary>
    public byte[] Cname { get; } = CanonicalName.Create();

    public Instant QueuedFor { get; set; } = Instant.Never;

    public Instant NextDeadline => _peers.Count == 0 && Relays is null ? Instant.Never : Instant.Earlier(_assignmentDue, _speakers.NextDeadline);

    public NtpClock Clock => _context.Clock;

    public void OnDeadline(Instant now)
    {
        if (_assignmentDue <= now)
        {
            _assignmentDue = Instant.Never;
            _assignedAt = now;
            _video.AssignAll(now);
        }

        if (_speakers.NextDeadline > now)
            return;
        Quality.Run(now);
        if (_speakers.Run(now))
            _video.OnSpeakerChanged(now);
        _video.CheckHeld(now);
        _video.CheckLayers(now);
        _hints.CheckAll(now);
    }

    public void AddPeer(Peer peer)
    {
        _peers.Add(peer);
        _peersById[peer.Id] = peer;
    }

    public Peer? FindPeer(string id) => _peersById.GetValueOrDefault(id);

    public Track? FindTrack(string id) => _tracksById.GetValueOrDefault(id);

    /// <summary>A publisher, wherever its connection is.</summary>
    public Peer? FindOwner(string id) => FindPeer(id) ?? Relays?.FindOwner(id);

    public uint NextStreamNumber() => ++_nextStreamNumber;

    public void AddTrack(Track track)
    {
        track.Order = _nextTrackOrder++;
        _tracks.Add(track);
        _tracksById.TryAdd(track.Id, track);
        track.IsPublished = true;
        if (track.Relayed is null)
            Counters.Tracks++;
        track.Owner.Tracks.Add(track);
        if (track.Kind == TrackKind.Audio)
            _speakers.Add(track);
    }

    public void RemoveTrack(Instant now, Track track)
    {
        _tracks.Remove(track);
        track.IsPublished = false;
        if (_tracksById.GetValueOrDefault(track.Id) == track)
            _tracksById.Remove(track.Id);
        if (track.Relayed is null)
            Counters.Tracks--;
        track.Owner.Tracks.Remove(track);
        PeerAccounts.Settle(track.Owner);
        track.Owner.Streams.RemoveTrack(track);
        if (track.Kind == TrackKind.Audio)
            _audio.OnRemoved(track);
        while (track.SinkCount > 0)
            Assign(now, track.Sinks[0], null);
        Relays?.OnRemoved(track);
        TellLocals(track);
        if (track.IsStarted && track.Relayed is null)
            Listener.OnFact(new TrackEnded(Name, Epoch, track.Owner.Id, track.Id));
        ScheduleAssignment();
    }

    public void RemovePeer(Instant now, Peer peer)
    {
        if (!_peers.Remove(peer))
            return;
        _peersById.Remove(peer.Id);
        _voices -= peer.Voice is null ? 0 : 1;
        foreach (var track in peer.Tracks.ToArray())
            RemoveTrack(now, track);
        PeerAccounts.Settle(peer);
        if (peer.Transport.State == TransportState.Waiting && peer is { IsSocketTest: false, Voice: null })
            Counters.Connections.AddFailed();
        foreach (var slot in peer.VideoSlots.Concat(peer.AudioSlots))
            slot.Assign(now, null);
        SlotSignals.Forget(peer);
        Quality.Forget(peer);
        _context.Release(now, peer);
        ScheduleAssignment();
    }

    public void OnPeerConnected(Instant now, Peer peer)
    {
        peer.Reports.OnConnected(now);
        Quality.OnConnected();
        Count(ConnectionOutcome.Connected, peer);
        Listener.OnFact(new PeerConnected(
            Name, Epoch, peer.Id, peer.Transport.Path.Link == 0 ? "udp" : "tcp", peer.Transport.Profile.ToString()));
        _audio.Fill(now, peer);
        _video.Assign(now, peer);
        foreach (var slot in peer.VideoSlots)
            slot.AwaitLayer(now);
        if (peer.IsPublisher)
            OnPresence(peer);
    }

    public void OnPeerLost(Peer peer)
    {
        if (peer.Transport.Inbound is null)
            Counters.Connections.AddFailed();
        else
            Count(ConnectionOutcome.Lost, peer);
        Listener.OnFact(new PeerLost(Name, Epoch, peer.Id, peer.Transport.LossReason));
        if (peer.IsPublisher)
            OnPresence(peer); // its place goes to somebody who can be seen
    }

    private void Count(ConnectionOutcome outcome, Peer peer) =>
        Counters.Connections.Add(outcome, peer.Transport.Path.Link != 0, peer.Candidates.TypeOf(peer.Transport.Path));

    /// <summary>The first packet of a layer: a track exists for others from its first layer on.</summary>
    public void OnStream(Instant now, Track track, IngressStream stream, CodecEntry codec)
    {
        var first = !track.IsStarted;
        track.Codec = codec;
        if (track.Relayed is null)
            Relays?.OnStream(track, stream, codec);
        if (first)
        {
            if (track.Relayed is null)
                Listener.OnFact(new TrackStarted(Name, Epoch, track.Owner.Id, track.Id, track.Kind, track.Source, codec.Name, track.Muted));
            if (track.Kind == TrackKind.Audio)
                _audio.OnStarted(now, track);
            else
                ScheduleAssignment();
        }
        else
        {
            foreach (var slot in track.Sinks)
                slot.AwaitLayer(now);
        }
    }

    /// <summary>
    /// A layer is there that was not: with its first packet, which is a keyframe's, whoever waits for it and has the bandwidth for
    /// what it will cost may have it. The next keyframe would be a second away.
    /// </summary>
    public static void OnReturned(Instant now, IngressStream stream)
    {
        stream.Returned.OnReturned(now);
        var size = stream.Track.Encodings > 1 ? stream.Layer : stream.Rates.SpatialCount - 1;
        foreach (var slot in stream.Track.Sinks)
        {
            // Most of a large room shows it too small to care.
            if (slot.Cap.Spatial < size && slot.WantedLayer >= size && slot.Viewer.Congestion is { } congestion)
                slot.Viewer.Allocation.OnReturned(now, congestion);
            slot.AwaitLayer(now);
        }
    }

    /// <summary>Sends one stored packet to every slot that carries its track. THE loop over receivers.</summary>
    public DropReason Forward(Instant now, IngressStream stream, in PacketFacts facts)
    {
        var track = stream.Track;
        var isHeard = false;
        if (track.Kind == TrackKind.Audio)
        {
            var refusal = _audio.Consider(now, track, stream, facts);
            if (refusal != DropReason.None)
                return refusal;
            isHeard = _locals is { } locals && OfferLocals(now, locals, stream, facts);
        }
        else if (track.Muted)
        {
            return Skip(track, stream, facts.Sequence, DropReason.TrackMuted);
        }

        var sinks = track.Sinks;
        var begun = false;
        for (var i = 0; i < sinks.Length; i++)
        {
            FetchAhead.Offering(sinks, i);
            var slot = sinks[i];
            if (slot.Viewer.Transport.State != TransportState.Connected)
                continue;
            var before = slot.Source;
            Send(now, slot, stream, facts);
            begun |= slot.Source != before;
        }

        if (track.SinkCount > 0)
            Forwarding.OnWaiting(facts.Arrival, track.Kind);
        var relay = track.Relay;
        relay?.Cross(now, stream, facts);
        // Last: what is read again on the way takes the place of this packet in what the stream remembers of its layers.
        if (begun && facts.Sequence < stream.NewestSequence)
            CatchUp(now, stream, facts.Sequence);
        return track.SinkCount > 0 || isHeard || relay is { IsWanted: true } ? DropReason.None : DropReason.NobodyWatches;
    }

    private void Send(Instant now, Slot slot, IngressStream stream, in PacketFacts facts)
    {
        var reason = slot.Offer(now, stream, facts, out var pending);
        if (reason != DropReason.None)
        {
            Counters.Drop(reason, FlowDirection.Transmit, (DropKind)slot.Kind);
            return;
        }

        if (facts.IsSwitchPoint)
            pending.Flags |= PendingFlags.Keyframe;
        Egress.Enqueue(slot.Viewer, pending);
        if (facts.TemporalLayer == 0 && stream.Rates.Count > 1 && slot.Viewer.Congestion is { RepeatsBase: true })
            Repeat(now, slot, pending);
    }

    /// <summary>Sends a packet on the retransmission stream before anybody asks; it counts as a resend (L8).</summary>
    private void Repeat(Instant now, Slot slot, in PendingPacket sent)
    {
        var sequence = (ushort)sent.OutSequence;
        if (slot.Ledger!.CanRepeat && slot.Ledger.TryTake(now, sequence, slot.Viewer.RoundTrip.Milliseconds, out var entry) == ResendVerdict.Resend
            && Resending.TryMake(slot, sequence, entry, out var copy))
        {
            slot.Ledger.OnResent(copy.PayloadLength);
            Egress.Enqueue(slot.Viewer, copy);
            Counters.PacketsRetransmitted++;
        }
    }

    /// <summary>
    /// The start of the keyframe was lost and came as a repair: what followed it is here already, and the slots that begin
    /// with it would otherwise wait for another keyframe.
    /// </summary>
    private void CatchUp(Instant now, IngressStream stream, long after)
    {
        var newest = Math.Min(stream.NewestSequence, after + MostCaughtUp);
        for (var sequence = after + 1; sequence <= newest; sequence++)
        {
            if (!stream.History.TryGet(sequence, out var stored) || stream.Track.Owner.PayloadTypes[stored.PayloadType].Codec is not { } codec)
                continue;
            var facts = new PacketFacts
            {
                Sequence = sequence,
                Timestamp = stored.Timestamp,
                Marker = stored.Marker,
                PayloadType = stored.PayloadType,
                Arrival = stored.Arrival,
                AudioLevel = byte.MaxValue,
                Codec = codec,
                Descriptor = stored.Descriptor,
            };
            PayloadInspection.Inspect(stored.Payload, stream, ref facts);
            foreach (var slot in stream.Track.Sinks)
                if (slot.Source == stream && slot.BeganAt == after && slot.Viewer.Transport.State == TransportState.Connected)
                    Send(now, slot, stream, facts);
        }
    }

    /// <summary>Drops on purpose: the slots' numbering closes the gap, so that nobody asks for it again.</summary>
    public static DropReason Skip(Track track, IngressStream stream, long sequence, DropReason reason)
    {
        foreach (var slot in track.Sinks)
            slot.Skip(stream, sequence);
        track.Relay?.Skip(stream, sequence);
        return reason;
    }

    public void RequestKeyframe(Instant now, IngressStream stream, KeyframeReason reason)
    {
        if (stream.Keyframes is not { } governor)
            return;
        if (stream.Track.Relayed is { } relayed)
        {
            relayed.RequestKeyframe(now, stream, reason);
            return;
        }

        governor.Request(now, reason);
        var owner = stream.Track.Owner;
        owner.Reports.Advance(governor.NextDeadline);
        _context.Deadlines.Refresh(owner);
    }

    /// <summary>What is wanted of a track may have changed.</summary>
    public void CheckHint(Instant now, Track track) => _hints.Check(now, track);

    public void SetMuted(Instant now, Track track, bool muted)
    {
        if (track.Muted == muted)
            return;
        track.Muted = muted;
        if (muted)
            _speakers.Clear(track);
        RoomRelays.OnMuted(track);
        if (_voices > 0 && track.Kind == TrackKind.Video)
            ScheduleAssignment(); // who has one picture only is shown another one
        foreach (var slot in track.Sinks)
        {
            slot.OnMuted(now, muted);
            SlotSignals.Changed(slot);
            DivideAnew(now, slot.Viewer);
        }
    }

    public void SetView(Instant now, Peer peer, PeerView view)
    {
        peer.View = view;
        foreach (var wish in view.Slots)
            if (peer.FindSlot(wish.Mid) is { Kind: TrackKind.Video } slot)
                slot.Wish = wish;
        _audio.Fill(now, peer);
        _video.Assign(now, peer);
        foreach (var slot in peer.VideoSlots)
        {
            slot.AwaitLayer(now);
            if (slot.Track is { } track)
                _hints.Check(now, track);
        }

        DivideAnew(now, peer);
    }

    /// <summary>After a negotiation: new slots may be filled, gone ones are empty.</summary>
    public void OnNegotiated(Instant now, Peer peer)
    {
        _audio.Fill(now, peer);
        _video.Assign(now, peer);
        _context.Deadlines.Refresh(peer);
        _context.Deadlines.Refresh(this);
    }

    /// <summary>The one way a slot changes hands.</summary>
    public void Assign(Instant now, Slot slot, Track? track)
    {
        if (slot.Track == track)
            return;
        slot.Assign(now, track);
        if (track is { Relayed: { } relayed, Kind: TrackKind.Audio })
            relayed.Want(1);
        SlotSignals.Changed(slot);
        if (track is not null)
            _hints.Check(now, track);
        DivideAnew(now, slot.Viewer);
    }

    /// <summary>What a viewer is to see has changed, so its link's share-out must too.</summary>
    private void DivideAnew(Instant now, Peer viewer)
    {
        if (viewer.Congestion is not { } congestion)
            return;
        viewer.Allocation.Invalidate();
        congestion.Wake(now);
        _context.Deadlines.Refresh(viewer);
    }

    public void ScheduleAssignment()
    {
        // Many tracks start and end together (a storm of joins): one pass at the end of the turn serves them all, and where many
        // watch one pass serves all of a moment.
        _assignmentDue = Instant.Earlier(_assignmentDue, _peers.Count > ManyPeers ? _assignedAt.PlusMilliseconds(ManyPeersMs) : default);
        _context.Deadlines.Refresh(this);
    }
}
