using CsCheck;
using Sylk.Conference.Protocols.Rtp;

namespace Sylk.Conference.Protocols.Tests.Rtp;

public sealed class SequenceTests
{
    [Fact(DisplayName = "E.19-1 sequence numbers unwrap over 65,535 with reordering on both sides")]
    public void Sequence_wraps()
    {
        var unwrapper = default(SequenceUnwrapper);
        ushort[] wire = [65_533, 65_535, 0, 65_534, 2, 1];
        long[] extended = [65_533, 65_535, 65_536, 65_534, 65_538, 65_537];
        Assert.Equal(extended, wire.Select(s => unwrapper.Unwrap(s)));
        Assert.Equal(65_537, unwrapper.Last);
        Assert.Equal(65_540, unwrapper.Peek(4));
        Assert.Equal(65_537, unwrapper.Last);
    }

    [Fact(DisplayName = "E.19-1 a number before the first comes out before it")]
    public void Before_the_first()
    {
        var unwrapper = default(SequenceUnwrapper);
        Assert.Equal(0, unwrapper.Unwrap(0));
        Assert.Equal(-1, unwrapper.Unwrap(65_535));
        Assert.Equal(65_535, (ushort)unwrapper.Last);
    }

    [Fact(DisplayName = "E.19-1 timestamps unwrap over 2^32")]
    public void Timestamp_wraps()
    {
        var unwrapper = default(TimestampUnwrapper);
        Assert.Equal(0xFFFF_FF00, unwrapper.Unwrap(0xFFFF_FF00));
        Assert.Equal(0x1_0000_0100, unwrapper.Unwrap(0x100));
        Assert.Equal(0xFFFF_FFFF, unwrapper.Unwrap(0xFFFF_FFFF));
    }

    [Fact]
    public void Any_walk_with_steps_below_half_the_space_is_followed_exactly() =>
        Gen.Select(Gen.UShort, Gen.Int[-32_768, 32_767].Array[1, 50]).Sample((first, steps) =>
        {
            var unwrapper = default(SequenceUnwrapper);
            long at = first;
            Assert.Equal(at, unwrapper.Unwrap(first));
            foreach (var step in steps)
            {
                at += step;
                Assert.Equal(at, unwrapper.Unwrap((ushort)at));
            }
        });

    [Fact(DisplayName = "V-16 a source is valid after two packets in sequence (A.1)")]
    public void Probation()
    {
        var source = default(SourceSequence);
        Assert.False(source.Update(10));
        Assert.False(source.Update(12));
        Assert.False(source.IsValid);
        Assert.True(source.Update(13));
        Assert.True(source.IsValid);
        Assert.Equal(13, source.Base);
        Assert.Equal(1, source.Received);
    }

    [Fact(DisplayName = "V-16 a wrap counts a cycle, a late packet does not (A.1)")]
    public void Cycles()
    {
        var source = default(SourceSequence);
        source.Update(65_533);
        source.Update(65_534);
        Assert.True(source.Update(1));
        Assert.True(source.Update(65_535));
        Assert.Equal(0x1_0001u, source.ExtendedHighest);
        Assert.Equal(4, source.Expected);
        Assert.Equal(3, source.Received);
    }

    [Fact(DisplayName = "V-16 a jump of 3,000 needs a second packet that confirms it (A.1)")]
    public void Jump()
    {
        var source = default(SourceSequence);
        source.Update(1);
        source.Update(2);
        Assert.True(source.Update(3001));
        Assert.False(source.Update(6001));
        Assert.Equal(3001u, source.ExtendedHighest);
        Assert.False(source.Update(40_000));
        Assert.True(source.Update(40_001));
        Assert.Equal(40_001u, source.ExtendedHighest);
        Assert.Equal(40_001, source.Base);
        Assert.Equal(1, source.Restarts);
        Assert.True(source.Update(39_902), "99 behind is reordering");
        Assert.False(source.Update(39_901 - 1), "more than 100 behind is not");
    }

    [Fact(DisplayName = "V-16 fraction and cumulative loss (A.3)")]
    public void Loss()
    {
        var statistics = default(ReceptionStatistics);
        statistics.Accept(100);
        for (ushort s = 100; s < 200; s++)
            if (s % 4 != 3) statistics.Update(s, 0, 0);
        var report = statistics.TakeLossReport();
        // 100..198: the last of the hundred is itself lost and not yet expected.
        Assert.Equal(99, statistics.Expected);
        Assert.Equal(24, report.Cumulative);
        Assert.Equal((24 << 8) / 99, report.Fraction);
        Assert.Equal(198u, report.ExtendedHighest);

        for (ushort s = 199; s < 210; s++) statistics.Update(s, 0, 0);
        Assert.Equal(new LossReport(0, 24, 209), statistics.TakeLossReport());
        Assert.Equal(new LossReport(0, 24, 209), statistics.TakeLossReport());
    }

    [Fact(DisplayName = "V-16 duplicates make the loss negative, and it never passes 24 bits (A.3)")]
    public void Clamp()
    {
        var statistics = default(ReceptionStatistics);
        statistics.Accept(5);
        for (var i = 0; i < 4; i++) statistics.Update(5, 0, 0);
        Assert.Equal(new LossReport(0, -3, 5), statistics.TakeLossReport());

        var lossy = default(ReceptionStatistics);
        lossy.Accept(0);
        for (var i = 0; i < 9000; i++) lossy.Update((ushort)(i * 2900), 0, 0);
        var report = lossy.TakeLossReport();
        Assert.Equal(0x7F_FFFF, report.Cumulative);
        Assert.Equal(255, report.Fraction);
    }

    [Fact(DisplayName = "V-16 jitter follows the integer recursion of A.8")]
    public void Jitter()
    {
        var statistics = default(ReceptionStatistics);
        statistics.Accept(0);
        statistics.Update(0, 1000, 5000);
        Assert.Equal(0u, statistics.Jitter);
        statistics.Update(1, 1160, 5160);
        Assert.Equal(0u, statistics.Jitter);
        // 160 late: scaled 0 + 160 - (8 >> 4) = 160, then 160 + 160 - (168 >> 4) = 310, then 310 + 0 - (318 >> 4) = 291.
        statistics.Update(2, 1320, 5480);
        Assert.Equal(10u, statistics.Jitter);
        statistics.Update(3, 1480, 5480);
        Assert.Equal(19u, statistics.Jitter);
        statistics.Update(4, 1640, 5640);
        Assert.Equal(18u, statistics.Jitter);
    }

    [Fact]
    public void A_hostile_timestamp_does_not_break_the_jitter()
    {
        var statistics = default(ReceptionStatistics);
        statistics.Accept(0);
        statistics.Update(0, 0, 0);
        statistics.Update(1, 0x8000_0000, 0);
        Assert.InRange(statistics.Jitter, 1u, 0x0FFF_FFFFu);
    }
}
