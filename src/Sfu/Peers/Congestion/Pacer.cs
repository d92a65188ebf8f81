using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>
/// How many bytes one receiver may be sent now: little more than its estimate, in slots of 5 ms, so that a keyframe does not
/// fill the queue in front of its link, which would look like congestion where we send little otherwise. Usual frames find enough saved up and leave at once, as one run.
/// </summary>
internal sealed class Pacer
{
    public const int SlotMs = 5;
    private const double Factor = 1.05;
    private const double BurstSeconds = 0.010;

    /// <summary>A whole frame, where the link carries more than is wanted in all: it is gone before the next one.</summary>
    private const double RoomyBurstSeconds = 0.040;

    /// <summary>More than the estimate carries in this time is not worth sending: see <see cref="Excess"/>.</summary>
    private const double LongestQueueSeconds = 0.5;
    private const double LeastQueueBytes = 15_000;

    private ProbeCluster _probe;
    private Instant _probeBegan;
    private int _probeBytes;
    private int _probePackets;
    private double _saved;
    private Instant _savedAt;

    /// <summary>When what was left behind, or the probe, goes on.</summary>
    public Instant NextAt { get; private set; } = Instant.Never;

    public bool IsProbing => _probe.Id != 0;

    /// <summary>The cluster that what is sent now belongs to; 0 for none.</summary>
    public byte Cluster => _probe.Id;

    /// <summary>What one probe packet should measure, so that the cluster has enough of them and no more bytes than it needs.</summary>
    public int ProbePacketBytes => _probe.LeastBytes / ProbeCluster.LeastPackets;

    /// <summary>Bytes that may leave now; negative after more left than was allowed (audio always does).</summary>
    /// <param name="target">Estimate, bits per second.</param>
    /// <param name="isRoomy">More is known to fit than is wanted.</param>
    public double Refill(Instant now, double target, bool isRoomy)
    {
        var rate = Math.Max(Factor * target, IsProbing ? _probe.Rate : 0) / 8;
        var most = rate * (isRoomy ? RoomyBurstSeconds : BurstSeconds);
        var passed = Math.Clamp((now - _savedAt).TotalSeconds, 0, 1);
        _savedAt = now;
        _saved = Math.Clamp(_saved + (rate * passed), -rate * LongestQueueSeconds, most);
        return _saved;
    }

    /// <summary>Bytes by which what waits exceeds what may: the estimate fell and the allocator has asked for less already.</summary>
    public static double Excess(double target, int waiting) => waiting - Math.Max(LeastQueueBytes, target / 8 * LongestQueueSeconds);

    public void Leave(Instant now, bool somethingWaits) => NextAt = somethingWaits ? now.PlusMilliseconds(SlotMs) : Instant.Never;

    public void OnSent(int bytes, int packets)
    {
        _saved -= bytes;
        if (!IsProbing)
            return;
        _probeBytes += bytes;
        _probePackets += packets;
    }

    public void BeginProbe(Instant now, in ProbeCluster cluster)
    {
        _probe = cluster;
        _probeBegan = now;
        _probeBytes = _probePackets = 0;
        NextAt = now;
    }

    public void EndProbe() => _probe = default;

    /// <summary>True while the probe is owed another packet now; ends the probe when it has all it needs.</summary>
    public bool OwesProbe(Instant now)
    {
        if (!IsProbing)
            return false;
        if (_probePackets >= ProbeCluster.LeastPackets && _probeBytes >= _probe.LeastBytes)
        {
            EndProbe();
            return false;
        }

        var next = _probeBegan + TimeSpan.FromSeconds(_probeBytes * 8 / _probe.Rate);
        if (next <= now)
            return true;
        NextAt = Instant.Earlier(NextAt, next);
        return false;
    }
}
