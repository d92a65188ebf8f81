using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Quality;

/// <summary>How one participant's connection does, each way; looked at every 2 s from counters that are kept anyway.</summary>
internal sealed class PeerQuality(Peer peer)
{
    public const int IntervalMs = 2_000;

    /// <summary>A slot that changed hands begins small and grows: that is no shortage yet.</summary>
    private const int GrowingMs = 5_000;

    private SteadyScore _up = new();
    private SteadyScore _down = new();

    public SteadyScore Up => _up;

    public SteadyScore Down => _down;

    public ClientNews Client { get; } = new();

    /// <summary>True when a score or its cause changed.</summary>
    public bool Look(Instant now)
    {
        Client.Expire(now);
        var changed = LookUp(now);
        return LookDown(now) || changed;
    }

    private bool LookUp(Instant now)
    {
        KindSum audio = default, video = default;
        foreach (var stream in peer.Streams.Streams)
        {
            if (stream.LookedAt == now)
                continue; // stands twice in the table
            stream.LookedAt = now;
            stream.Loss.Look(stream.Reception.Expected, stream.Reception.Expected - stream.Reception.Received);
            if (!stream.IsActive(now) || stream.Track.Muted)
                continue;
            ref var sum = ref stream.Track.Kind == TrackKind.Audio ? ref audio : ref video;
            sum.AddStream(stream.Loss, stream.Reception.Jitter * 1000.0 / stream.ClockRate);
        }

        if (Client.IsBandwidthLimited && video.IsPresent)
            video.AddPicture(isPaused: false, layersMissing: 1, 0);
        return Judge(FlowDirection.Receive, ref _up, audio, video, redundancy: 0, Client.IsCpuLimited);
    }

    private bool LookDown(Instant now)
    {
        KindSum audio = default, video = default;
        foreach (var slot in peer.AudioSlots)
            if (Look(slot))
                audio.AddStream(slot.Loss, slot.Remote.Jitter / 48.0);
        foreach (var slot in peer.VideoSlots)
        {
            if (Look(slot))
                video.AddStream(slot.Loss, slot.Remote.Jitter / 90.0);
            if (slot.Track is { Muted: false } && now >= slot.AssignedAt.PlusMilliseconds(GrowingMs))
                video.AddPicture(slot.AllocatorPaused, slot.LayersMissing, Client.FreezesOf(slot));
        }

        return Judge(FlowDirection.Transmit, ref _down, audio, video, peer.Congestion?.Redundancy ?? 0, isCpuLimited: false);
    }

    /// <returns>Something is sent there that the receiver reports on.</returns>
    private static bool Look(Slot slot)
    {
        slot.Loss.Look(slot.Remote.Expected, slot.Remote.Lost);
        return slot.Track is { Muted: false } && slot.Remote.IsKnown;
    }

    private bool Judge(FlowDirection direction, ref SteadyScore steady, in KindSum audio, in KindSum video, int redundancy, bool isCpuLimited)
    {
        if (!audio.IsPresent && !video.IsPresent)
            return steady.Update(QualityScore.Best, QualityCause.None);
        var roundTrip = peer.RoundTrip.IsKnown ? peer.RoundTrip.SmoothedMicroseconds / 1_000 : 0;
        var (score, cause) = (QualityScore.Best, QualityCause.None);
        if (audio.IsPresent)
            (score, cause) = Sampled(direction, TrackKind.Audio, audio.Total(roundTrip, redundancy));
        if (video.IsPresent)
        {
            var seen = Sampled(direction, TrackKind.Video, video.Total(roundTrip, 0) with { IsCpuLimited = isCpuLimited });
            if (seen.Score < score)
                (score, cause) = seen;
        }

        return steady.Update(score, cause);
    }

    private (int Score, QualityCause Cause) Sampled(FlowDirection direction, TrackKind kind, in LineConditions line)
    {
        var judged = QualityScore.Of(kind, line);
        peer.Room.Counters.Samples.Add(new MediaSample(MediaMeasure.QualityScore, direction, kind, peer.Kind, judged.Score));
        return judged;
    }
}
