using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Rewriting;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Tests.Routing.Rewriting;

public class SlotRewriterTests
{
    private const int Clock = 90_000;

    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    private static SourcePacketFacts Packet(long source, long seq, uint ts, bool marker = true, bool starts = true, long picture = SourcePacketFacts.UnknownPicture) =>
        new(source, seq, ts, marker, starts, picture);

    private static SlotRewriter Video(in SourcePacketFacts first, long initial = 1_000, uint timestamp = 5_000)
    {
        var slot = new SlotRewriter(initial, timestamp, Clock, isAudio: false);
        slot.BeginSource(At(0), first, SwitchKind.Track);
        return slot;
    }

    private static long? Sequence(SlotRewriter slot, in SourcePacketFacts facts, double ms = 0) =>
        slot.TryMap(At(ms), facts, out var mapped) ? mapped.ExtendedSequence : null;

    [Fact(DisplayName = "E.19.1 sequence and timestamp wrap: roll-over count rises by one, also for packets reordered over the wrap")]
    public void Wraps()
    {
        var slot = Video(Packet(1, 65_533, uint.MaxValue - 10), initial: 65_534, timestamp: uint.MaxValue - 3_000);

        Assert.True(slot.TryMap(At(0), Packet(1, 65_533, uint.MaxValue - 10), out var first));
        Assert.True(slot.TryMap(At(0), Packet(1, 65_536, 6_000), out var third));
        Assert.True(slot.TryMap(At(0), Packet(1, 65_534, 2_989), out var late));

        Assert.Equal((ushort)65_534, first.Sequence);
        Assert.Equal(0u, first.RollOver);
        Assert.Equal((ushort)1, third.Sequence);
        Assert.Equal(1u, third.RollOver);
        Assert.Equal((ushort)65_535, late.Sequence);
        Assert.Equal(0u, late.RollOver);
        Assert.True(late.IsLate);
        Assert.Equal(uint.MaxValue - 3_000, first.Timestamp);
        Assert.Equal(3_010u, third.Timestamp);
        Assert.Equal(uint.MaxValue, late.Timestamp);
    }

    [Fact(DisplayName = "E.4 a loss stays a hole, a deliberate drop closes up, and late packets get the place that was theirs")]
    public void HolesAndDrops()
    {
        var slot = Video(Packet(1, 10, 0));
        Assert.Equal(1_000, Sequence(slot, Packet(1, 10, 0)));
        slot.DropDeliberately(11);
        Assert.Equal(1_002, Sequence(slot, Packet(1, 13, 6_000)));
        slot.DropDeliberately(14);
        Assert.Equal(1_003, Sequence(slot, Packet(1, 15, 9_000)));
        Assert.Equal(1_001, Sequence(slot, Packet(1, 12, 3_000)));
    }

    [Fact(DisplayName = "E.4 duplicates, dropped packets and packets older than the window or the switch are refused")]
    public void Refusals()
    {
        var slot = Video(Packet(1, 10, 0));
        Assert.Equal(1_000, Sequence(slot, Packet(1, 10, 0)));
        Assert.Null(Sequence(slot, Packet(1, 10, 0)));
        slot.DropDeliberately(11);
        Assert.Equal(1_001, Sequence(slot, Packet(1, 12, 0)));
        Assert.Null(Sequence(slot, Packet(1, 11, 0)));
        Assert.Null(Sequence(slot, Packet(1, 9, 0)));
        Assert.Null(Sequence(slot, Packet(2, 13, 0)));
        Assert.Equal(4_002, Sequence(slot, Packet(1, 3_013, 0)));
        Assert.Null(Sequence(slot, Packet(1, 900, 0)));
    }

    [Fact(DisplayName = "E.19.2 a switch with half a frame in flight leaves one number free; late packets of the old source are refused")]
    public void SwitchWithHalfFrame()
    {
        var slot = Video(Packet(1, 10, 0, marker: false));
        Sequence(slot, Packet(1, 10, 0, marker: false));
        Assert.Equal(SwitchOutcome.Started, slot.BeginSource(At(33), Packet(2, 500, 77_000), SwitchKind.Layer));
        Assert.Equal(1_002, Sequence(slot, Packet(2, 500, 77_000)));
        Assert.Null(Sequence(slot, Packet(1, 11, 0)));
    }

    [Fact(DisplayName = "E.4 a switch after a complete frame takes the next number")]
    public void SwitchAfterWholeFrame()
    {
        var slot = Video(Packet(1, 10, 0));
        Sequence(slot, Packet(1, 10, 0));
        slot.BeginSource(At(33), Packet(2, 500, 77_000), SwitchKind.Layer);
        Assert.Equal(1_001, Sequence(slot, Packet(2, 500, 77_000)));
    }

    [Fact(DisplayName = "E.19.2 the keyframe's second packet before its first: not sent before the switch, in its place after")]
    public void KeyframeReordered()
    {
        var slot = Video(Packet(1, 10, 0));
        Sequence(slot, Packet(1, 10, 0));
        Assert.Null(Sequence(slot, Packet(2, 501, 77_000)));
        slot.BeginSource(At(33), Packet(2, 500, 77_000), SwitchKind.Layer);
        Assert.Equal(1_001, Sequence(slot, Packet(2, 500, 77_000, marker: false)));
        Assert.Equal(1_003, Sequence(slot, Packet(2, 502, 77_000)));
        Assert.Equal(1_002, Sequence(slot, Packet(2, 501, 77_000, marker: false)));
    }

    [Theory(DisplayName = "E.4 first timestamp after a layer switch, by sender reports where they are believable")]
    [InlineData(100, 40, 3_600)] // on the former source's line
    [InlineData(100, 10, 900)] // behind the wall clock but ahead of what was sent: believed
    [InlineData(100, 200, 9_000)] // more than 25 ms ahead of the wall clock: the wall clock
    [InlineData(100, -40, 1)] // up to 50 ms behind: just after the last
    public void LayerSwitchTimestamp(int elapsedMs, int captureMs, int expectedStep)
    {
        var slot = Video(Packet(1, 10, 1_000));
        slot.TryMap(At(0), Packet(1, 10, 1_000), out var before);
        var former = new ClockLine(At(0), 1_000, Clock);
        var next = new ClockLine(At(captureMs), 77_000, Clock);

        slot.BeginSource(At(elapsedMs), Packet(2, 500, 77_000), SwitchKind.Layer, former, next);
        slot.TryMap(At(elapsedMs), Packet(2, 500, 77_000), out var after);

        Assert.Equal(expectedStep, (int)(after.Timestamp - before.Timestamp));
    }

    [Fact(DisplayName = "E.4 a layer more than 50 ms behind is asked for another keyframe once, then taken just after the last timestamp")]
    public void FarBehindWaitsOnce()
    {
        var slot = Video(Packet(1, 10, 1_000));
        slot.TryMap(At(0), Packet(1, 10, 1_000), out var before);
        var former = new ClockLine(At(0), 1_000, Clock);
        var next = new ClockLine(At(-80), 77_000, Clock);

        Assert.Equal(SwitchOutcome.WaitForKeyframe, slot.BeginSource(At(50), Packet(2, 500, 77_000), SwitchKind.Layer, former, next));
        Assert.Equal(1, slot.Source);
        Assert.Equal(SwitchOutcome.Started, slot.BeginSource(At(90), Packet(2, 520, 77_000), SwitchKind.Layer, former, next));
        slot.TryMap(At(90), Packet(2, 520, 77_000), out var after);
        Assert.Equal(before.Timestamp + 1, after.Timestamp);
    }

    [Fact(DisplayName = "E.4 without sender reports, and after a pause, the wall clock says where a source begins")]
    public void WallClockWithoutReports()
    {
        var slot = Video(Packet(1, 10, 1_000));
        slot.TryMap(At(0), Packet(1, 10, 1_000), out var before);
        slot.EndSource();
        slot.BeginSource(At(60_000), Packet(1, 900, 400), SwitchKind.Resume);
        slot.TryMap(At(60_000), Packet(1, 900, 400), out var after);
        Assert.Equal(60u * Clock, after.Timestamp - before.Timestamp);
        Assert.Equal(before.ExtendedSequence + 1, after.ExtendedSequence);
    }

    [Fact(DisplayName = "E.4 an audio slot's new talker starts with a marker at the next number, half frame or not")]
    public void AudioSwitch()
    {
        var slot = new SlotRewriter(7, 0, 48_000, isAudio: true);
        slot.BeginSource(At(0), Packet(1, 10, 0, marker: false), SwitchKind.Track);
        slot.TryMap(At(0), Packet(1, 10, 0, marker: false), out var first);
        slot.TryMap(At(20), Packet(1, 11, 960, marker: false), out var second);
        slot.BeginSource(At(40), Packet(2, 99, 5, marker: false), SwitchKind.Track);
        slot.TryMap(At(40), Packet(2, 99, 5, marker: false), out var third);

        Assert.True(first.Marker);
        Assert.False(second.Marker);
        Assert.True(third.Marker);
        Assert.Equal(9, third.ExtendedSequence);
        Assert.Equal(second.Timestamp + 960, third.Timestamp);
    }

    [Fact(DisplayName = "E.13 after silence was dropped the numbers go on, the time ran on and the marker says so")]
    public void ResumeAfterSilence()
    {
        var slot = new SlotRewriter(7, 0, 48_000, isAudio: true);
        slot.BeginSource(At(0), Packet(1, 10, 0), SwitchKind.Track);
        slot.TryMap(At(0), Packet(1, 10, 0, marker: false), out _);
        for (var seq = 11; seq < 61; seq++) slot.DropDeliberately(seq);
        slot.MarkNext();
        slot.TryMap(At(1_020), Packet(1, 61, 51 * 960, marker: false), out var resumed);
        Assert.Equal((8, 51u * 960, true), (resumed.ExtendedSequence, resumed.Timestamp, resumed.Marker));
    }

    [Fact(DisplayName = "E.4 a jump of the source too large to be loss is closed to one free number")]
    public void LargeJump()
    {
        var slot = Video(Packet(1, 10, 0));
        Sequence(slot, Packet(1, 10, 0));
        Assert.Equal(1_002, Sequence(slot, Packet(1, 40_000, 3_000)));
        Assert.Equal(1_003, Sequence(slot, Packet(1, 40_001, 3_000)));
        Assert.Null(Sequence(slot, Packet(1, 39_999, 3_000)));
    }
}
