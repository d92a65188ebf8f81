using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Diagnostics;

/// <summary>
/// How long packets take from socket to socket. Of each flush the oldest packet of sound and the oldest of video are measured,
/// by two readings of the clock the loop makes anyway: a packet costs one comparison, a flush two samples. What the pacer holds
/// back for a full link is not in it.
/// </summary>
internal sealed class ForwardTimes(SampleRing samples)
{
    private Instant _audio = Instant.Never;
    private Instant _video = Instant.Never;

    /// <summary>A packet that was read at <paramref name="arrival"/> waits for the next flush.</summary>
    public void OnWaiting(Instant arrival, TrackKind kind)
    {
        if (kind == TrackKind.Audio)
        {
            if (_audio == Instant.Never)
                _audio = arrival;
        }
        else if (_video == Instant.Never)
        {
            _video = arrival;
        }
    }

    /// <summary>The kernel has everything that waited.</summary>
    public void OnFlushed(Instant after)
    {
        Add(_audio, after, TrackKind.Audio);
        Add(_video, after, TrackKind.Video);
        _audio = _video = Instant.Never;
    }

    private void Add(Instant arrival, Instant after, TrackKind kind)
    {
        if (arrival != Instant.Never)
            samples.Add(new MediaSample(MediaMeasure.ForwardDuration, FlowDirection.Transmit, kind, default, (after - arrival).TotalSeconds));
    }
}
