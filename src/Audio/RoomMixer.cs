using Sylk.Conference.Audio.Levels;
using Sylk.Conference.Audio.Mixing;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Audio;

/// <summary>
/// The phones of one room: every source's sound, and for every listener the sum of the others (MIX-3), encoded once for all who hear
/// the same in the same format (§ 9.6). One thread; it reads no clock and does no I/O, and after warm-up a tick allocates nothing.
/// </summary>
public sealed class RoomMixer : IDisposable
{
    /// <summary>What a tick takes in: 20 ms.</summary>
    public const int TickMs = 20;

    internal const int OwnKeptTicks = 100;

    // Divisible by 1, 2 and 3, and far enough from 0 to look back.
    private const long FirstTick = 600;
    private const int KeepEvery = 500;

    private readonly MixerSettings _settings;
    private readonly List<VoiceSource> _sources = new(16);
    private readonly List<VoiceListener> _listeners = new(16);
    private readonly SpeakerSelection _selection;
    private readonly ComfortNoise _noise;
    private readonly PromptQueue _announcements = new();
    private readonly MusicLoop _music;
    private readonly MixBus[] _shared = [new(), new(), new(), new()];
    private readonly List<MixBus> _spare = new(8);
    private readonly float[] _noiseFrame = new float[VoiceClock.Frame], _musicFrame = new float[VoiceClock.Frame];
    private readonly float[] _room = new float[VoiceClock.Frame], _announced = new float[VoiceClock.Frame];
    private readonly float _duckGain;
    private readonly CallersMix _callers;
    private float _duckBefore = 1, _duck = 1;

    public RoomMixer(MixerSettings settings)
    {
        _settings = settings;
        _selection = new SpeakerSelection(Math.Clamp(settings.Speakers, 1, 16));
        _noise = new ComfortNoise(settings.NoiseSeed, settings.ComfortNoiseDb);
        _music = new MusicLoop(settings.MusicDb);
        _callers = new CallersMix(settings);
        _duckGain = Block.Gain(settings.DuckDb);
        Complexity = settings.Complexity;
    }

    /// <summary>Opus encoder effort from now on, 0 to 10: lowered when ticks take too long (ENC-4).</summary>
    public int Complexity { get; set; }

    /// <summary>Encodes of packets towards listeners in the last tick.</summary>
    public int Encodes { get; private set; }

    /// <summary>Encodes in the last tick that only prepared an encoder and were thrown away (ENC-2).</summary>
    public int Primes { get; private set; }

    /// <summary>Encodes of voices for browsers in the last tick.</summary>
    public int TrackEncodes { get; private set; }

    /// <summary>The voices that go to browsers as one track.</summary>
    public CallersMix Callers => _callers;

    /// <summary>An announcement of <see cref="PlayToAll"/> is playing or waits.</summary>
    public bool IsAnnouncing => _announcements.IsPlaying;

    public int Sources => _sources.Count;

    public int Listeners => _listeners.Count;

    /// <summary>What those hear who contribute nothing: the last 20 ms at 48 kHz.</summary>
    internal ReadOnlySpan<float> LastSum => Shared(HeardSum.Room).Output;

    internal long TickNumber { get; private set; } = FirstTick;

    /// <summary>Adds a voice.</summary>
    /// <param name="codec">What comes; a browser's track is always Opus.</param>
    /// <param name="isLeg">True: a leg, levelled and offered to browsers. False: a browser's track.</param>
    public VoiceSource AddSource(VoiceCodec codec, bool isLeg)
    {
        var source = new VoiceSource(_settings, codec, isLeg);
        _sources.Add(source);
        return source;
    }

    /// <summary>Takes a voice away; it must not be used any more.</summary>
    public void Remove(VoiceSource source)
    {
        if (_sources.Remove(source)) source.Dispose();
    }

    /// <summary>Adds somebody who hears. In the lobby at first: see <see cref="VoiceListener.IsInMix"/>.</summary>
    /// <param name="own">The voice it must not hear.</param>
    public VoiceListener AddListener(VoiceFormat format, VoiceSource? own)
    {
        var listener = new VoiceListener(format, own, _settings);
        _listeners.Add(listener);
        return listener;
    }

    public void Remove(VoiceListener listener)
    {
        if (_listeners.Remove(listener)) listener.TakeOwnBus()?.Dispose();
    }

    /// <summary>Music on hold from now on: 48 kHz mono, played over and over.</summary>
    public void SetMusic(ReadOnlyMemory<float> samples48k) => _music.Set(samples48k);

    /// <summary>Plays sound to everybody who is in the mix; the room is 12 dB lower meanwhile. One encode for all, as for the mix.</summary>
    public void PlayToAll(ReadOnlyMemory<float> samples48k) => _announcements.Play(samples48k);

    /// <summary>20 ms pass: takes what sources have, mixes, and makes every listener's payload.</summary>
    public void Tick(Instant now)
    {
        TickNumber++;
        foreach (var source in _sources) source.Advance(now, Complexity);
        _selection.Choose(_sources);
        SumRoom();
        _callers.Advance(_sources, Complexity);
        TrackEncodes = _callers.Encodes;
        foreach (var source in _sources) TrackEncodes += source.TrackEncodes;
        SumShared();
        (Encodes, Primes) = (0, 0);
        foreach (var listener in _listeners)
        {
            var count = listener.Advance(this);
            (Encodes, Primes) = (Encodes + count.Sent, Primes + count.Primes);
        }

        if (TickNumber % KeepEvery == 0) DropUnusedLanes();
    }

    public void Dispose()
    {
        foreach (var source in _sources) source.Dispose();
        _callers.Dispose();
        foreach (var listener in _listeners) listener.TakeOwnBus()?.Dispose();
        foreach (var bus in _shared) bus.Dispose();
        foreach (var bus in _spare) bus.Dispose();
        _spare.Clear();
        _sources.Clear();
        _listeners.Clear();
    }

    internal MixBus Shared(HeardSum sum) => _shared[(int)sum];

    /// <summary>Adds what is heard to a frame, without one's own voice and without the limiter.</summary>
    internal void AddSum(HeardSum sum, VoiceSource? own, Span<float> frame, float begin, float end)
    {
        Block.AddRamp(_noiseFrame, frame, begin, end);
        if (sum is HeardSum.Silence) return;
        if (sum is HeardSum.LobbyMusic)
        {
            Block.AddRamp(_musicFrame, frame, begin, end);
            return;
        }

        var ducked = sum is HeardSum.Music ? _musicFrame : _room;
        AddDucked(ducked, frame, begin, end);
        if (sum is HeardSum.Room && own is not null && own.Mix.Contributes) AddDucked(own.Frame, frame, -begin, -end);
        Block.AddRamp(_announced, frame, begin, end);
    }

    /// <summary>A bus for a listener's own sum: one that encoded the format before, so that only more speakers than ever allocate.</summary>
    internal MixBus Rent(VoiceFormat format)
    {
        for (var i = _spare.Count - 1; i >= 0; i--)
        {
            var bus = _spare[i];
            if (!bus.HasLane(format)) continue;
            _spare.RemoveAt(i);
            return bus;
        }

        return new MixBus();
    }

    internal void Return(MixBus bus) => _spare.Add(bus);

    /// <summary>The sum of all who speak; each source's frame becomes what it contributed.</summary>
    private void SumRoom()
    {
        Array.Clear(_room);
        foreach (var source in _sources)
        {
            var state = source.Mix;
            var goal = state.IsChosen ? 1f : 0f;
            state.Contributes = state.Gain != 0 || goal != 0;
            if (!state.Contributes) continue;
            Fade(source.Frame, state.Gain, goal);
            state.Gain = goal;
            Block.Add(source.Frame, _room);
        }
    }

    /// <summary>10 ms in or out.</summary>
    private static void Fade(Span<float> frame, float from, float to)
    {
        if (from == to) return;
        Block.Ramp(frame[..480], from, to);
        if (to == 0) frame[480..].Clear();
    }

    private void SumShared()
    {
        _noise.Fill(_noiseFrame);
        Array.Clear(_musicFrame);
        _music.AddTo(_musicFrame);
        Array.Clear(_announced);
        (_duckBefore, _duck) = (_duck, _announcements.IsPlaying ? _duckGain : 1);
        _announcements.AddTo(_announced);
        for (var sum = HeardSum.Silence; sum <= HeardSum.Room; sum++)
        {
            var bus = Shared(sum);
            AddSum(sum, null, bus.Begin(), 1, 1);
            bus.Process();
        }
    }

    /// <summary>Gain over the frame is the product of two ramps; their ends are exact, and the middle is close enough for 20 ms.</summary>
    private void AddDucked(ReadOnlySpan<float> from, Span<float> to, float begin, float end) =>
        Block.AddRamp(from, to, begin * _duckBefore, end * _duck);

    private void DropUnusedLanes()
    {
        foreach (var bus in _shared) bus.Keep(_listeners);
        foreach (var listener in _listeners) listener.Keep(_listeners);
        for (var i = _spare.Count - 1; i >= 0; i--)
        {
            _spare[i].Keep(_listeners);
            if (_spare[i].HasLanes) continue;
            _spare[i].Dispose();
            _spare.RemoveAt(i);
        }
    }
}
