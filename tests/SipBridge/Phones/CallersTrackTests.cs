using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>More phones than may have tracks of their own.</summary>
public sealed class CallersTrackTests
{
    private const int Mix = FakeVoices.MixNumber + 1;
    private readonly FakeVoices _voices = new();

    [Theory(DisplayName = "Above the number the voices go to browsers as one track: what speaks on changes over within two seconds, with no hole and nothing twice")]
    [InlineData(VoiceCodec.Opus)]
    [InlineData(VoiceCodec.Pcmu)]
    public void ChangesOver(VoiceCodec codec)
    {
        using var lab = Lab(1);
        using var line = new BrowserEar(lab, _voices);
        lab.Plain("a", "198.51.100.1:4000", codec, 440);
        line.Run(1);
        Assert.Empty(_voices.Mixes);
        line.Clear();
        lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Pcmu, 1_000).IsSilent = true;
        line.Run(4);
        Assert.Single(_voices.Mixes);
        Assert.Equal([1, Mix], line.Speakers);
        AssertWhole(line);
        Assert.InRange(line.LastOf(1), 1.9, 2.2);
        Assert.Contains(_voices.Levels, told => told is { Voice: 1, Level: < 40 });
        Assert.InRange(_voices.Levels.Count(told => told.Voice == 1), 95, 105);
    }

    [Fact(DisplayName = "Few again they share the track for ten seconds more, then each has its own and the shared one is gone")]
    public void FewAgain()
    {
        using var lab = Lab(1);
        using var line = new BrowserEar(lab, _voices);
        lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Pcmu, 1_000).IsSilent = true;
        line.Run(4);
        Assert.Equal(0, lab.Room.Mixer.TrackEncodes - 1);
        lab.Room.Remove(lab.Room.Find("b")!);
        line.Run(9.5);
        line.Clear();
        line.Run(0.4);
        Assert.Equal([Mix], line.Speakers);
        line.Run(4);
        Assert.Equal([Mix, 1], line.Speakers);
        AssertWhole(line);
        Assert.Equal([2, Mix], _voices.Unpublished);
        Assert.Equal(1, lab.Room.Mixer.TrackEncodes);
    }

    [Fact(DisplayName = "Somebody who comes and goes at the border changes nothing, and silent voices change over at once")]
    public void AtTheBorder()
    {
        using var lab = Lab(1);
        using var line = new BrowserEar(lab, _voices);
        var a = lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        a.IsSilent = true;
        line.Run(1);
        for (var i = 0; i < 4; i++)
        {
            lab.AddLeg($"b{i}").EnterMix($"tr_b{i}", muted: false);
            line.Run(1);
            lab.Room.Remove(lab.Room.Find($"b{i}")!);
            line.Run(4);
        }

        Assert.Single(_voices.Mixes);
        a.IsSilent = false;
        line.Clear();
        line.Run(1);
        Assert.Equal([Mix], line.Speakers);
    }

    [Fact(DisplayName = "A muted phone is out of the shared track at once, the others stay; who leaves takes only their own voice along")]
    public void MutedAlone()
    {
        using var lab = Lab(0);
        using var line = new BrowserEar(lab, _voices);
        lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Opus, 1_000);
        line.Run(3);
        Assert.True(line.Level(Mix, 440) > -25 && line.Level(Mix, 1_000) > -25, $"{line.Level(Mix, 440)} {line.Level(Mix, 1_000)}");
        lab.Obey(new SetLegMuted("r", 1, "a", Muted: true));
        line.Run(0.2);
        line.Clear();
        _voices.Levels.Clear();
        line.Run(1);
        Assert.True(line.Level(Mix, 440) < -50 && line.Level(Mix, 1_000) > -25, $"{line.Level(Mix, 440)} {line.Level(Mix, 1_000)}");
        Assert.All(_voices.Levels, told => Assert.Equal(2, told.Voice));
        lab.Obey(new SetLegMuted("r", 1, "a", Muted: false));
        lab.Room.Remove(lab.Room.Find("b")!);
        line.Run(0.2);
        line.Clear();
        line.Run(1);
        Assert.True(line.Level(Mix, 440) > -25 && line.Level(Mix, 1_000) < -50);
        Assert.Equal([2], _voices.Unpublished);
    }

    [Fact(DisplayName = "A voice that the room has muted while its call knows nothing of it is out of the shared track in the same tick, though it speaks; unmuted it is back")]
    public void MutedByTheRoom()
    {
        using var lab = Lab(0);
        using var line = new BrowserEar(lab, _voices);
        lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        lab.Plain("b", "198.51.100.2:4000", VoiceCodec.Opus, 1_000);
        line.Run(3);
        _voices.Muted.Add(1);
        _voices.Levels.Clear();
        line.Run(0.2);
        Assert.All(_voices.Levels, told => Assert.Equal(2, told.Voice));
        line.Clear();
        line.Run(1);
        Assert.True(line.Level(Mix, 440) < -50 && line.Level(Mix, 1_000) > -25, $"{line.Level(Mix, 440)} {line.Level(Mix, 1_000)}");
        _voices.Muted.Clear();
        line.Run(0.2);
        line.Clear();
        line.Run(1);
        Assert.True(line.Level(Mix, 440) > -25 && line.Level(Mix, 1_000) > -25, $"{line.Level(Mix, 440)} {line.Level(Mix, 1_000)}");
        Assert.Equal([Mix], line.Speakers);
    }

    [Fact(DisplayName = "When the room's media closes and is back elsewhere the track is published anew")]
    public void ClosedAndBack()
    {
        using var lab = Lab(0);
        lab.Plain("a", "198.51.100.1:4000", VoiceCodec.Pcmu, 440);
        lab.Run(3);
        var next = new FakeVoices();
        lab.OpenAudio = () => new LocalAudioOpened(null, next);
        _voices.IsClosed = true;
        lab.Run(4);
        Assert.Single(next.Mixes);
        Assert.NotEqual(_voices.Mixes[0], next.Mixes[0]);
        Assert.Equal(Mix, next.Sent[^1].Voice);
        Assert.InRange(next.Sent.Count(packet => packet.Voice == 1), 0, 100);
    }

    private PhoneLab Lab(int ownTracks) =>
        new(new PhoneSettings { OwnTracks = ownTracks }) { OpenAudio = () => new LocalAudioOpened(null, _voices) };

    /// <summary>Sound comes on one track at any time: no more than one tick is without, or on two where an encoder looks ahead.</summary>
    private static void AssertWhole(BrowserEar line)
    {
        var counts = string.Concat(line.Ticks.Select(tick => tick.Distinct().Count()));
        Assert.True(counts.Split('0', '1').All(both => both.Length <= 1) && counts.Count(tick => tick == '2') <= 1, counts);
        Assert.True(!counts.Contains("00", StringComparison.Ordinal) && counts.Count(tick => tick == '0') <= 1, counts);
    }
}

/// <summary>What a browser gets of all tracks, 20 ms after 20 ms.</summary>
internal sealed class BrowserEar : IDisposable
{
    private readonly PhoneLab _lab;
    private readonly Dictionary<int, ToneMeter> _meters = [];
    private readonly Dictionary<int, long> _numbers = [];
    private List<int> _now = [];

    public BrowserEar(PhoneLab lab, FakeVoices voices)
    {
        _lab = lab;
        voices.OnSent = Take;
    }

    /// <summary>Tracks that had sound, in each tick.</summary>
    public List<List<int>> Ticks { get; } = [];

    /// <summary>In the order they were first heard.</summary>
    public IEnumerable<int> Speakers => Ticks.SelectMany(tick => tick).Distinct();

    /// <summary>Seconds after the beginning.</summary>
    public double LastOf(int voice) => Ticks.FindLastIndex(tick => tick.Contains(voice)) / 50.0;

    public double Level(int voice, double frequency) => _meters.TryGetValue(voice, out var meter) ? meter.Level(frequency) : -120;

    public void Run(double seconds)
    {
        for (var i = 0; i < seconds * 50; i++)
        {
            _now = [];
            _lab.Run(0.02);
            Ticks.Add(_now);
            foreach (var meter in _meters.Values)
            {
                meter.Tick(_lab.Now);
            }
        }
    }

    public void Clear()
    {
        Ticks.Clear();
        foreach (var meter in _meters.Values)
        {
            meter.Clear();
        }
    }

    public void Dispose()
    {
        foreach (var meter in _meters.Values)
        {
            meter.Dispose();
        }
    }

    private void Take(int voice, uint timestamp, byte level, byte[] payload)
    {
        if (payload.Length > 3 && level < 60)
        {
            _now.Add(voice);
        }

        if (!_meters.TryGetValue(voice, out var meter))
        {
            _meters[voice] = meter = new ToneMeter(VoiceCodec.Opus);
        }

        var number = _numbers.GetValueOrDefault(voice);
        _numbers[voice] = number + 1;
        meter.Push(_lab.Now, number, timestamp, payload);
    }
}
