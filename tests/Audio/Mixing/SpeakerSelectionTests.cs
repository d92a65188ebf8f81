using Sylk.Conference.Audio.Tests.Kit;

namespace Sylk.Conference.Audio.Tests.Mixing;

public class SpeakerSelectionTests
{
    [Fact(DisplayName = "MIX-2 of ten who speak the four loudest are heard")]
    public void LoudestAreHeard()
    {
        using var room = Crowd(10, i => i < 4 ? 0.2 : 0.05);
        var ear = room.AddEar(Phones.Format(VoiceCodec.Opus));
        room.Run(3);
        for (var i = 0; i < 10; i++)
        {
            var level = Sound.At(ear.Last(1), Hertz(i), 48_000);
            if (i < 4) Assert.InRange(level, -19, -15);
            else Assert.True(level < -45, $"{i}: {level}");
        }
    }

    [Fact(DisplayName = "MIX-2 with no more than five sources all are heard")]
    public void FewAreAllHeard()
    {
        using var room = Crowd(5, i => i < 4 ? 0.2 : 0.05);
        var ear = room.AddEar(Phones.Format(VoiceCodec.Opus));
        room.Run(3);
        for (var i = 0; i < 5; i++) Assert.True(Sound.At(ear.Last(1), Hertz(i), 48_000) > -31);
    }

    [Fact(DisplayName = "MIX-2 somebody 6 dB louder takes the weakest one's place within 200 ms; somebody 3 dB louder does not")]
    public void LouderTakesOver()
    {
        using var room = Crowd(7, i => i < 4 ? 0.1 : 0);
        room.Run(2);
        Assert.True(Enumerable.Range(0, 4).All(i => room.All[i].Source!.Mix.IsChosen));

        var almost = room.Add(Talker.Tone(VoiceCodec.Opus, 2_500, 0.14));
        room.Run(1);
        Assert.False(almost.Source!.Mix.IsChosen);

        var louder = room.Add(Talker.Tone(VoiceCodec.Opus, 2_900, 0.3));
        room.Run(0.2);
        Assert.True(louder.Source!.Mix.IsChosen);
        Assert.Equal(4, room.All.Count(phone => phone.Source!.Mix.IsChosen));
    }

    [Fact(DisplayName = "MIX-2 who stops speaking keeps the place for half a second when nobody wants it, and loses it at once to who speaks")]
    public void PlacesBecomeFree()
    {
        using var room = Crowd(7, i => i < 5 ? 0.1 : 0);
        room.Run(2);
        var quiet = room.All.First(phone => phone.Source!.Mix.IsChosen);
        var waiting = room.All.Take(5).Single(phone => !phone.Source!.Mix.IsChosen);
        waiting.IsTalking = false;
        room.Run(1);
        quiet.IsTalking = false;
        room.Run(0.4);
        Assert.True(quiet.Source!.Mix.IsChosen);
        room.Run(0.5);
        Assert.False(quiet.Source!.Mix.IsChosen);

        waiting.IsTalking = true;
        room.Run(0.2);
        Assert.True(waiting.Source!.Mix.IsChosen);
        quiet.IsTalking = true;
        room.Run(0.5);
        Assert.False(quiet.Source!.Mix.IsChosen);
        waiting.IsTalking = false;
        room.Run(0.4);
        Assert.True(quiet.Source!.Mix.IsChosen);
    }

    [Fact(DisplayName = "MIX-2 coming and going among the speakers makes no click")]
    public void FadesAreSmooth()
    {
        using var room = Crowd(7, i => i < 4 ? 0.1 : 0);
        var ear = room.AddEar(Phones.Format(VoiceCodec.Opus));
        room.Run(2);
        var steady = Sound.SteepestStep(ear.Last(1));
        for (var i = 0; i < 6; i++)
        {
            room.All[i % 4].Source!.IsMuted = !room.All[i % 4].Source!.IsMuted;
            room.Run(0.5);
        }

        Assert.InRange(Sound.SteepestStep(ear.Last(3)), 0, steady * 1.5f);
    }

    private static double Hertz(int i) => 300 + 200 * i;

    private static Phones Crowd(int size, Func<int, double> amplitude)
    {
        var room = new Phones(new MixerSettings { AutomaticGain = false });
        for (var i = 0; i < size; i++) room.Add(Talker.Tone(VoiceCodec.Opus, Hertz(i), amplitude(i)));
        return room;
    }
}
