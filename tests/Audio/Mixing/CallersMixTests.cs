using Sylk.Conference.Audio.Native;
using Sylk.Conference.Audio.Tests.Kit;

namespace Sylk.Conference.Audio.Tests.Mixing;

/// <summary>Many legs' voices as one track for browsers.</summary>
public class CallersMixTests
{
    private readonly byte[] _buffer = new byte[1_275];

    [Fact(DisplayName = "Twenty talking legs cost twenty encodes for browsers, and one when they share a track; their levels go on")]
    public void Cost()
    {
        using var phones = new Phones(new MixerSettings { AutomaticGain = false });
        for (var i = 0; i < 20; i++) phones.Add(Talker.Tone(VoiceCodec.Pcmu, 300 + (50 * i), 0.05));
        phones.Run(1, Drain);
        Assert.Equal(20, phones.Mixer.TrackEncodes);
        foreach (var phone in phones.All) phone.Source!.IsWithCallers = true;
        phones.Run(0.1, Drain);
        var levels = 0;
        phones.Run(1, () =>
        {
            Assert.Equal(1, phones.Mixer.TrackEncodes);
            foreach (var phone in phones.All)
                while (phone.Source!.TryTakeOpus(_buffer, out var frame))
                    levels += frame is { Length: 1, Level: < 60 } ? 1 : 0;
            Assert.True(phones.Mixer.Callers.TryTakeOpus(_buffer, out var mixed));
            Assert.InRange(mixed.Length, 20, 200);
        });
        Assert.InRange(levels, 995, 1_005);

        void Drain()
        {
            foreach (var phone in phones.All)
                while (phone.Source!.TryTakeOpus(_buffer, out _)) { }
            while (phones.Mixer.Callers.TryTakeOpus(_buffer, out _)) { }
        }
    }

    [Fact(DisplayName = "The track holds those who share it, not the others, not the muted and not the held, and is silent when they are")]
    public void Content()
    {
        using var phones = new Phones(new MixerSettings { AutomaticGain = false });
        var shared = phones.Add(Talker.Tone(VoiceCodec.Pcmu, 440, 0.2));
        var own = phones.Add(Talker.Tone(VoiceCodec.Pcmu, 1_000, 0.2));
        var muted = phones.Add(Talker.Tone(VoiceCodec.Pcmu, 1_700, 0.2));
        shared.Source!.IsWithCallers = muted.Source!.IsWithCallers = true;
        muted.Source.IsMuted = true;
        var heard = Decode(phones, 2);
        Assert.InRange(Sound.At(heard, 440, 48_000), -18, -12);
        Assert.True(Sound.At(heard, 1_000, 48_000) < -50);
        Assert.True(Sound.At(heard, 1_700, 48_000) < -50);
        Assert.Equal(2, phones.Mixer.TrackEncodes);

        shared.IsTalking = own.IsTalking = false;
        Decode(phones, 2);
        phones.Run(0.5, () => Assert.False(phones.Mixer.Callers.TryTakeOpus(_buffer, out _)));
        Assert.Equal(0, phones.Mixer.TrackEncodes);
    }

    [Fact(DisplayName = "Where no browser is, the shared track is not encoded")]
    public void NobodyThere()
    {
        using var phones = new Phones();
        phones.Add(Talker.Tone(VoiceCodec.Pcmu, 440, 0.2)).Source!.IsWithCallers = true;
        phones.Mixer.Callers.IsHeard = false;
        phones.Run(1, () =>
        {
            Assert.Equal(0, phones.Mixer.TrackEncodes);
            while (phones.Mixer.Callers.TryTakeOpus(_buffer, out var frame)) Assert.Equal(1, frame.Length);
        });
    }

    /// <summary>The last second of what the track says.</summary>
    private float[] Decode(Phones phones, double seconds)
    {
        using var decoder = new OpusDecoder();
        var samples = new List<float>();
        var frame = new float[960];
        phones.Run(seconds, () =>
        {
            while (phones.Mixer.Callers.TryTakeOpus(_buffer, out var packet))
            {
                decoder.Decode(_buffer.AsSpan(0, packet.Length), frame, fec: false);
                samples.AddRange(frame);
            }
        });
        return [.. samples.TakeLast(48_000)];
    }
}
