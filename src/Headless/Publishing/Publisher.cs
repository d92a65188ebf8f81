using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;

namespace Sylk.Conference.Headless.Publishing;

/// <summary>What to publish.</summary>
/// <param name="Bitrate">Of the video, in bits per second; 0 for none.</param>
/// <param name="Fps">Nominal frames per second, 1..120; see <see cref="FramesPerSecond"/>.</param>
/// <param name="AudioOctets">Payload of one audio packet (50 a second); 0 for none.</param>
public sealed record PublishPlan(int Bitrate = 1_000_000, int Fps = 30, int AudioOctets = 80)
{
    /// <summary>
    /// What is sent: cameras keep the colour-television rate, 1000/1001 of the nominal one, so a picture's phase against the
    /// sound card moves on.
    /// </summary>
    public double FramesPerSecond => Fps / 1.001;
}

/// <summary>
/// Sends a tone and a pattern over one peer once it is connected, answers keyframe requests and NACK, sends sender reports
/// each second.
/// </summary>
public sealed class Publisher
{
    private readonly ToneSource? _tone;
    private readonly PatternSource? _pattern;
    private readonly TimeProvider _time;
    private readonly byte[] _rtcp = new byte[256];
    private Instant _reportDue = Instant.Never;
    private bool _started;

    public Publisher(PublishPlan plan, TimeProvider time)
    {
        _time = time;
        Ssrcs = PublishedSsrcs.Random(plan.AudioOctets > 0, plan.Bitrate > 0);
        var numbers = new TransportNumbers();
        if (Ssrcs.Audio != 0)
            _tone = new ToneSource(new PublishedStream(Ssrcs.Audio, PeerOffer.OpusPayloadType, 0, numbers), plan.AudioOctets);
        if (Ssrcs.Video != 0)
        {
            var stream = new PublishedStream(Ssrcs.Video, PeerOffer.Vp8PayloadType, _tone is null ? 0 : 1, numbers);
            _pattern = new PatternSource(stream, Ssrcs.VideoRtx, plan with { Fps = Math.Clamp(plan.Fps, 1, 120) });
        }
    }

    public PublishedSsrcs Ssrcs { get; }

    public long PacketsSent => (_tone?.Stream.Packets ?? 0) + (long)(_pattern?.Stream.Packets ?? 0);

    public long KeyframesSent => _pattern?.KeyframesSent ?? 0;

    public long PacketsResent => _pattern?.Resent ?? 0;

    /// <summary>From now on video has this many times the planned bitrate, 1 or more: somebody who does not keep to what was agreed.</summary>
    public void Exceed(int times) => _pattern?.Excess = Math.Max(1, times);

    public Instant NextDeadline => !_started ? Instant.Never : Instant.Earlier(
        _reportDue, Instant.Earlier(_tone?.NextDeadline ?? Instant.Never, _pattern?.NextDeadline ?? Instant.Never));

    public void Tick(HeadlessPeer peer, Instant now)
    {
        if (peer.State != PeerState.Connected)
            return;
        if (!_started)
            Start(now);
        _tone?.Tick(peer, now);
        _pattern?.Tick(peer, now);
        if (now >= _reportDue)
            Report(peer, now);
    }

    /// <summary>Obeys PLI, FIR and NACK for streams of ours.</summary>
    public void ReceiveRtcp(HeadlessPeer peer, ReadOnlySpan<byte> compound)
    {
        var reader = new RtcpReader(compound);
        while (reader.TryRead(out var block))
        {
            if (block.TryGetPli(out var pli) && pli.MediaSsrc == Ssrcs.Video)
                _pattern?.RequestKeyframe();
            else if (block.TryGetFir(out _))
                _pattern?.RequestKeyframe();
            else if (block.TryGetNack(out var nack) && nack.MediaSsrc == Ssrcs.Video)
                Resend(peer, nack);
        }
    }

    private void Start(Instant now)
    {
        _started = true;
        _tone?.Start(now);
        _pattern?.Start(now);
        _reportDue = now.PlusMilliseconds(100);
    }

    private void Resend(HeadlessPeer peer, Nack nack)
    {
        foreach (var sequence in nack)
            _pattern?.Resend(peer, sequence);
    }

    private void Report(HeadlessPeer peer, Instant now)
    {
        _reportDue = now.PlusMilliseconds(1000);
        var wallClock = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        if (_tone is not null)
            Report(peer, _tone.Stream, wallClock, _tone.Timestamp);
        if (_pattern is not null)
            Report(peer, _pattern.Stream, wallClock, _pattern.Timestamp);
    }

    private void Report(HeadlessPeer peer, PublishedStream stream, long wallClock, uint timestamp)
    {
        var writer = new RtcpWriter(_rtcp);
        writer.AppendSenderReport(stream.Ssrc, stream.Report(wallClock, timestamp));
        writer.AppendCname(stream.Ssrc, "headless"u8);
        peer.SendRtcp(_rtcp, writer.Length);
    }
}
