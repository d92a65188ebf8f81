using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Rewriting;

namespace Sylk.Conference.Sfu.Tests.Routing.Rewriting;

/// <summary>Frames of three packets; frame 1 is kept (10..12), frame 2 dropped (13..15), frame 3 kept (16..18).</summary>
public class DroppedFrameGapTests
{
    private readonly SlotRewriter _slot = new(100, 0, 90_000, isAudio: false);

    private static SourcePacketFacts Packet(long seq)
    {
        var frame = (seq - 10) / 3;
        var place = (seq - 10) % 3;
        return new SourcePacketFacts(1, seq, (uint)(frame * 3_000), place == 2, place == 0, 50 + frame);
    }

    // Feeds the packets in order: those of frame 2 are dropped on purpose. Gives the numbers of the kept ones.
    private List<long> Run(params long[] arrivals)
    {
        _slot.BeginSource(new Instant(0), Packet(arrivals[0]), SwitchKind.Track);
        var kept = new List<long>();
        foreach (var seq in arrivals)
        {
            var packet = Packet(seq);
            if (seq is >= 13 and <= 15) _slot.DropDeliberately(packet);
            else if (_slot.TryMap(new Instant(0), packet, out var mapped)) kept.Add(mapped.ExtendedSequence);
        }

        return kept;
    }

    [Fact(DisplayName = "E.19.3 scenario A: lost inside the dropped frame, proven dropped, closed")]
    public void InsideDropped() => Assert.Equal([100, 101, 102, 103, 104, 105], Run(10, 11, 12, 13, 15, 16, 17, 18));

    [Fact(DisplayName = "E.19.3 scenario B: lost inside a kept frame, stays a hole")]
    public void InsideKept() => Assert.Equal([100, 102, 103, 104, 105], Run(10, 12, 13, 14, 15, 16, 17, 18));

    [Fact(DisplayName = "E.19.3 scenario C: the dropped frame's first packet lost after a marker, closed")]
    public void BorderBeforeDropped() => Assert.Equal([100, 101, 102, 103, 104, 105], Run(10, 11, 12, 14, 15, 16, 17, 18));

    [Fact(DisplayName = "E.19.3 scenario C: the dropped frame's last packet lost before a frame start, closed")]
    public void BorderAfterDropped() => Assert.Equal([100, 101, 102, 103, 104, 105], Run(10, 11, 12, 13, 14, 16, 17, 18));

    [Fact(DisplayName = "E.19.3 scenario C: the kept frame's marker lost before the dropped frame, stays a hole")]
    public void MarkerLost() => Assert.Equal([100, 101, 103, 104, 105], Run(10, 11, 13, 14, 15, 16, 17, 18));

    [Fact(DisplayName = "E.19.3 scenario C: the next kept frame's first packet lost after the dropped frame, stays a hole")]
    public void StartLost() => Assert.Equal([100, 101, 102, 104, 105], Run(10, 11, 12, 13, 14, 15, 17, 18));

    [Fact(DisplayName = "E.19.3 scenario D: the whole frame lost, nobody knows it would have been dropped, stays a hole")]
    public void WholeFrameLost() => Assert.Equal([100, 101, 102, 106, 107, 108], Run(10, 11, 12, 16, 17, 18));

    [Fact(DisplayName = "E.19.3 a packet that comes after its gap was closed is discarded")]
    public void LateInClosedGap()
    {
        Run(10, 11, 12, 13, 15, 16);
        Assert.False(_slot.TryMap(new Instant(0), Packet(14), out _));
    }
}
