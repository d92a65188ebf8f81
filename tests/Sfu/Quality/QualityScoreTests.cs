using Sylk.Conference.Sfu.Quality;

namespace Sylk.Conference.Sfu.Tests.Quality;

public sealed class QualityScoreTests
{
    [Theory]
    [InlineData(0, 0, 0, 5, QualityCause.None)]
    [InlineData(2, 10, 60, 5, QualityCause.None)]
    [InlineData(5, 10, 60, 4, QualityCause.Loss)]
    [InlineData(10, 10, 60, 3, QualityCause.Loss)]
    [InlineData(20, 10, 60, 2, QualityCause.Loss)]
    [InlineData(40, 10, 60, 1, QualityCause.Loss)]
    [InlineData(0, 120, 60, 4, QualityCause.Jitter)]
    [InlineData(0, 300, 60, 2, QualityCause.Jitter)]
    [InlineData(0, 5, 300, 5, QualityCause.None)]
    [InlineData(0, 5, 600, 4, QualityCause.Delay)]
    [InlineData(0, 5, 1000, 3, QualityCause.Delay)]
    [InlineData(5, 60, 500, 2, QualityCause.Delay)]
    [InlineData(100, 1000, 10_000, 1, QualityCause.Loss)]
    public void Sound(double loss, double jitter, double roundTrip, int score, QualityCause cause) => Assert.Equal(
        (score, cause), QualityScore.Of(TrackKind.Audio, new LineConditions { LossPercent = loss, JitterMs = jitter, RoundTripMs = roundTrip }));

    [Theory]
    [InlineData(0, 0, 0, 0, false, 5, QualityCause.None)]
    [InlineData(0, 0, 1, 0, false, 5, QualityCause.None)]
    [InlineData(0, 0, 2, 0, false, 3, QualityCause.Bandwidth)]
    [InlineData(0, 0.25, 1, 0, false, 3, QualityCause.Bandwidth)]
    [InlineData(0, 1, 0, 0, false, 1, QualityCause.Bandwidth)]
    [InlineData(10, 0, 1, 0, false, 2, QualityCause.Loss)]
    [InlineData(0, 0, 0, 1, false, 5, QualityCause.None)]
    [InlineData(0, 0, 0, 2, false, 4, QualityCause.Freeze)]
    [InlineData(3, 0, 0, 3, false, 2, QualityCause.Freeze)]
    [InlineData(0, 0, 0, 99, false, 1, QualityCause.Freeze)]
    [InlineData(0, 0, 0, 0, true, 4, QualityCause.Cpu)]
    public void Pictures(double loss, double paused, double missing, double freezes, bool cpu, int score, QualityCause cause) => Assert.Equal(
        (score, cause),
        QualityScore.Of(TrackKind.Video, new LineConditions
        {
            LossPercent = loss,
            PausedShare = paused,
            LayersMissing = missing,
            Freezes = freezes,
            IsCpuLimited = cpu,
        }));

    [Fact]
    public void More_of_anything_bad_is_never_better()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var line = new LineConditions
            {
                LossPercent = random.NextDouble() * 50,
                JitterMs = random.NextDouble() * 300,
                RoundTripMs = random.NextDouble() * 1500,
                PausedShare = random.NextDouble(),
                LayersMissing = random.Next(3),
                Freezes = random.Next(6),
            };
            var worse = line with
            {
                LossPercent = line.LossPercent + (random.NextDouble() * 10),
                JitterMs = line.JitterMs + (random.NextDouble() * 50),
                RoundTripMs = line.RoundTripMs + (random.NextDouble() * 200),
                Freezes = line.Freezes + random.Next(2),
            };
            foreach (var kind in Enum.GetValues<TrackKind>())
                Assert.True(QualityScore.Of(kind, worse).Score <= QualityScore.Of(kind, line).Score, $"{worse} against {line}");
        }
    }

    [Fact]
    public void A_score_falls_after_two_looks_and_rises_by_one_after_three()
    {
        var steady = new SteadyScore();
        Assert.False(steady.Update(4, QualityCause.Loss));
        Assert.True(steady.Update(4, QualityCause.Loss));
        Assert.Equal((4, QualityCause.Loss), (steady.Score, steady.Cause));
        Assert.True(steady.Update(1, QualityCause.Bandwidth));
        Assert.Equal((1, QualityCause.Bandwidth), (steady.Score, steady.Cause));
        var rises = Enumerable.Range(0, 12).Count(_ => steady.Update(5, QualityCause.None));
        Assert.Equal((4, 5, QualityCause.None), (rises, steady.Score, steady.Cause));
    }

    [Fact]
    public void What_flickers_between_two_scores_stays_where_it_is()
    {
        var steady = new SteadyScore();
        var changes = Enumerable.Range(0, 100).Count(i => steady.Update(i % 2 == 0 ? 4 : 5, i % 2 == 0 ? QualityCause.Loss : QualityCause.None));
        Assert.Equal((0, 5), (changes, steady.Score));
    }

    [Fact]
    public void Loss_is_that_of_the_last_seconds()
    {
        var window = default(LossWindow);
        window.Look(1000, 900);
        Assert.Equal(0, window.Percent);
        window.Look(1100, 910);
        Assert.Equal(10, window.Percent, 3);
        for (var i = 2; i < 12; i++)
            window.Look(1000 + (100 * i), 910);
        Assert.InRange(window.Percent, 0, 0.05);
        window.Look(10, 0);
        Assert.InRange(window.Percent, 0, 0.05);
    }

    [Fact]
    public void Redundancy_counts_for_sound_but_not_as_if_loss_were_even()
    {
        var window = default(LossWindow);
        window.Look(0, 0);
        window.Look(1000, 100);
        var sum = default(KindSum);
        sum.AddStream(window, 3);
        Assert.Equal(10, sum.Total(0, 0).LossPercent, 3);
        Assert.Equal(2.5, sum.Total(0, 2).LossPercent, 3);
        var few = default(LossWindow);
        few.Look(0, 0);
        few.Look(10, 5);
        var little = default(KindSum);
        little.AddStream(few, 3);
        Assert.Equal(0, little.Total(0, 0).LossPercent);
    }
}
