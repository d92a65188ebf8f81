using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Quality;
using Sylk.Conference.Sfu.Routing.Layers;
using Sylk.Conference.Sfu.Routing.Rewriting;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Routing;

/// <summary>
/// A receive place in a viewer's connection: one SSRC for life, one line of sequence numbers and timestamps, and whatever
/// track the router puts into it. The viewer never renegotiates because of what it carries.
/// </summary>
internal sealed partial class Slot
{
    private readonly SlotRewriter _rewriter;
    private readonly SenderReportBuilder _reports;
    private readonly Vp8Rewriter? _vp8;
    private IngressStream? _waitingFor;
    private IngressStream? _previous;
    private readonly KeyframeRequestLimit _wishes = new();
    private ushort _newestKeyframe;

    public Slot(Peer viewer, SlotFormat format, int index, uint ssrc, uint rtxSsrc)
    {
        Viewer = viewer;
        Format = format;
        Index = index;
        Ssrc = ssrc;
        RtxSsrc = rtxSsrc;
        // A low start leaves room before the first wrap, where receivers guess the roll-over counter (RFC 3711 §3.3.1).
        var isAudio = format.Kind == TrackKind.Audio;
        _rewriter = new SlotRewriter(ssrc & 0x3FFF, unchecked(ssrc * 2654435761u), isAudio ? 48_000 : 90_000, isAudio);
        _reports = new SenderReportBuilder(isAudio, ssrc);
        RtxSequence = FirstRtxSequence = (rtxSsrc & 0x3FFF) + 1;
        if (isAudio)
            return;
        _vp8 = new Vp8Rewriter();
        Ledger = new ResendLedger();
    }

    public Peer Viewer { get; }

    public SlotFormat Format { get; set; }

    /// <summary>Place among the viewer's slots of the same kind.</summary>
    public int Index { get; }

    public uint Ssrc { get; }

    public uint RtxSsrc { get; }

    public long RtxSequence { get; private set; }

    public long FirstRtxSequence { get; }

    public TrackKind Kind => Format.Kind;

    public string Mid => Format.Mid;

    public Track? Track { get; private set; }

    /// <summary>The layer that flows now; null until the first packet after an assignment.</summary>
    public IngressStream? Source { get; private set; }

    /// <summary>Sequence number of <see cref="Source"/> that the slot began with.</summary>
    public long BeganAt { get; private set; } = -1;

    public ResendLedger? Ledger { get; }

    /// <summary>What the viewer asked this slot to show.</summary>
    public SlotWish? Wish { get; set; }

    /// <summary>Position in <see cref="Track"/>'s list of sinks.</summary>
    public int SinkIndex { get; set; } = -1;

    public SlotPhase Phase { get; set; } = SlotPhase.Paused;

    public Instant AssignedAt { get; private set; }

    public uint PacketsSent { get; set; }

    public uint OctetsSent { get; set; }

    /// <summary>Packets of sound that repeat earlier ones (RED).</summary>
    public uint RedundantSent { get; private set; }

    /// <summary>How the viewer says the slot's stream arrives; a field, updated in place.</summary>
    public RemoteReception Remote;

    public CountedTraffic Counted;

    /// <summary>What was lost on the way to the viewer in the last seconds.</summary>
    public LossWindow Loss;

    /// <summary>By how many sizes the picture is smaller than was asked for because the viewer's link carries no more.</summary>
    public int LayersMissing => Track is null || AllocatorPaused ? 0 : Math.Max(0, Math.Min(WantedLayer, Track.Layers.Length - 1) - Cap.Spatial);

    /// <summary>Highest layer wanted for the size the viewer shows it in (product §10.2: 180, 360, 720 lines).</summary>
    public int WantedLayer => _cannotTell && Track?.Encodings == 1 ? 0 : Wish is not { Height: > 0 } wish ? int.MaxValue : wish.Height <= 225 ? 0 : wish.Height <= 450 ? 1 : 2;

    /// <summary>The most the viewer's link carries of it.</summary>
    public LayerPoint Cap { get; private set; } = LayerPoint.Highest;

    /// <summary>The viewer's link carries nothing of it.</summary>
    public bool AllocatorPaused { get; private set; }

    /// <summary>What offering a packet reads and writes, fetched in two steps (<see cref="CacheLine"/>).</summary>
    public void FetchParts()
    {
        CacheLine.Fetch(Viewer, 2);
        CacheLine.Fetch(_rewriter, 2);
        CacheLine.Fetch(_vp8);
        CacheLine.Fetch(Ledger);
    }

    /// <summary>The second step: what those point to.</summary>
    public void FetchEntries()
    {
        _rewriter.FetchLine();
        _vp8?.FetchLine();
        Ledger?.FetchNext();
        CacheLine.Fetch(Viewer.Transport);
        CacheLine.Fetch(Viewer.Pending);
    }

    /// <summary>Sets the most that is sent; null for nothing (the page is told why).</summary>
    public void SetCap(Instant now, LayerPoint? cap)
    {
        if (cap is { } most)
            Cap = most;
        if (AllocatorPaused != cap is null)
        {
            AllocatorPaused = cap is null;
            if (AllocatorPaused)
                Stop();
            Phase = AllocatorPaused ? SlotPhase.Paused : SlotPhase.WaitingKeyframe;
            Viewer.Room.SlotSignals.Changed(this);
        }

        AwaitLayer(now);
    }

    public void Assign(Instant now, Track? track)
    {
        Track?.RemoveSink(this);
        Track = track;
        _previous = Source ?? _previous;
        Source = null;
        _rewriter.EndSource();
        _waitingFor = null;
        AssignedAt = now;
        AllocatorPaused = false;
        Cap = Viewer.Congestion is null ? LayerPoint.Highest : LayerPoint.Lowest;
        track?.AddSink(this);
        if (track is null)
            return;
        if (Kind == TrackKind.Audio)
            Phase = track.Muted ? SlotPhase.Paused : SlotPhase.Live;
        else
            AwaitLayer(now);
    }

    /// <summary>Chooses the layer to show and asks its publisher for a keyframe when it is not the one flowing.</summary>
    public void AwaitLayer(Instant now)
    {
        if (AllocatorPaused)
            return;
        var best = Track?.BestLayer(Math.Min(WantedLayer, Cap.Spatial), now);
        if (best == Source)
        {
            _waitingFor = null;
            if (best is not null && LacksSpatialLayer(best))
                Viewer.Room.RequestKeyframe(now, best, KeyframeReason.LayerUp);
            return;
        }

        if (best == _waitingFor && best is not null)
            return;
        _waitingFor = best;
        if (best is not null)
            Viewer.Room.RequestKeyframe(now, best, Source is null ? KeyframeReason.Subscribe : KeyframeReason.LayerUp);
        if (Source is null)
            Phase = SlotPhase.WaitingKeyframe;
    }

    /// <summary>The layer that is to flow as soon as it can.</summary>
    public IngressStream? Awaited => _waitingFor;

    /// <summary>All of the stream up to a number that has not come was left out on purpose.</summary>
    public void SkipThrough(IngressStream stream, long sequence)
    {
        if (stream == Source)
            _rewriter.DropThrough(sequence);
    }

    public void Skip(IngressStream stream, long sequence)
    {
        if (stream == Source)
            _rewriter.DropDeliberately(sequence);
    }

    /// <summary>Somebody speaks again after silence that was not forwarded.</summary>
    public void MarkTalkspurt() => _rewriter.MarkNext();

    public void OnMuted(Instant now, bool muted)
    {
        if (muted)
        {
            Phase = SlotPhase.Paused;
            return;
        }

        Phase = Kind == TrackKind.Audio ? SlotPhase.Live : AllocatorPaused ? SlotPhase.Paused : SlotPhase.WaitingKeyframe;
        if (Kind == TrackKind.Audio)
            return;
        Stop();
        AwaitLayer(now);
    }

    private void Stop()
    {
        _previous = Source ?? _previous;
        Source = null;
        _waitingFor = null;
        _rewriter.EndSource();
    }

    /// <summary>A decoder on the viewer's side lost its picture.</summary>
    public void RequestKeyframe(Instant now)
    {
        // Only what makes us ask counts against the viewer's limit (L7): an impatient one would have none left when it is stuck.
        if ((_waitingFor ?? Source) is not { Keyframes: { } keyframes } stream)
            return;
        if (keyframes.IsUnderWay(now, Viewer.RoundTrip.Milliseconds))
            Viewer.Room.Counters.KeyframesMerged++;
        else if (_wishes.Allow(now))
            Viewer.Room.RequestKeyframe(now, stream, KeyframeReason.DecoderLoss);
        else
            Viewer.Room.Counters.KeyframesRefused++;
    }

    /// <summary>
    /// The viewer still asks for a packet that it will not get. It holds back what follows and asks for a keyframe by itself only
    /// after seconds (browsers wait for three), so it is asked for here, unless one has begun since.
    /// </summary>
    /// <param name="sequence">As sent to the viewer, low 16 bits.</param>
    public void OnLostForGood(Instant now, ushort sequence)
    {
        if ((short)(sequence - _newestKeyframe) >= 0)
            RequestKeyframe(now);
    }

    /// <summary>Decides whether this packet of the slot's track goes out, switching to its layer where that is due.</summary>
    public DropReason Offer(Instant now, IngressStream stream, in PacketFacts facts, out PendingPacket pending)
    {
        pending = default;
        if (AllocatorPaused)
            return DropReason.PausedForBandwidth;
        if (stream != Source)
        {
            var refusal = TrySwitch(now, stream, facts);
            if (refusal != DropReason.None)
                return refusal;
        }

        var payloadType = Format.PayloadTypeOf(facts.Codec, out var primaryOnly);
        if (payloadType == 0)
            return DropReason.CodecNotNegotiated;
        if (facts.LayersUnknown || (_layering == Layering.Dependencies && !facts.HasDependencies))
            return DropReason.LayersUnknown;
        var known = FactsFor(stream, facts);
        if (_layering != Layering.None && LeavesOut(now, stream, facts, ref known))
            return DropReason.LayerNotWanted;
        if (!_rewriter.TryMap(now, known, out var mapped))
            return DropReason.RewriteTooLate;

        pending.Slot = this;
        pending.Source = stream;
        pending.SourceSequence = facts.Sequence;
        pending.OutSequence = mapped.ExtendedSequence;
        pending.OutTimestamp = mapped.Timestamp;
        pending.PayloadLength = primaryOnly ? facts.PrimaryLength : facts.PayloadLength;
        pending.PayloadType = payloadType;
        pending.Flags = (mapped.Marker ? PendingFlags.Marker : 0)
            | (Kind == TrackKind.Audio ? PendingFlags.Audio : 0)
            | (primaryOnly ? PendingFlags.PrimaryOfRed : 0);
        if (!TryRewriteDescriptor(stream, facts, ref pending))
            return DropReason.RewriteTooLate;
        if (facts.IsSwitchPoint)
            _newestKeyframe = (ushort)mapped.ExtendedSequence;
        if (facts.RepeatsEarlier && !primaryOnly)
            RedundantSent++;
        if (facts.Codec.Family == CodecFamily.Opus && Format.RedPayloadType != 0 && Viewer.Congestion is { Redundancy: > 0 })
            AddRedundancy(ref pending);
        Ledger?.Record(now, (ushort)mapped.ExtendedSequence, facts.PayloadLength, new LedgerEntry(
            stream.Number, facts.Sequence, mapped.Timestamp, mapped.Marker, payloadType,
            pending.PictureId, pending.Tl0PictureIndex, pending.KeyIndex, (byte)pending.Flags));
        return DropReason.None;
    }

    private void AddRedundancy(ref PendingPacket pending)
    {
        EgressRedundancy.Apply(ref pending);
        if ((pending.Flags & PendingFlags.Redundant) != 0)
            RedundantSent++;
    }

    /// <summary>The present source or the one before it: what a late NACK may still ask for.</summary>
    public IngressStream? SourceByNumber(uint number) =>
        Source?.Number == number ? Source : _previous?.Number == number ? _previous : null;

    public long TakeRtxSequence() => RtxSequence++;

    public bool TryReport(Instant now, out uint rtp) => _reports.TryReport(now, Source?.Clock.Line ?? default, _rewriter, out rtp);

    private DropReason TrySwitch(Instant now, IngressStream stream, in PacketFacts facts)
    {
        if (Kind == TrackKind.Video)
        {
            if (stream != _waitingFor && Source is not null)
                return DropReason.NobodyWatches;
            if (!facts.IsSwitchPoint)
            {
                // The keyframe asked for may have passed before we could use it; the governor limits how often we ask.
                if (!stream.Keyframes!.IsPending)
                    Viewer.Room.RequestKeyframe(now, stream, KeyframeReason.Subscribe);
                return DropReason.BeforeKeyframe;
            }
        }

        var kind = Source is null ? SwitchKind.Track : SwitchKind.Layer;
        if (_rewriter.BeginSource(now, FactsFor(stream, facts), kind, Source?.Clock.Line ?? default, stream.Clock.Line) != SwitchOutcome.Started)
        {
            Viewer.Room.RequestKeyframe(now, stream, KeyframeReason.SourceSwitch);
            return DropReason.BeforeKeyframe;
        }

        BeginLayers(stream, facts);
        _previous = Source ?? _previous;
        (Source, BeganAt) = (stream, facts.Sequence);
        _waitingFor = null;
        if (Phase != SlotPhase.Live)
        {
            Phase = SlotPhase.Live;
            Viewer.Room.SlotSignals.Changed(this);
        }

        return DropReason.None;
    }

    private bool TryRewriteDescriptor(IngressStream stream, in PacketFacts facts, ref PendingPacket pending)
    {
        if (facts.Codec.Family == CodecFamily.Vp8 && facts.Vp8.HasPicture)
        {
            if (!_vp8!.TryRewrite(facts.Vp8, out var numbers))
                return false;
            pending.PictureId = numbers.Picture;
            pending.Tl0PictureIndex = numbers.Tl0;
            pending.KeyIndex = numbers.KeyIndex;
            pending.Flags |= PendingFlags.RewriteVp8;
        }
        else if (facts.Codec.Family == CodecFamily.Vp9 && facts.Vp9.HasPicture)
        {
            if (!_vp9!.TryRewrite(facts.Vp9, out var numbers))
                return false;
            pending.PictureId = numbers.Picture;
            pending.Tl0PictureIndex = numbers.Tl0;
            pending.Flags |= PendingFlags.RewriteVp9;
        }
        else if (_layering == Layering.Dependencies)
        {
            RewriteDependencies(stream, facts, ref pending);
        }

        return true;
    }
}
