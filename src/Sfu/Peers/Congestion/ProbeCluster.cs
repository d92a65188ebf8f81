namespace Sylk.Conference.Sfu.Peers.Congestion;

/// <summary>A short stretch of sending at a higher rate, to learn whether the link carries it.</summary>
/// <param name="Id">1–255, wraps.</param>
/// <param name="Rate">Bits per second.</param>
internal readonly record struct ProbeCluster(byte Id, double Rate, int LeastBytes)
{
    public const int LeastPackets = 5;
    private const double ShortestSeconds = 0.015;

    public static ProbeCluster Of(byte id, double rate) => new(id, rate, (int)(rate / 8 * ShortestSeconds));
}

/// <summary>What came of the newest clusters: the lower of the rates at which they left and came.</summary>
internal sealed class ProbeResults
{
    private const int Kept = 4;
    private const double LeastShare = 0.8;
    private const double MostRatio = 2;
    private const double SaturatedBelow = 0.9;
    private const double SaturatedUse = 0.95;
    private const long LongestNanoseconds = 1_000_000_000;

    private readonly Aggregate[] _clusters = new Aggregate[Kept];

    public void Begin(in ProbeCluster cluster)
    {
        ref var place = ref _clusters[cluster.Id % Kept];
        place = default;
        place.Cluster = cluster;
    }

    /// <summary>The rate measured with the help of this packet, bits per second; 0 while there is none.</summary>
    public double OnReceived(in PacketResult packet)
    {
        ref var cluster = ref _clusters[packet.Cluster % Kept];
        if (packet.Cluster == 0 || cluster.Cluster.Id != packet.Cluster)
            return 0;
        cluster.Add(packet);
        return cluster.Rate();
    }

    private struct Aggregate
    {
        public ProbeCluster Cluster;
        private int _packets;
        private int _bytes;
        private long _firstSent;
        private long _lastSent;
        private long _firstArrival;
        private long _lastArrival;
        private int _lastSentBytes;
        private int _firstArrivalBytes;

        public void Add(in PacketResult packet)
        {
            var sent = packet.SentAt.Nanoseconds;
            if (_packets == 0)
                (_firstSent, _lastSent, _firstArrival, _lastArrival) = (sent, long.MinValue, long.MaxValue, packet.ArrivedAt);
            _firstSent = Math.Min(_firstSent, sent);
            if (sent > _lastSent)
                (_lastSent, _lastSentBytes) = (sent, 0);
            if (sent == _lastSent)
                _lastSentBytes += packet.Bytes; // all that left at the last instant left after the span measured
            if (packet.ArrivedAt < _firstArrival)
                (_firstArrival, _firstArrivalBytes) = (packet.ArrivedAt, packet.Bytes);
            _lastArrival = Math.Max(_lastArrival, packet.ArrivedAt);
            _packets++;
            _bytes += packet.Bytes;
        }

        public readonly double Rate()
        {
            if (_packets < ProbeCluster.LeastPackets * LeastShare || _bytes < Cluster.LeastBytes * LeastShare)
                return 0;
            var sending = _lastSent - _firstSent;
            var arriving = _lastArrival - _firstArrival;
            if (sending <= 0 || arriving <= 0 || sending > LongestNanoseconds || arriving > LongestNanoseconds)
                return 0;
            var sent = (_bytes - _lastSentBytes) * 8e9 / sending;
            var received = (_bytes - _firstArrivalBytes) * 8e9 / arriving;
            if (received > MostRatio * sent)
                return 0;
            return received < SaturatedBelow * sent ? SaturatedUse * received : Math.Min(sent, received);
        }
    }
}
