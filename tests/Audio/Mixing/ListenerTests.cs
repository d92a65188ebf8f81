using Sylk.Conference.Audio.Tests.Kit;

namespace Sylk.Conference.Audio.Tests.Mixing;

public class ListenerTests
{
    private static readonly VoiceFormat Opus = Phones.Format(VoiceCodec.Opus);

    [Fact(DisplayName = "FOC-6 music is 20 dB below its file, stops within 200 ms and makes no click")]
    public void MusicStops()
    {
        using var room = new Phones();
        room.Mixer.SetMusic(Sound.Tone(500, 1, 48_000, 48_000));
        room.Add(Talker.Tone(VoiceCodec.Opus, 1_100));
        var ear = room.AddEar(Phones.Format(VoiceCodec.Pcmu));
        ear.Listener.Music = true;
        room.Run(2);
        Assert.InRange(Sound.At(ear.Last(0.5), 500, 8_000), -24, -22);
        Assert.True(Sound.At(ear.Last(0.5), 1_100, 8_000) < -60);
        var steepest = Sound.SteepestStep(ear.Last(0.5)) + 0.178f * 2 * MathF.PI * 1_100 / 8_000;
        ear.Listener.Music = false;
        room.Run(0.2);
        room.Run(0.5);
        Assert.True(Sound.At(ear.Last(0.5), 500, 8_000) < -55, $"{Sound.At(ear.Last(0.5), 500, 8_000)}");
        Assert.InRange(Sound.At(ear.Last(0.5), 1_100, 8_000), -19, -17);
        Assert.InRange(Sound.SteepestStep(ear.Last(1)), 0, steepest * 1.2f);
    }

    [Fact(DisplayName = "FOC-5 a prompt is heard by its listener alone, with everything else 12 dB lower until it ends")]
    public void PromptsDuck()
    {
        using var room = new Phones();
        room.Add(Talker.Tone(VoiceCodec.Opus, 440));
        var (told, other) = (room.AddEar(Opus), room.AddEar(Opus));
        room.Run(2);
        told.Listener.Play(Sound.Tone(2_000, 0.1, 48_000, 48_000));
        told.Listener.Play(Sound.Tone(2_000, 0.1, 48_000, 48_000));
        room.Run(1.9);
        Assert.True(told.Listener.IsPlaying);
        Assert.InRange(Sound.At(told.Last(1), 440, 48_000), -32, -28);
        Assert.InRange(Sound.At(told.Last(1), 2_000, 48_000), -24.5, -21.5);
        Assert.InRange(Sound.At(other.Last(1), 440, 48_000), -19.5, -16.5);
        Assert.True(Sound.At(other.Last(1), 2_000, 48_000) < -60);
        room.Run(1);
        Assert.False(told.Listener.IsPlaying);
        Assert.InRange(Sound.At(told.Last(0.5), 440, 48_000), -19.5, -16.5);
        Assert.Equal(2, room.Mixer.Encodes);
    }

    [Fact(DisplayName = "FOC-2 a prompt stops at once")]
    public void PromptsStop()
    {
        using var room = new Phones();
        var ear = room.AddEar(Phones.Format(VoiceCodec.Pcma), isInMix: false);
        ear.Listener.Play(Sound.Tone(1_000, 0.3, 48_000, 480_000));
        ear.Listener.Play(Sound.Tone(1_000, 0.3, 48_000, 480_000));
        room.Run(1);
        var steepest = Sound.SteepestStep(ear.Last(0.5));
        ear.Listener.StopPlaying();
        room.Run(0.04);
        Assert.False(ear.Listener.IsPlaying);
        room.Run(0.3);
        Assert.True(Sound.Decibels(ear.Last(0.25)) < -55);
        Assert.InRange(Sound.SteepestStep(ear.Last(1)), 0, steepest * 1.2f);
    }

    [Fact(DisplayName = "In the lobby nothing of the room is heard, and the room is entered without a click")]
    public void LobbyIsDeaf()
    {
        using var room = new Phones();
        room.Add(Talker.Tone(VoiceCodec.Opus, 440));
        var ear = room.AddEar(Opus, isInMix: false);
        room.Run(1);
        Assert.InRange(Sound.Decibels(ear.Last(0.5)), -80, -60);
        ear.Listener.IsInMix = true;
        room.Run(1);
        Assert.InRange(Sound.At(ear.Last(0.5), 440, 48_000), -19.5, -16.5);
        Assert.InRange(Sound.SteepestStep(ear.Last(1)), 0, 0.02f);
    }

    [Theory(DisplayName = "The volume changes what one listener hears by 3 dB a step")]
    [InlineData(2, 6)]
    [InlineData(-3, -9)]
    [InlineData(-40, -12)]
    public void VolumeChanges(int steps, double decibels)
    {
        using var room = new Phones();
        room.Add(Talker.Tone(VoiceCodec.Opus, 440));
        var (changed, other) = (room.AddEar(Opus), room.AddEar(Opus));
        changed.Listener.VolumeSteps = steps;
        room.Run(2);
        var difference = Sound.At(changed.Last(0.5), 440, 48_000) - Sound.At(other.Last(0.5), 440, 48_000);
        Assert.InRange(difference, decibels - 0.7, decibels + 0.7);
    }

    [Fact(DisplayName = "§9.8 silence is noise at −65 dBov, one packet in every tick")]
    public void SilenceIsComfortable()
    {
        using var room = new Phones();
        var ear = room.AddEar(Phones.Format(VoiceCodec.G722));
        room.Run(2);
        Assert.Equal(100, ear.Packets);
        Assert.InRange(Sound.Decibels(ear.Last(1)), -72, -62);
    }

    [Fact(DisplayName = "With DTX silence is hardly sent, timestamps go on, and the first packet after it has the marker")]
    public void DtxPauses()
    {
        using var room = new Phones(new MixerSettings { ComfortNoiseDb = 0 });
        var talker = room.Add(Talker.Tone(VoiceCodec.Opus, 440));
        var ear = room.AddEar(Opus with { Dtx = true });
        var (ticks, markers, runs) = (0u, 0, 0);
        void Count()
        {
            runs++;
            if (ear.Listener.Payload.IsEmpty) return;
            ticks += ear.Listener.Ticks;
            if (ear.Listener.Marker) markers++;
        }

        room.Run(1, Count);
        talker.IsTalking = false;
        room.Run(2, Count);
        Assert.InRange(ear.Packets, 50, 110);
        talker.IsTalking = true;
        room.Run(1, Count);
        Assert.InRange(markers, 2, 20);
        Assert.Equal(runs * 960u, ticks);
    }

    [Fact(DisplayName = "A held listener gets nothing, and its timestamps count the time")]
    public void HeldGetsNothing()
    {
        using var room = new Phones();
        var ear = room.AddEar(Phones.Format(VoiceCodec.Pcmu));
        room.Run(1);
        ear.Listener.IsHeld = true;
        room.Run(1, () => Assert.True(ear.Listener.Payload.IsEmpty));
        ear.Listener.IsHeld = false;
        room.Mixer.Tick(room.Now.PlusMilliseconds(20));
        Assert.Equal(8_160u, ear.Listener.Ticks);
        Assert.True(ear.Listener.Marker);
    }

    [Fact(DisplayName = "A prompt that plays while the same leg speaks is whole, and the leg does not hear itself")]
    public void PromptsWhileSpeaking()
    {
        using var room = new Phones();
        var leg = room.Add(Talker.Tone(VoiceCodec.G722, 440));
        room.Run(1);
        leg.Listener.Play(Sound.Tone(2_000, 0.1, 48_000, 96_000));
        room.Run(1.5);
        Assert.InRange(Sound.At(leg.Ear.Last(1), 2_000, 16_000), -24.5, -21.5);
        Assert.True(Sound.At(leg.Ear.Last(1), 440, 16_000) < -65);
    }
}
