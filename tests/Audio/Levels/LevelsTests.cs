using Sylk.Conference.Audio.Levels;
using Sylk.Conference.Audio.Tests.Kit;

namespace Sylk.Conference.Audio.Tests.Levels;

public class LevelsTests
{
    [Theory(DisplayName = "RFC 6464 levels are -dBov: a full sine is 3, silence is 127")]
    [InlineData(1, 3)]
    [InlineData(0.1, 23)]
    [InlineData(0.001, 63)]
    [InlineData(0, 127)]
    public void LevelsAreDecibels(double amplitude, byte level) =>
        Assert.Equal(level, LevelMeter.Level(Sound.Decibels(Sound.Tone(1_000, amplitude, 48_000, 960))));

    [Theory(DisplayName = "Automatic gain brings speech to −18 dBov within its ±12 dB, no faster than 1 dB up and 3 dB down in 100 ms")]
    [InlineData(-26, 8)]
    [InlineData(-10, -8)]
    [InlineData(-40, 12)]
    [InlineData(-2, -12)]
    public void GainIsSteady(double level, double gain)
    {
        var agc = new AutomaticGain();
        var amplitude = Math.Sqrt(2) * Math.Pow(10, level / 20);
        var fastest = (Up: 0.0, Down: 0.0);
        for (var i = 0; i < 1_000; i++)
        {
            var before = agc.GainDb;
            var frame = Sound.Tone(500, amplitude, 48_000, 960, i * 960);
            agc.Apply(frame, Block.Power(frame), isSpeech: true);
            fastest = (Math.Max(fastest.Up, agc.GainDb - before), Math.Max(fastest.Down, before - agc.GainDb));
        }

        Assert.InRange(agc.GainDb, gain - 0.6, gain + 0.6);
        Assert.InRange(fastest.Up, 0, 0.201);
        Assert.InRange(fastest.Down, 0, 0.601);
    }

    [Fact(DisplayName = "Automatic gain stands still while nobody speaks")]
    public void GainIsFrozen()
    {
        var agc = new AutomaticGain();
        for (var i = 0; i < 500; i++)
        {
            var frame = Sound.Tone(500, 0.0005, 48_000, 960, i * 960);
            agc.Apply(frame, Block.Power(frame), isSpeech: false);
        }

        Assert.Equal(0, agc.GainDb);
    }

    [Fact(DisplayName = "The gate opens at once and closes 300 ms after the last loud frame")]
    public void GateHangs()
    {
        var gate = new Gate(-60);
        gate.Advance(-61);
        Assert.False(gate.IsOpen);
        gate.Advance(-59);
        Assert.True(gate.IsOpen);
        var frames = 0;
        for (; gate.IsOpen; frames++) gate.Advance(-90);
        Assert.Equal(15, frames);
    }

    [Fact(DisplayName = "MIX-3 the limiter keeps anything below −1 dBFS, passes quiet sound unchanged 5 ms later, and lets go in 80 ms")]
    public void LimiterLimits()
    {
        var limiter = new Limiter();
        var quiet = Sound.Tone(700, 0.5, 48_000, 4_800);
        var heard = (float[])quiet.Clone();
        limiter.Process(heard);
        Assert.Equal(quiet[..(4_800 - Limiter.LookAhead)], heard[Limiter.LookAhead..]);

        var loud = Sound.Tone(700, 4, 48_000, 9_600);
        limiter.Process(loud);
        Assert.InRange(loud.Max(Math.Abs), 0.8f, 0.8913f);
        var after = Sound.Tone(700, 0.5, 48_000, 48_000);
        limiter.Process(after);
        Assert.InRange(after[4_800..9_600].Max(), 0.3f, 0.49f);
        Assert.InRange(after[^4_800..].Max(), 0.495f, 0.501f);
    }

    [Fact(DisplayName = "The limiter bends instead of cutting: a shout sounds as loud as it was, without new frequencies")]
    public void LimiterDoesNotDistort()
    {
        var limiter = new Limiter();
        var loud = Sound.Tone(700, 3, 48_000, 96_000);
        limiter.Process(loud);
        Assert.True(Sound.Splatter(loud.AsSpan(48_000), 700, 48_000) < -45);
    }

    [Fact(DisplayName = "Comfort noise has the level asked for, no tones, and none at all at 0")]
    public void NoiseIsNoise()
    {
        var noise = new float[48_000];
        new ComfortNoise(1, -65).Fill(noise);
        Assert.InRange(Sound.Decibels(noise), -65.5, -64.5);
        for (var hertz = 100; hertz < 20_000; hertz += 700) Assert.True(Sound.At(noise, hertz, 48_000) < -90);
        new ComfortNoise(1, 0).Fill(noise);
        Assert.All(noise, sample => Assert.Equal(0, sample));
    }

    [Theory(DisplayName = "The low-pass before 8 kHz is 3 dB down at 3.6 kHz")]
    [InlineData(1_000, -0.1, 0.1)]
    [InlineData(3_600, -3.3, -2.7)]
    [InlineData(7_200, -40, -20)]
    public void LowPassPasses(double hertz, double least, double most)
    {
        var (tone, passed) = (Sound.Tone(hertz, 1, 48_000, 48_000), new float[48_000]);
        new LowPass(3_600, 48_000).Process(tone, passed);
        Assert.InRange(Sound.Decibels(passed.AsSpan(24_000)) - Sound.Decibels(tone), least, most);
    }
}
