using Sylk.Conference.Audio.Codecs;
using Sylk.Conference.Audio.Tests.Kit;

namespace Sylk.Conference.Audio.Tests.Mixing;

public class LegTrackTests
{
    private readonly byte[] _packet = new byte[1_275];

    [Fact(DisplayName = "§9.7 a leg's own 20 ms Opus packets go to browsers byte for byte, in order, with levels")]
    public void OpusPassesThrough()
    {
        using var room = new Phones();
        var leg = room.Add(Talker.Voice(VoiceCodec.Opus, 5));
        using var same = Talker.Voice(VoiceCodec.Opus, 5);
        var sent = Enumerable.Range(0, 110).Select(_ => Convert.ToHexString(same.Encode())).ToList();
        var taken = new List<(string Bytes, OpusFrame Frame)>();
        room.Run(2, () => Take(leg, taken));
        Assert.True(taken.Count > 80);
        var first = sent.IndexOf(taken[0].Bytes);
        Assert.Equal(sent.Skip(first).Take(taken.Count), taken.Select(item => item.Bytes));
        Assert.True(taken[0].Frame.Marker);
        Assert.All(taken.Zip(taken.Skip(1)), pair => Assert.Equal(960u, pair.Second.Frame.Timestamp48k - pair.First.Frame.Timestamp48k));
        Assert.InRange(taken.Min(item => item.Frame.Level), 8, 30);
    }

    [Theory(DisplayName = "§9.7 other codecs are encoded: 20 ms of Opus in every tick of speech, each 960 later")]
    [InlineData(VoiceCodec.Pcmu)]
    [InlineData(VoiceCodec.G722)]
    public void OthersAreEncoded(VoiceCodec codec)
    {
        using var room = new Phones();
        var leg = room.Add(Talker.Tone(codec, 1_000));
        var taken = new List<(string Bytes, OpusFrame Frame)>();
        room.Run(2, () => Take(leg, taken));
        Assert.InRange(taken.Count, 95, 101);
        Assert.All(taken.Zip(taken.Skip(1)), pair => Assert.Equal(960u, pair.Second.Frame.Timestamp48k - pair.First.Frame.Timestamp48k));
        using var decoder = new OpusVoiceDecoder();
        var heard = new float[5_760];
        foreach (var (bytes, _) in taken) Assert.Equal(960, decoder.Decode(Convert.FromHexString(bytes), heard));
        Assert.InRange(Sound.At(heard.AsSpan(0, 960), 1_000, 48_000), -20, -16);
    }

    [Theory(DisplayName = "§9.7 in silence nothing is sent or encoded; speech begins with what was just before it, a marker and a gap")]
    [InlineData(VoiceCodec.Opus)]
    [InlineData(VoiceCodec.Pcma)]
    public void SilenceIsNotSent(VoiceCodec codec)
    {
        using var room = new Phones(new MixerSettings { AutomaticGain = false });
        var leg = room.Add(new Talker(codec, (i, rate) => i / rate % 4 >= 2 ? 0.2f * MathF.Sin(i * 0.3f) : 0));
        var taken = new List<(string Bytes, OpusFrame Frame)>();
        room.Run(1.9, () => Take(leg, taken));
        Assert.Empty(taken);
        room.Run(4, () => Take(leg, taken));
        Assert.InRange(taken.Count, 120, 145);
        Assert.Single(taken, item => item.Frame.Marker);
        room.Run(1, () => Take(leg, taken));
        var marked = taken.FindLastIndex(item => item.Frame.Marker);
        Assert.True(marked > 100);
        Assert.InRange(taken[marked].Frame.Timestamp48k - taken[marked - 1].Frame.Timestamp48k, 50_000u, 100_000u);
    }

    [Fact(DisplayName = "While nobody would hear it a voice is not encoded: packets of a byte tell its level, and it is there at once when somebody comes")]
    public void UnheardIsNotEncoded()
    {
        using var room = new Phones();
        var leg = room.Add(Talker.Tone(VoiceCodec.Pcma, 1_000));
        leg.Source!.IsHeard = false;
        var taken = new List<(string Bytes, OpusFrame Frame)>();
        room.Run(2, () => Take(leg, taken));
        Assert.InRange(taken.Count, 95, 101);
        Assert.All(taken, item => Assert.Equal(1, item.Frame.Length));
        Assert.InRange(taken[^1].Frame.Level, 10, 25);
        using var decoder = new OpusVoiceDecoder();
        var heard = new float[5_760];
        Assert.Equal(960, decoder.Decode(Convert.FromHexString(taken[^1].Bytes), heard));

        leg.Source.IsHeard = true;
        var before = taken.Count;
        room.Run(1, () => Take(leg, taken));
        Assert.Equal(before + 50, taken.Count);
        Assert.All(taken.Skip(before), item => Assert.True(item.Frame.Length > 10));
        Assert.All(taken.Zip(taken.Skip(1)), pair => Assert.Equal(960u, pair.Second.Frame.Timestamp48k - pair.First.Frame.Timestamp48k));
        foreach (var (bytes, _) in taken.Skip(before)) Assert.Equal(960, decoder.Decode(Convert.FromHexString(bytes), heard));
        Assert.InRange(Sound.At(heard.AsSpan(0, 960), 1_000, 48_000), -20, -16);
    }

    [Fact(DisplayName = "A recording gets the track in silence too")]
    public void RecordingsGetSilence()
    {
        using var room = new Phones();
        var leg = room.Add(new Talker(VoiceCodec.Pcmu, (_, _) => 0));
        leg.Source!.IsRecorded = true;
        var taken = new List<(string Bytes, OpusFrame Frame)>();
        room.Run(1, () => Take(leg, taken));
        Assert.InRange(taken.Count, 48, 51);
    }

    [Fact(DisplayName = "A change of codec goes on with later timestamps and starts without what waited (JB-4)")]
    public void CodecChanges()
    {
        using var room = new Phones();
        var leg = room.Add(Talker.Tone(VoiceCodec.Opus, 440));
        var ear = room.AddEar(Phones.Format(VoiceCodec.Opus));
        var taken = new List<(string Bytes, OpusFrame Frame)>();
        room.Run(1, () => Take(leg, taken));
        leg.IsTalking = false;
        leg.Source!.Codec = VoiceCodec.Pcma;
        using var other = Talker.Tone(VoiceCodec.Pcma, 1_300);
        room.Run(1, () =>
        {
            other.Speak(leg.Source, room.Now);
            Take(leg, taken);
        });
        Assert.InRange(Sound.At(ear.Last(0.5), 1_300, 48_000), -19.5, -16.5);
        Assert.All(taken.Zip(taken.Skip(1)), pair => Assert.InRange(pair.Second.Frame.Timestamp48k - pair.First.Frame.Timestamp48k, 960u, 10_000u));
    }

    [Fact(DisplayName = "A browser's track is not levelled and has no way back to browsers")]
    public void BrowserTracksAreLeftAlone()
    {
        using var room = new Phones();
        var track = room.Mixer.AddSource(VoiceCodec.Opus, isLeg: false);
        using var talker = Talker.Tone(VoiceCodec.Opus, 440, 0.05);
        var ear = room.AddEar(Phones.Format(VoiceCodec.Opus));
        room.Run(3, () =>
        {
            talker.Speak(track, room.Now);
            Assert.False(track.TryTakeOpus(_packet, out _));
        });
        Assert.InRange(Sound.At(ear.Last(0.5), 440, 48_000), -30.5, -28);
    }

    private void Take(Phone leg, List<(string Bytes, OpusFrame Frame)> taken)
    {
        while (leg.Source!.TryTakeOpus(_packet, out var frame)) taken.Add((Convert.ToHexString(_packet.AsSpan(0, frame.Length)), frame));
    }
}
