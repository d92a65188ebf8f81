using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Sfu.Routing.Rewriting;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Tests.Routing.Streams;

public class ClockTests
{
    private const long Epoch = 1_700_000_000_000_000;

    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    private static ulong Ntp(double ms) => NtpTime.FromUnixMicroseconds(Epoch + (long)(ms * 1_000));

    private static void Near(double expectedMs, Instant actual) => Assert.InRange(actual.Milliseconds, expectedMs - 0.01, expectedMs + 0.01);

    [Fact(DisplayName = "E.14 the offset is the least of 10 s and moves by 1 ms per report; one for all tracks of a publisher")]
    public void Offset()
    {
        var publisher = new PublisherClock();
        var audio = new SourceClock(48_000, publisher);
        var video = new SourceClock(90_000, publisher);
        audio.OnSenderReport(At(1_040), Ntp(1_000), 48_000);
        Near(1_040, audio.Line.TimeOf(48_000));
        video.OnSenderReport(At(1_510), Ntp(1_500), 0);
        Near(1_539, video.Line.TimeOf(0));
        Near(1_039, audio.Line.TimeOf(48_000));
        for (var i = 2; i < 60; i++) video.OnSenderReport(At(i * 1_000 + 10), Ntp(i * 1_000), (uint)i * 90_000);
        Near(1_010, audio.Line.TimeOf(48_000));
        for (var i = 60; i < 100; i++) video.OnSenderReport(At(i * 1_000 + 15), Ntp(i * 1_000), (uint)i * 90_000);
        Near(1_015, audio.Line.TimeOf(48_000));
    }

    [Fact(DisplayName = "E.14 a publisher that sets its clock is followed at once")]
    public void ClockStep()
    {
        var clock = new SourceClock(90_000);
        clock.OnSenderReport(At(1_000), Ntp(1_000), 0);
        clock.OnSenderReport(At(2_000), Ntp(100_000), 90_000);
        Near(2_000, clock.Line.TimeOf(90_000));
    }

    [Fact(DisplayName = "E.14 a report without a clock or older than the last is ignored")]
    public void IgnoredReports()
    {
        var clock = new SourceClock(90_000);
        clock.OnSenderReport(At(1), 0, 5);
        Assert.False(clock.Line.IsKnown);
        clock.OnSenderReport(At(2_000), Ntp(2_000), 90_000);
        clock.OnSenderReport(At(2_001), Ntp(1_000), 7);
        Assert.Equal(90_000u, clock.Line.Rtp);
        Assert.Equal(NtpTime.Middle(Ntp(2_000)), clock.LastReport);
    }

    [Fact(DisplayName = "E.19.1 the clock line holds over the wrap of the timestamps")]
    public void LineWraps()
    {
        var line = new ClockLine(At(1_000), uint.MaxValue, 48_000);
        Assert.Equal(47_999u, line.RtpAt(At(2_000)));
        Near(2_000, line.TimeOf(47_999));
        Assert.Equal(uint.MaxValue - 48_000, line.RtpAt(At(0)));
    }

    [Fact(DisplayName = "E.14 sender reports: the source's line shifted to the slot, or the wall clock while no report came")]
    public void SlotTimestamp()
    {
        var slot = new SlotRewriter(0, 10_000, 90_000, isAudio: false);
        Assert.False(slot.TryTimestampAt(At(0), default, out _));
        var first = new SourcePacketFacts(1, 0, 500_000, true);
        slot.BeginSource(At(0), first, SwitchKind.Track);
        slot.TryMap(At(0), first, out _);
        Assert.True(slot.TryTimestampAt(At(1_000), default, out var byWall));
        Assert.Equal(100_000u, byWall);
        Assert.True(slot.TryTimestampAt(At(1_000), new ClockLine(At(100), 500_000, 90_000), out var byLine));
        Assert.Equal(10_000u + 81_000, byLine);
    }

    [Fact(DisplayName = "E.14 reports: about each second at first, later each 5 s for audio, spread by half")]
    public void Cadence()
    {
        var slot = new SlotRewriter(0, 0, 48_000, isAudio: true);
        var first = new SourcePacketFacts(1, 0, 0, true);
        var builder = new SenderReportBuilder(isAudio: true, seed: 12_345);
        Assert.False(builder.TryReport(At(0), default, slot, out _));
        slot.BeginSource(At(0), first, SwitchKind.Track);
        slot.TryMap(At(0), first, out _);
        var times = new List<int>();
        for (var ms = 0; ms < 60_000; ms++)
        {
            if (builder.TryReport(At(ms), default, slot, out _)) times.Add(ms);
        }

        for (var i = 1; i <= 3; i++) Assert.InRange(times[i] - times[i - 1], 500, 1_500);
        for (var i = 4; i < times.Count; i++) Assert.InRange(times[i] - times[i - 1], 2_500, 7_500);
        Assert.InRange(times.Count, 10, 25);
    }

    [Fact(DisplayName = "bits per second over the last second, empty again after it")]
    public void Bitrate()
    {
        var meter = new BitrateMeter();
        for (var ms = 0; ms < 3_000; ms += 10) meter.Add(At(ms), 125);
        Assert.InRange(meter.BitsPerSecond(At(2_999)), 95_000, 100_000);
        Assert.InRange(meter.BitsPerSecond(At(3_500)), 40_000, 51_000);
        Assert.Equal(0, meter.BitsPerSecond(At(4_100)));
    }

    [Fact(DisplayName = "E.14 round trip: 100 ms before any measurement, then smoothed by an eighth")]
    public void RoundTrip()
    {
        var estimator = new RoundTripEstimator();
        Assert.Equal(100, estimator.Milliseconds);
        estimator.Add(40_000);
        Assert.Equal(40, estimator.Milliseconds);
        estimator.Add(120_000);
        Assert.Equal((50, 120_000L), (estimator.Milliseconds, estimator.LatestMicroseconds));
    }
}
