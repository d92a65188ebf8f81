using Sylk.Conference.Audio.Detection;
using Sylk.Conference.Audio.Tests.Kit;

namespace Sylk.Conference.Audio.Tests.Levels;

public class KeyToneTests
{
    private const string Keys = "123A456B789C*0#D";
    private static readonly double[] Rows = [697, 770, 852, 941], Columns = [1_209, 1_336, 1_477, 1_633];

    [Theory(DisplayName = "FOC-2 Q.24: every key is found once, of 40 ms with 40 ms between or held long, from loud to quiet, with twist, off by 1.5 % and in noise")]
    [InlineData(40, 0.2, 0.2, 1, 0)]
    [InlineData(40, 0.02, 0.02, 1, 0)]
    [InlineData(500, 0.45, 0.45, 1, 0)]
    [InlineData(60, 0.2, 0.1, 1, 0)]
    [InlineData(60, 0.1, 0.2, 1, 0)]
    [InlineData(60, 0.2, 0.2, 1.015, 0)]
    [InlineData(60, 0.2, 0.2, 0.985, 0)]
    [InlineData(60, 0.2, 0.2, 1, 0.02)]
    public void Found(int milliseconds, double low, double high, double off, double noise)
    {
        // Beginnings anywhere in a frame: 7 ms are no part of 20.
        var samples = new List<float>(new float[48 * 107]);
        var random = new Random(5);
        foreach (var key in Keys)
        {
            var tones = Press(key, milliseconds, low, high, off);
            samples.AddRange(tones);
            samples.AddRange(new float[48 * (40 + samples.Count / 48 % 3)]);
        }

        samples.AddRange(new float[9_600]);
        for (var i = 0; i < samples.Count; i++) samples[i] += (float)(noise * (random.NextDouble() - 0.5) * 2);
        Assert.Equal(Keys, Listen([.. samples]));
    }

    [Theory(DisplayName = "Speech, single tones, ringing and noise are no keys")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void NothingElse(int seed)
    {
        Assert.Equal("", Listen(Speech.Like(seed, 48_000, 48_000 * 60, 0.3)));
        Assert.Equal("", Listen(Sound.Tone(770, 0.3, 48_000, 48_000)));
        var (first, second) = (Sound.Tone(440, 0.2, 48_000, 48_000), Sound.Tone(480, 0.2, 48_000, 48_000));
        Assert.Equal("", Listen([.. first.Zip(second, (a, b) => a + b)]));
        var random = new Random(seed);
        Assert.Equal("", Listen([.. Enumerable.Range(0, 480_000).Select(_ => (float)(random.NextDouble() - 0.5))]));
    }

    [Theory(DisplayName = "FOC-4: a leg's tones are keys and no sound: neither phones nor browsers hear them, in any codec; without the detector they do")]
    [InlineData(VoiceCodec.Pcmu, true)]
    [InlineData(VoiceCodec.G722, true)]
    [InlineData(VoiceCodec.Opus, true)]
    [InlineData(VoiceCodec.Pcmu, false)]
    public void TakenOut(VoiceCodec codec, bool detects)
    {
        using var room = new Phones(new MixerSettings { AutomaticGain = false, ComfortNoiseDb = 0 });
        var caller = room.Add(new Talker(codec, (i, rate) => i / (rate / 10) % 4 == 3
            ? (float)(0.2 * Math.Sin(2 * Math.PI * 770 * i / rate) + 0.2 * Math.Sin(2 * Math.PI * 1_336 * i / rate)) : 0));
        caller.Source!.DetectsKeys = detects;
        room.AddEar(Phones.Format(VoiceCodec.Pcmu));
        var (found, loudest, packets) = ("", -127.0, 0);
        var buffer = new byte[1_275];
        room.Run(4, () =>
        {
            if (caller.Source.TryTakeKey(out var key)) found += key;
            loudest = Math.Max(loudest, Sound.Decibels(room.Mixer.LastSum));
            while (caller.Source.TryTakeOpus(buffer, out var frame)) packets += frame.Length > 10 ? 1 : 0;
        });
        Assert.Equal(detects ? "555555555" : "", found[..Math.Min(9, found.Length)]);
        Assert.Equal(detects, loudest < -20);
        Assert.Equal(detects, packets < 25);
    }

    private static float[] Press(char key, int milliseconds, double low, double high, double off)
    {
        var place = Keys.IndexOf(key, StringComparison.Ordinal);
        var (row, column) = (Rows[place / 4] * off, Columns[place % 4] * off);
        return [.. Sound.Tone(row, low, 48_000, 48 * milliseconds).Zip(Sound.Tone(column, high, 48_000, 48 * milliseconds), (a, b) => a + b)];
    }

    private static string Listen(ReadOnlySpan<float> samples)
    {
        var detector = new KeyToneDetector();
        var found = "";
        for (var at = 0; at + 960 <= samples.Length; at += 960)
            if (detector.Take(samples.Slice(at, 960), out var key)) found += key;
        return found;
    }
}
