using Sylk.Conference.Protocols.Rtcp;

namespace Sylk.Conference.Sfu.Routing.Streams;

/// <summary>How a receiver says one of our streams arrives (RFC 3550 §6.4.1): totals that only grow, from reports that may lie.</summary>
internal struct RemoteReception
{
    private const int MostPerReport = 100_000;

    private uint _highest;
    private int _cumulative;

    /// <summary>The receiver has reported.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Packets the receiver should have got.</summary>
    public long Expected { get; private set; }

    public long Lost { get; private set; }

    /// <summary>In units of the RTP clock.</summary>
    public uint Jitter { get; private set; }

    public void OnReport(in ReportBlock block)
    {
        if (block.ExtendedHighestSequence == 0)
            return;
        var expected = IsKnown ? (int)(block.ExtendedHighestSequence - _highest) : 0;
        if (expected is < 0 or > MostPerReport)
            expected = 0;
        Expected += expected;
        Lost += Math.Clamp(block.CumulativeLost - (long)_cumulative, 0, expected);
        (_highest, _cumulative, Jitter, IsKnown) = (block.ExtendedHighestSequence, block.CumulativeLost, block.Jitter, true);
    }
}
