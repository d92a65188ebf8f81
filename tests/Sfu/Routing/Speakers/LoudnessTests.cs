using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Speakers;

namespace Sylk.Conference.Sfu.Tests.Routing.Speakers;

public class LoudnessTests
{
    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    // Each member sends its level once per 20 ms; gives who was admitted in the last round.
    private static int[] Round(LoudestRanking ranking, int fromMs, int toMs, params int[] levels)
    {
        var admitted = new HashSet<int>();
        for (var ms = fromMs; ms < toMs; ms += 20)
        {
            admitted.Clear();
            for (var i = 0; i < levels.Length; i++)
            {
                if (levels[i] >= 0 && ranking.Admit(At(ms), i, (byte)levels[i], levels.Length)) admitted.Add(i);
            }
        }

        return [.. admitted.Order()];
    }

    [Fact(DisplayName = "E.13 N + 1 members are all heard, whatever their level")]
    public void SmallRoom() => Assert.Equal([0, 1, 2, 3], Round(new LoudestRanking(3), 0, 2_000, 127, 127, 127, 127));

    [Fact(DisplayName = "E.13 in a larger room the three loudest are heard")]
    public void Loudest() => Assert.Equal([1, 3, 4], Round(new LoudestRanking(3), 0, 1_000, 60, 20, 70, 30, 10, 90));

    [Fact(DisplayName = "E.13 who falls to place N + 1 is heard for 300 ms more, then not")]
    public void Hold()
    {
        var ranking = new LoudestRanking(3);
        Round(ranking, 0, 1_000, 10, 20, 30, 90, 127);
        Assert.Equal([0, 1, 2, 3], Round(ranking, 1_000, 1_200, 10, 20, 30, 5, 127));
        Assert.Equal([0, 1, 3], Round(ranking, 1_200, 1_500, 10, 20, 30, 5, 127));
    }

    [Fact(DisplayName = "E.13 ten voices of equal strength do not chop each other")]
    public void ManyAtOnce()
    {
        var ranking = new LoudestRanking(3);
        var refused = 0;
        for (var tick = 0; tick < 200; tick++)
        {
            for (var member = 0; member < 10; member++)
            {
                // Speech-like: each voice goes through 20 to 35 dB below full scale in a third of a second, out of step with the others.
                var level = (byte)(20 + ((tick + (member * 5)) * 7 % 16));
                if (!ranking.Admit(At(tick * 20), member, level, 10) && tick >= 20)
                    refused++;
            }
        }

        Assert.Equal(0, refused);
    }

    [Fact(DisplayName = "E.13 a place is free 150 ms after its owner's last packet")]
    public void Expires()
    {
        var ranking = new LoudestRanking(1);
        Round(ranking, 0, 200, 10, 20, 90);
        Assert.Empty(Round(ranking, 200, 340, -1, 20, 90));
        Assert.True(ranking.Admit(At(360), 1, 20, 3));
        Round(ranking, 380, 600, -1, -1, 90);
        Assert.True(ranking.Admit(At(600), 2, 90, 3));
        Assert.Equal(At(600), ranking.LastAdmitted(2));
    }

    [Fact(DisplayName = "E.13 a removed member's number starts anew")]
    public void Removed()
    {
        var ranking = new LoudestRanking(1);
        Round(ranking, 0, 200, 10, 20, 30);
        ranking.Remove(0);
        Assert.True(ranking.LastAdmitted(0) < At(0));
        Assert.True(ranking.Admit(At(201), 1, 20, 3));
    }

    [Fact(DisplayName = "E.13 digital silence is dropped after three packets and opens with a mark")]
    public void DigitalSilence()
    {
        var gate = new SilenceGate();
        bool[] silent = [.. Enumerable.Range(0, 6).Select(i => gate.IsSilent(At(i * 20), 127, false, true))];
        Assert.Equal([false, false, false, true, true, true], silent);
        Assert.False(gate.TakeResumed());
        Assert.False(gate.IsSilent(At(120), 126, false, true));
        Assert.True(gate.TakeResumed());
        Assert.False(gate.TakeResumed());
    }

    [Fact(DisplayName = "E.13 'no voice' near the noise floor is dropped after 200 ms, a soft voice never is")]
    public void NoiseFloor()
    {
        var gate = new SilenceGate();
        for (var ms = 0; ms < 1_000; ms += 20) Assert.False(gate.IsSilent(At(ms), 70, ms == 0, true) && ms < 220);
        Assert.True(gate.IsClosed);
        Assert.False(gate.IsSilent(At(1_000), 70, true, true));
        Assert.False(gate.IsSilent(At(1_020), 60, false, true));
    }

    [Fact(DisplayName = "E.13 a sender that never says 'voice', or nothing of its level, is not dropped for being quiet")]
    public void UntrustedVoiceBit()
    {
        var gate = new SilenceGate();
        for (var ms = 0; ms < 1_000; ms += 20) Assert.False(gate.IsSilent(At(ms), 70, false, true));
        for (var ms = 1_000; ms < 2_000; ms += 20) Assert.False(gate.IsSilent(At(ms), 255, false, false));
    }

    [Theory(DisplayName = "levels as people see them: -60 dBov is 0, -10 dBov is 100")]
    [InlineData(0, 100)]
    [InlineData(10, 100)]
    [InlineData(35, 50)]
    [InlineData(60, 0)]
    [InlineData(127, 0)]
    public void Percent(byte level, byte percent) => Assert.Equal(percent, LevelReport.ToPercent(level));

    [Fact(DisplayName = "levels are told while they change, and once more when they end")]
    public void Report()
    {
        var report = new LevelReport();
        Assert.False(report.Evaluate(At(0)));
        report.OnLevel(At(10), 2, 35);
        Assert.True(report.Evaluate(At(300)));
        Assert.Equal((50, 0, 0), (report.LevelOf(2), report.LevelOf(0), report.LevelOf(9)));
        report.OnLevel(At(310), 2, 36);
        Assert.False(report.Evaluate(At(600)));
        Assert.True(report.Evaluate(At(900)));
        Assert.Equal(0, report.LevelOf(2));
        Assert.False(report.Evaluate(At(1_200)));
        report.OnLevel(At(1_210), 2, 10);
        report.Evaluate(At(1_500));
        report.Clear(2);
        Assert.True(report.Evaluate(At(1_800)));
    }
}
