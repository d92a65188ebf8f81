using Sylk.Conference.Audio.Tests.Kit;

namespace Sylk.Conference.Audio.Tests.Mixing;

public class MixMinusTests
{
    private static readonly double[] Hertz = [440, 1_000, 1_700];

    [Theory(DisplayName = "MIX-5 each of three legs hears the two others equally loudly, and not itself")]
    [InlineData(VoiceCodec.Opus)]
    [InlineData(VoiceCodec.G722)]
    [InlineData(VoiceCodec.Pcmu)]
    [InlineData(VoiceCodec.Pcma)]
    public void OthersAreHeard(VoiceCodec codec)
    {
        using var room = new Phones();
        foreach (var hertz in Hertz) room.Add(Talker.Tone(codec, hertz, 0.25));
        room.Run(4);
        for (var i = 0; i < 3; i++)
        {
            var levels = Hertz.Select(hertz => Average(room.All[i].Ear, hertz)).ToArray();
            var others = levels.Where((_, j) => j != i).ToArray();
            Assert.InRange(others[0] - others[1], -1.5, 1.5);
            Assert.True(levels[i] - others.Min() <= -45, $"{codec} leg {i}: {string.Join(", ", levels.Select(level => level.ToString("F1")))}");
        }
    }

    [Fact(DisplayName = "Each voice is heard within 1 dB of −18 dBov, whatever the codec of either end")]
    public void LevelsAreKept()
    {
        using var room = new Phones();
        VoiceCodec[] codecs = [VoiceCodec.Opus, VoiceCodec.G722, VoiceCodec.Pcmu];
        for (var i = 0; i < 3; i++) room.Add(Talker.Tone(codecs[i], Hertz[i], 0.178));
        room.Run(4);
        for (var i = 0; i < 3; i++)
            for (var j = 0; j < 3; j++)
                if (i != j) Assert.InRange(Average(room.All[i].Ear, Hertz[j]), -19, -17);
    }

    [Fact(DisplayName = "MIX-3 two equally loud speakers are each turned down by at most 2 dB")]
    public void TwoSpeakersKeepTheirLevel()
    {
        using var alone = new Phones(new MixerSettings { AutomaticGain = false });
        alone.Add(Talker.Tone(VoiceCodec.Opus, 440, 0.5));
        var earOfOne = alone.AddEar(Phones.Format(VoiceCodec.Opus));
        alone.Run(2);

        using var both = new Phones(new MixerSettings { AutomaticGain = false });
        both.Add(Talker.Tone(VoiceCodec.Opus, 440, 0.5));
        both.Add(Talker.Tone(VoiceCodec.Opus, 1_000, 0.5));
        var earOfTwo = both.AddEar(Phones.Format(VoiceCodec.Opus));
        both.Run(2);
        Assert.InRange(Average(earOfOne, 440) - Average(earOfTwo, 440), -0.5, 2);
    }

    [Fact(DisplayName = "MIX-3 ten who shout at once do not clip")]
    public void TenTalkersDoNotClip()
    {
        using var room = new Phones(new MixerSettings { AutomaticGain = false, Speakers = 10 });
        for (var i = 0; i < 10; i++) room.Add(Talker.Tone(VoiceCodec.Pcmu, 310 + i * 170, 0.9));
        var ear = room.AddEar(Phones.Format(VoiceCodec.Pcma));
        room.Run(3);
        var heard = ear.Last(2);
        Assert.InRange(heard.Max(Math.Abs), 0.5f, 0.97f);
        Assert.True(Sound.Decibels(heard) > -18);
    }

    [Fact(DisplayName = "A muted, held or waiting source is not heard, and neither are its packets for browsers")]
    public void MutedIsNotHeard()
    {
        using var room = new Phones();
        var talker = room.Add(Talker.Tone(VoiceCodec.Opus, 440));
        var ear = room.AddEar(Phones.Format(VoiceCodec.Opus));
        var packet = new byte[1_275];
        room.Run(1);
        Assert.True(Average(ear, 440) > -22);
        foreach (var (quiet, loud) in new (Action, Action)[]
        {
            (() => talker.Source!.IsMuted = true, () => talker.Source!.IsMuted = false),
            (() => talker.Source!.IsHeld = true, () => talker.Source!.IsHeld = false),
            (() => talker.Source!.IsInMix = false, () => talker.Source!.IsInMix = true),
        })
        {
            quiet();
            while (talker.Source!.TryTakeOpus(packet, out _)) continue;
            room.Run(1, () => Assert.False(talker.Source!.TryTakeOpus(packet, out _)));
            Assert.True(Average(ear, 440) < -60, $"{Average(ear, 440)}");
            loud();
            room.Run(1);
            Assert.True(Average(ear, 440) > -22);
        }
    }

    private static double Average(Ear ear, double hertz)
    {
        var heard = ear.Last(0.5);
        return Enumerable.Range(0, 5).Average(i => Sound.At(heard.AsSpan(i * heard.Length / 5, heard.Length / 5), hertz, ear.Rate));
    }
}
