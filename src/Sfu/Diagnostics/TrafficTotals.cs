namespace Sylk.Conference.Sfu.Diagnostics;

/// <summary>
/// A shard's media by direction and kind. Packets are counted where they are handled, by stream and by slot; once a second, and
/// when one ends, what came since is added here, so that the packet path has nothing to do for it.
/// </summary>
internal sealed class TrafficTotals
{
    private readonly Line[] _lines = new Line[4];

    public ref Line this[FlowDirection direction, TrackKind kind] => ref _lines[((int)direction * 2) + (int)kind];

    public struct Line
    {
        public long Packets;

        /// <summary>Octets of payload, as RTCP counts them (RFC 3550 §6.4.1).</summary>
        public long Octets;

        /// <summary>Packets the far end sent and we did not get, or we sent and the far end says it did not get.</summary>
        public long Lost;

        /// <summary>Packets that came or went again because they were missing.</summary>
        public long Repaired;

        /// <summary>Packets of sound that went out with earlier ones in them (RED).</summary>
        public long Redundant;
    }
}

/// <summary>What of one stream or slot is in the totals already. Counters of 32 bits may wrap between two times.</summary>
internal struct CountedTraffic
{
    private uint _packets;
    private uint _octets;
    private long _lost;
    private uint _repaired;
    private uint _redundant;

    public void AddTo(ref TrafficTotals.Line line, uint packets, uint octets, long lost, uint repaired = 0, uint redundant = 0)
    {
        line.Packets += packets - _packets;
        line.Octets += octets - _octets;
        line.Repaired += repaired - _repaired;
        line.Redundant += redundant - _redundant;
        line.Lost += Math.Max(0, lost - _lost);
        (_packets, _octets, _repaired, _redundant) = (packets, octets, repaired, redundant);
        _lost = Math.Max(_lost, lost); // what comes late is lost no more, yet a total never falls
    }
}
