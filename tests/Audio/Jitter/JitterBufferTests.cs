using Sylk.Conference.Audio.Tests.Kit;

namespace Sylk.Conference.Audio.Tests.Jitter;

public class JitterBufferTests
{
    private const double ToneDb = -18;

    public static TheoryData<VoiceCodec> Codecs => [VoiceCodec.Opus, VoiceCodec.G722, VoiceCodec.Pcmu];

    [Theory(DisplayName = "JB-2 on a perfect network the delay comes down to 20 ms and a tone is whole")]
    [MemberData(nameof(Codecs))]
    public void PerfectNetwork(VoiceCodec codec)
    {
        using var wire = new Wire(Talker.Tone(codec, 1_000));
        wire.Run(6);
        Assert.InRange(wire.Buffer.DelayMs, 15, 40);
        Assert.Equal(0, wire.Buffer.Counters.ConcealedMs);
        Assert.InRange(Sound.At(wire.Last(1), 1_000, 48_000), ToneDb - 1, ToneDb + 1);
    }

    [Theory(DisplayName = "JB-2 with jitter of up to so many ms hardly anything is made up, and the delay stays below 120 ms")]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(80)]
    public void JitterIsAbsorbed(int most)
    {
        var random = new Random(most);
        using var wire = new Wire(Talker.Tone(VoiceCodec.Pcmu, 1_000)) { Delay = (_, _) => 30 + random.NextDouble() * most };
        wire.Run(5);
        var before = wire.Buffer.Counters.ConcealedMs;
        wire.Run(60);
        Assert.InRange(wire.Buffer.DelayMs, 15, 125);
        Assert.InRange(wire.Buffer.Counters.ConcealedMs - before, 0, 60_000 * 0.025);
    }

    [Theory(DisplayName = "JB-4 after a storm of 10 s the delay is back at 40 ms within 10 s")]
    [InlineData(VoiceCodec.Opus, 1)]
    [InlineData(VoiceCodec.Pcmu, 2)]
    [InlineData(VoiceCodec.Pcmu, 3)]
    [InlineData(VoiceCodec.G722, 4)]
    public void StormPasses(VoiceCodec codec, int seed)
    {
        var random = new Random(seed);
        var storm = false;
        using var wire = new Wire(Talker.Tone(codec, 1_000));
        wire.Delay = (_, _) => !storm ? 30 : random.NextDouble() < 0.2 ? null : 30 + random.NextDouble() * 600;
        wire.Run(5);
        storm = true;
        wire.Run(10);
        storm = false;
        wire.Run(10);
        Assert.True(wire.Buffer.DelayMs <= 40, $"{wire.Buffer.DelayMs} ms, target {wire.Buffer.TargetMs}");
        var concealed = wire.Buffer.Counters.ConcealedMs;
        wire.Run(2);
        Assert.Equal(concealed, wire.Buffer.Counters.ConcealedMs);
        Assert.InRange(Sound.At(wire.Last(1), 1_000, 48_000), ToneDb - 1, ToneDb + 1);
    }

    [Theory(DisplayName = "JB-4 after a network that stood still for so many ms and then gave all at once, the delay comes back")]
    [InlineData(300)]
    [InlineData(1_000)]
    [InlineData(5_000)]
    public void BacklogIsDropped(int milliseconds)
    {
        using var wire = new Wire(Talker.Tone(VoiceCodec.Pcmu, 1_000));
        wire.Delay = (_, sent) => sent > 5_000 && sent < 5_000 + milliseconds ? 30 + 5_000 + milliseconds - sent : 30;
        wire.Run(6 + milliseconds / 1_000.0 + 10);
        Assert.True(wire.Buffer.DelayMs <= 40, $"{wire.Buffer.DelayMs} ms");
    }

    [Theory(DisplayName = "JB-5 5 % of lost packets leave a tone of 1 kHz without splatter above −35 dB")]
    [MemberData(nameof(Codecs))]
    public void LossesDoNotSplatter(VoiceCodec codec)
    {
        var random = new Random(7);
        using var wire = new Wire(Talker.Tone(codec, 1_000));
        wire.Delay = (_, _) => random.NextDouble() < 0.05 ? null : 30;
        wire.Run(22);
        Assert.True(wire.Buffer.Counters.Lost > 20);
        var heard = wire.Last(20);
        var worst = Enumerable.Range(0, 20).Max(i => Sound.Splatter(heard.AsSpan(i * 48_000, 48_000), 1_000, 48_000));
        Assert.True(worst < -35, $"{worst:F1} dB");
    }

    [Theory(DisplayName = "Drift of ±300 ppm over ten minutes neither empties nor fills the buffer, and nothing is made up")]
    [InlineData(1.0003)]
    [InlineData(0.9997)]
    public void DriftIsFollowed(double ratio)
    {
        using var wire = new Wire(Talker.Tone(VoiceCodec.Pcmu, 1_000)) { ClockRatio = ratio };
        wire.Run(10);
        var (concealed, worst) = (wire.Buffer.Counters.ConcealedMs, 0.0);
        wire.Run(600, () => worst = Math.Max(worst, Math.Abs(wire.Buffer.DelayMs - 30)));
        Assert.Equal(concealed, wire.Buffer.Counters.ConcealedMs);
        Assert.Equal(0, wire.Buffer.Counters.Skipped);
        Assert.InRange(worst, 0, 20);
        Assert.True(wire.Buffer.Counters.Stretches > 10);
    }

    [Theory(DisplayName = "JB-3 while the delay grows and shrinks again a tone has no clicks and no gaps")]
    [MemberData(nameof(Codecs))]
    public void StretchesDoNotClick(VoiceCodec codec)
    {
        using var wire = new Wire(Talker.Tone(codec, 1_000));
        wire.Delay = (number, sent) => sent is > 3_000 and < 11_000 && number % 5 == 0 ? 30 + Math.Min(18, (sent - 3_000) / 400) : 30;
        wire.Run(2.9);
        var (steepest, stretches) = (Sound.SteepestStep(wire.Last(1)), wire.Buffer.Counters.Stretches);
        wire.Run(8);
        Assert.True(wire.Buffer.DelayMs > 36);
        wire.Run(12);
        Assert.InRange(wire.Buffer.DelayMs, 15, 36);
        Assert.True(wire.Buffer.Counters.Stretches - stretches > 2);
        Assert.Equal(0, wire.Buffer.Counters.ConcealedMs);
        Assert.InRange(Sound.SteepestStep(wire.Last(20)), 0, steepest * 1.3f);
    }

    [Fact(DisplayName = "JB-6 a pause in which the sender sends nothing is no loss, and what follows it begins in time")]
    public void PausesAreSilence()
    {
        using var wire = new Wire(Talker.Tone(VoiceCodec.Pcmu, 1_000)) { Speaks = now => now % 4_000 < 2_000 };
        wire.Delay = (_, _) => 30;
        wire.Run(3.9);
        Assert.Equal(0, wire.Buffer.Counters.Lost);
        Assert.True(Sound.Decibels(wire.Last(1)) < -100);
        wire.Run(0.3);
        Assert.InRange(Sound.At(wire.Last(0.1), 1_000, 48_000), ToneDb - 1, ToneDb + 1);
    }
}
