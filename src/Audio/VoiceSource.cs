using Sylk.Conference.Audio.Detection;
using Sylk.Conference.Audio.Jitter;
using Sylk.Conference.Audio.Levels;
using Sylk.Conference.Audio.Mixing;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Audio;

/// <summary>
/// One voice that comes in: a leg's RTP, or a browser's track. Packets go in when they come; the room's tick takes 20 ms out, levels
/// them and mixes them. Used by the room's thread only.
/// </summary>
public sealed class VoiceSource : IDisposable
{
    private readonly MixerSettings _settings;
    private readonly float[] _frame = new float[VoiceClock.Frame];
    private readonly AutomaticGain _gain = new();
    private readonly Gate _gate;
    private JitterCounters _earlier = new();
    private JitterBuffer _buffer;
    private readonly LegTrack? _track;
    private VoiceCodec _codec;
    private bool _isHeld;
    private KeyToneDetector? _keys;
    private char _key;

    internal VoiceSource(MixerSettings settings, VoiceCodec codec, bool isLeg)
    {
        _settings = settings;
        _gate = new Gate(settings.GateDb);
        (_codec, IsLeg) = (codec, isLeg);
        if (isLeg) _track = new LegTrack(settings);
        _track?.Begin(codec);
        _buffer = new JitterBuffer(codec, _track);
    }

    /// <summary>False: a browser's track, which ran automatic gain itself and needs no way to browsers.</summary>
    public bool IsLeg { get; }

    /// <summary>What <see cref="Push"/> takes. A change forgets what waits (JB-4); setting the same does nothing.</summary>
    public VoiceCodec Codec
    {
        get => _codec;
        set
        {
            if (value != _codec) ChangeCodec(value);
        }
    }

    /// <summary>Contributes nothing, to phones nor browsers; <see cref="Level"/> still tells how loudly it speaks (FOC-7).</summary>
    public bool IsMuted { get; set; }

    /// <summary>Contributes nothing and is not even decoded: what a held leg sends is somebody's music.</summary>
    public bool IsHeld
    {
        get => _isHeld;
        set
        {
            if (value && !_isHeld) Reset();
            _isHeld = value;
        }
    }

    /// <summary>False in the lobby: nobody hears it.</summary>
    public bool IsInMix { get; set; } = true;

    /// <summary>A recording wants <see cref="TryTakeOpus"/> in silence too.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>False while no browser could hear it: what <see cref="TryTakeOpus"/> gives then are levels over silence, unless it passes by itself.</summary>
    public bool IsHeard { get; set; } = true;

    /// <summary>
    /// Its sound goes to browsers in <see cref="RoomMixer.Callers"/> and is not encoded by itself: of what <see cref="TryTakeOpus"/> gives
    /// the level counts. Takes effect with the next tick.
    /// </summary>
    public bool IsWithCallers { get; set; }

    /// <summary>Keypad tones in the sound are taken for keys, and out of what the others hear, 20 ms later (FOC-2, FOC-4).</summary>
    public bool DetectsKeys
    {
        get => _keys is not null;
        set => _keys = value ? _keys ?? new KeyToneDetector() : null;
    }

    /// <summary>Loss browsers report for this voice (0 to 100); above 0 packets encoded here carry FEC.</summary>
    public int ExpectedLossPercent { get; set; }

    /// <summary>RFC 6464 level of the last 20 ms, after automatic gain: 0 (loudest) to 127 (silent).</summary>
    public byte Level { get; private set; } = LevelMeter.Silence;

    /// <summary>Above the gate, or was within 300 ms. Says so of muted ones too.</summary>
    public bool IsSpeaking => _gate.IsOpen;

    /// <summary>What happened to its packets so far.</summary>
    public VoiceStatistics Statistics => VoiceStatistics.Sum(_earlier, _buffer.Counters, _buffer.DelayMs, _buffer.TargetMs, _gain.GainDb);

    /// <summary>The last 20 ms at 48 kHz as they went into the mix.</summary>
    internal Span<float> Frame => _frame;

    /// <summary>Encodes of its own for browsers in the last tick.</summary>
    internal int TrackEncodes => _track?.Encodes ?? 0;

    internal SourceMixState Mix { get; } = new();

    /// <summary>Silent, with noise that would be missed.</summary>
    internal bool IsNoisy => _buffer.IsNoise && _buffer.NoiseDb > _gate.ThresholdDb;

    internal bool IsEligible => IsInMix && !IsMuted && !IsHeld;

    /// <summary>Hands in an RTP payload. Nothing it can hold does harm.</summary>
    /// <param name="arrival">When it came.</param>
    /// <param name="sequence">Unwrapped. A jump of more than 100 is another stream once the next packet confirms it (RFC 3550 appendix A.1).</param>
    /// <param name="timestamp">In the codec's RTP clock: 48 kHz for Opus, 8 kHz for the others.</param>
    /// <param name="marker">First packet of a talkspurt.</param>
    /// <param name="payload">
    /// Of <see cref="Codec"/>. Empty for a packet whose number counts but that has no voice (telephone events); give those too, or
    /// they look lost.
    /// </param>
    public void Push(Instant arrival, long sequence, uint timestamp, bool marker, ReadOnlySpan<byte> payload)
    {
        if (!_isHeld && sequence >= 0) _buffer.Push(arrival, sequence, timestamp, marker, payload);
    }

    /// <summary>
    /// Hands in a comfort noise payload (RFC 3389): the sender stops sending, and this is what its silence sounds like. Phones hear it
    /// while it is above the gate and few enough are there; nobody speaks by it.
    /// </summary>
    /// <inheritdoc cref="Push" path="/param"/>
    public void PushNoise(Instant arrival, long sequence, uint timestamp, ReadOnlySpan<byte> payload)
    {
        if (!_isHeld && sequence >= 0) _buffer.Push(arrival, sequence, timestamp, marker: false, payload, isNoise: true);
    }

    /// <summary>Another stream begins (new SSRC): what waits is forgotten, delays are learnt anew (JB-4).</summary>
    public void Reset()
    {
        _buffer.Reset();
        _gain.Reset();
        _keys?.Reset();
    }

    /// <summary>After a tick, until it says false: this leg's voice for browsers. Silence gives nothing.</summary>
    /// <param name="into">At least 1,275 bytes.</param>
    public bool TryTakeOpus(Span<byte> into, out OpusFrame frame)
    {
        frame = default;
        return _track is not null && _track.TryTake(into, Level, out frame);
    }

    /// <summary>A key that the last 20 ms told of; once.</summary>
    public bool TryTakeKey(out char key)
    {
        (key, _key) = (_key, default);
        return key != default;
    }

    internal void Advance(Instant now, int complexity)
    {
        if (_isHeld)
        {
            Array.Clear(_frame);
            _gate.Close();
            Level = LevelMeter.Silence;
        }
        else Listen(now);

        if (_track is null) return;
        _track.IsAlwaysSent = IsRecorded;
        _track.MayPass = _keys is null;
        _track.IsHeard = IsHeard && !IsWithCallers;
        _track.ExpectedLossPercent = ExpectedLossPercent;
        _track.Advance(_frame, _gate.IsOpen, IsEligible, complexity);
    }

    /// <summary>Done by <see cref="RoomMixer.Remove(VoiceSource)"/>.</summary>
    public void Dispose()
    {
        _buffer.Dispose();
        _track?.Dispose();
    }

    private void Listen(Instant now)
    {
        _buffer.Pull(now, isQuiet: !_gate.IsOpen, _frame);
        TakeOutKeys();
        var power = Block.Power(_frame);
        var decibels = _buffer.IsNoise ? -LevelMeter.Silence : Block.Decibels(power);
        _gate.Advance(decibels);
        if (IsLeg && _settings.AutomaticGain)
        {
            _gain.Apply(_frame, power, isSpeech: decibels > _gate.ThresholdDb);
            decibels += power > 0 ? _gain.GainDb : 0;
        }

        Level = _buffer.IsNoise ? LevelMeter.Silence : LevelMeter.Level(decibels);
        Mix.Observe(power * Block.Gain(2 * _gain.GainDb), decibels > _gate.ThresholdDb);
    }

    private void TakeOutKeys()
    {
        if (_keys is not null && _keys.Filter(_frame, out var key)) _key = key;
    }

    private void ChangeCodec(VoiceCodec codec)
    {
        _codec = codec;
        _earlier = JitterCounters.Sum(_earlier, _buffer.Counters);
        _buffer.Dispose();
        _track?.Begin(codec);
        _buffer = new JitterBuffer(codec, _track);
    }
}
