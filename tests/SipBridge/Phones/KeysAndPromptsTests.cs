using Sylk.Conference.Audio;
using Sylk.Conference.Rooms;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

public class KeysAndPromptsTests
{
    [Fact(DisplayName = "Each press of a key is told once, with and without its end")]
    public void Digits()
    {
        using var lab = new PhoneLab();
        var phone = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        phone.IsSilent = true;
        foreach (var (number, ends) in new[] { (1, true), (1, true), (10, false), (11, true) })
        {
            phone.Press(101, number, ends);
            lab.Run(0.3);
        }

        Assert.Equal("11*#", string.Concat(lab.Events.OfType<LegDigit>().Select(digit => digit.Digit)));
    }

    [Theory(DisplayName = "FOC-2 Tones in the sound are keys where no telephone events were agreed on and the operator wants it so")]
    [InlineData(true, false, "55")]
    [InlineData(true, true, "")]
    [InlineData(false, false, "")]
    public void Tones(bool isWanted, bool hasEvents, string expected)
    {
        using var lab = new PhoneLab(new PhoneSettings { InbandKeys = isWanted });
        var leg = lab.AddLeg("a");
        var sdp = Sdp.Plain("198.51.100.1:4000", VoiceCodec.Pcmu);
        sdp = hasEvents ? sdp : sdp.Replace(" 101\r\n", "\r\n", StringComparison.Ordinal)
            .Replace("a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n", "", StringComparison.Ordinal);
        var answer = lab.Offer(leg, sdp);
        var phone = new ScriptedPhone(lab.Wire.Open("198.51.100.1:4000"), VoiceCodec.Pcmu, 770, beside: 1_336)
        {
            Target = Sdp.TargetOf(answer.Sdp),
            IsSilent = true,
        };
        lab.Phones.Add(phone);
        for (var press = 0; press < 2; press++)
        {
            phone.IsSilent = false;
            lab.Run(0.2);
            phone.IsSilent = true;
            lab.Run(0.5);
        }

        Assert.Equal(expected, string.Concat(lab.Events.OfType<LegDigit>().Select(digit => digit.Digit)));
    }

    [Fact(DisplayName = "Digits go out as events in the place of sound, and read as pressed")]
    public void SendsDigits()
    {
        using var lab = new PhoneLab();
        var phone = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        lab.Run(0.2);
        Assert.Null(lab.Obey(new SendDigits("r", 1, "a", "12")));
        lab.Run(1);
        var presses = phone.Heard.Where(packet => packet.PayloadType == 101).GroupBy(packet => packet.Timestamp).ToList();
        Assert.Equal([1, 2], presses.Select(press => (int)press.First().Payload[0]));
        Assert.All(presses, press => Assert.True(press.First().Marker && press.Count(packet => packet.Payload[1] >= 0x80) == 3));
        Assert.Equal(60, phone.Heard.Count, 1.0);
        Assert.NotNull(lab.Obey(new SendDigits("r", 1, "a", "x")));
    }

    [Fact(DisplayName = "Prompts play one after the other to one phone alone, in the lobby too, and each order says its end")]
    public void Prompts()
    {
        using var sounds = new SoundFolder(("one", 700), ("two", 1300));
        using var lab = new PhoneLab(new PhoneSettings { Prompts = sounds.Library });
        var a = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440, inMix: false);
        var b = lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Pcmu, 1000, inMix: false);
        lab.Obey(new PlayPrompts("r", 1, "a", ["one", "unknown"], "en", "first"));
        lab.Obey(new PlayPrompts("r", 1, "a", ["two"], "de", "second"));
        lab.Run(0.9);
        Assert.Empty(lab.Events.OfType<LegPromptsEnded>());
        Assert.True(a.Meter.Level(700) > -30);
        Assert.True(b.Meter.Level(700) < -45);
        lab.Run(0.3);
        lab.Clear();
        lab.Run(0.7);
        Assert.True(a.Meter.Level(1300) > -30);
        Assert.True(a.Meter.Level(700) < -45);
        lab.Run(0.5);
        Assert.Equal(["first", "second"], lab.Events.OfType<LegPromptsEnded>().Select(ended => ended.Tag));
    }

    [Fact(DisplayName = "Prompts that are stopped are silent at once and do not say that they ended")]
    public void Stopped()
    {
        using var sounds = new SoundFolder(("one", 700));
        using var lab = new PhoneLab(new PhoneSettings { Prompts = sounds.Library });
        var a = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440, inMix: false);
        lab.Obey(new PlayPrompts("r", 1, "a", ["one", "one", "one"], "en", "first"));
        lab.Run(0.5);
        lab.Obey(new StopPrompts("r", 1, "a"));
        lab.Run(0.1);
        lab.Clear();
        lab.Run(4);
        Assert.True(a.Meter.Level(700) < -45);
        Assert.Empty(lab.Events.OfType<LegPromptsEnded>());
    }

    [Fact(DisplayName = "What is played to phones is heard by those in the mix and not in the lobby")]
    public void ToPhones()
    {
        using var sounds = new SoundFolder(("one", 700));
        using var lab = new PhoneLab(new PhoneSettings { Prompts = sounds.Library });
        var a = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        var b = lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Pcmu, 1000, inMix: false);
        lab.Obey(new PlayToPhones("r", 1, "", ["one"], "en"));
        lab.Run(0.9);
        Assert.True(a.Meter.Level(700) > -30);
        Assert.True(b.Meter.Level(700) < -45);
    }

    [Fact(DisplayName = "Music plays when it is on, and orders to nobody are refused")]
    public void Music()
    {
        using var sounds = new SoundFolder(("music", 700));
        using var lab = new PhoneLab(new PhoneSettings { Prompts = sounds.Library });
        var a = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440, inMix: false);
        lab.Obey(new SetMusic("r", 1, "a", On: true));
        lab.Run(0.8);
        Assert.InRange(a.Meter.Level(700), -36, -28);
        Assert.NotNull(lab.Obey(new SetMusic("r", 1, "z", On: true)));
    }

    [Fact(DisplayName = "Volume steps are 3 dB")]
    public void Volume()
    {
        using var lab = new PhoneLab();
        var a = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Pcmu, 1000);
        lab.Run(1);
        var before = a.Meter.Level(1000);
        lab.Obey(new SetLegVolume("r", 1, "a", -4));
        lab.Run(0.1);
        lab.Clear();
        lab.Run(1);
        Assert.Equal(before - 12, a.Meter.Level(1000), 1.0);
    }

    /// <summary>Sounds of 0.9 s on disk.</summary>
    private sealed class SoundFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sounds");

        public SoundFolder(params (string Name, double Frequency)[] sounds)
        {
            var english = _folder.CreateSubdirectory("en");
            foreach (var (name, frequency) in sounds)
            {
                Write(Path.Combine(english.FullName, $"{name}.wav"), ToneMaker.Samples(frequency, 0.25, 0.9));
            }

            Library = new PromptLibrary(_folder.FullName);
            Library.Load("en");
        }

        public PromptLibrary Library { get; }

        public void Dispose() => _folder.Delete(recursive: true);

        private static void Write(string path, float[] samples)
        {
            using var file = new BinaryWriter(File.Create(path));
            file.Write("RIFF"u8);
            file.Write(36 + samples.Length * 2);
            file.Write("WAVEfmt "u8);
            file.Write(16);
            file.Write((short)1);
            file.Write((short)1);
            file.Write(48_000);
            file.Write(96_000);
            file.Write((short)2);
            file.Write((short)16);
            file.Write("data"u8);
            file.Write(samples.Length * 2);
            foreach (var sample in samples)
            {
                file.Write((short)(sample * 32_767));
            }
        }
    }
}
