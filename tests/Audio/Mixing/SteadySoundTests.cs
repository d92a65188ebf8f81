using Sylk.Conference.Audio.Tests.Kit;

namespace Sylk.Conference.Audio.Tests.Mixing;

/// <summary>A voice goes on whatever the others do.</summary>
public class SteadySoundTests
{
    /// <summary>The bar of issue 5: no tone is away for longer.</summary>
    private const double LongestGapMs = 60;
    private const double Hertz = 1_000;

    private static readonly VoiceCodec[] Codecs = [VoiceCodec.Opus, VoiceCodec.G722, VoiceCodec.Pcmu, VoiceCodec.Pcma];

    [Theory(DisplayName = "While others join, leave, mute, hold and change what they hear a tone has no gap over 60 ms, and its level stays within 1 dB")]
    [InlineData(VoiceCodec.Opus)]
    [InlineData(VoiceCodec.G722)]
    [InlineData(VoiceCodec.Pcmu)]
    public void OthersComeAndGo(VoiceCodec codec)
    {
        using var room = new Phones(new MixerSettings { AutomaticGain = false });
        room.Add(Talker.Tone(codec, Hertz));
        // One that only listens, one that speaks too, so that both kinds of sums are heard.
        var (quiet, talking) = (room.AddEar(Phones.Format(codec)), room.Add(Talker.Tone(codec, 440, 0.1)).Ear);
        room.Run(1);
        var random = new Random(7);
        var others = new List<Phone>();
        for (var step = 0; step < 120; step++)
        {
            switch (random.Next(5))
            {
                case 0 or 1 when others.Count < 2:
                    others.Add(room.Add(Talker.Tone(Codecs[step % 4], 2_300 + 40 * (step % 10), 0.08)));
                    break;
                case 2 when others.Count > 0:
                    var gone = others[0];
                    others.RemoveAt(0);
                    gone.IsTalking = false;
                    room.Mixer.Remove(gone.Listener);
                    room.Mixer.Remove(gone.Source!);
                    break;
                case 3 when others.Count > 0:
                    others[^1].Source!.IsMuted = !others[^1].Source!.IsMuted;
                    break;
                case 4 when others.Count > 0:
                    others[0].Source!.IsHeld = others[0].Listener.IsHeld = !others[0].Listener.IsHeld;
                    break;
            }

            room.Run(0.1);
        }

        foreach (var ear in (Ear[])[quiet, talking])
        {
            var heard = ear.Heard().AsSpan(ear.Rate / 2);
            var levels = Blocks(heard, ear.Rate, 10);
            Assert.InRange(10 * LongestRun(levels, level => level < -38), 0, LongestGapMs);
            Assert.All(Blocks(heard, ear.Rate, 500), level => Assert.InRange(level, -19, -17));
        }
    }

    [Fact(DisplayName = "The measure sees gaps: 80 ms without the tone are 80 ms")]
    public void TheMeasureCanFail()
    {
        var tone = Sound.Tone(Hertz, 0.178, 48_000, 48_000);
        tone.AsSpan(24_000, 3_840).Clear();
        Assert.Equal(8, LongestRun(Blocks(tone, 48_000, 10), level => level < -38));
    }

    [Theory(DisplayName = "Of five voices each is heard within 1 dB of the others, by who speaks and by who does not")]
    [InlineData(VoiceCodec.Opus)]
    [InlineData(VoiceCodec.Pcma)]
    public void FiveVoices(VoiceCodec codec)
    {
        double[] hertz = [440, 700, 1_000, 1_300, 1_700];
        using var room = new Phones(new MixerSettings { AutomaticGain = false });
        // Heard by G.722, which keeps five tones at once as they are; Opus at 32 kbit/s is off by 1.2 dB there by itself.
        var format = Phones.Format(VoiceCodec.G722);
        foreach (var tone in hertz) room.Add(Talker.Tone(codec, tone, 0.1), format);
        var ear = room.AddEar(format);
        room.Run(3);
        for (var listener = 0; listener <= hertz.Length; listener++)
        {
            var heard = (listener == hertz.Length ? ear : room.All[listener].Ear).Last(1);
            var levels = hertz.Where((_, i) => i != listener).Select(tone => Sound.At(heard, tone, ear.Rate)).ToArray();
            var said = 20 * Math.Log10(0.1 / Math.Sqrt(2));
            Assert.All(levels, level => Assert.InRange(level, levels.Average() - 1, levels.Average() + 1));
            Assert.InRange(levels.Average(), said - 1, said + 1);
        }
    }

    private static List<double> Blocks(ReadOnlySpan<float> heard, int rate, int milliseconds)
    {
        var (levels, size) = (new List<double>(), rate * milliseconds / 1_000);
        for (var at = 0; at + size <= heard.Length; at += size) levels.Add(Sound.At(heard.Slice(at, size), Hertz, rate));
        return levels;
    }

    private static int LongestRun(List<double> levels, Predicate<double> isGap)
    {
        var (longest, run) = (0, 0);
        foreach (var level in levels)
        {
            run = isGap(level) ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        return longest;
    }
}
