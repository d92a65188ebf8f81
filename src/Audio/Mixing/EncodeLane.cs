using Sylk.Conference.Audio.Codecs;
using Sylk.Conference.Audio.Levels;
using Sylk.Conference.Audio.Native;

namespace Sylk.Conference.Audio.Mixing;

/// <summary>One sum in one format: brings it to the codec's rate, gathers a packet, encodes it once for all who want it.</summary>
internal sealed class EncodeLane : IDisposable
{
    /// <summary>So long nothing was above the gate.</summary>
    private const int HangTicks = 10;
    private const double QuietDb = -60;

    private readonly byte[] _noise = new byte[1];
    private readonly VoiceEncoder _encoder;
    private readonly Resampler? _resampler;
    private readonly LowPass? _lowPass;
    private readonly float[] _filtered = new float[VoiceClock.Frame];
    private readonly float[] _pcm;
    private readonly byte[] _payload = new byte[OpusEncoder.MaxPacket];
    private readonly int _frames, _frameSamples;
    private readonly bool _hasNoise;
    private int _gathered, _length, _quietTicks;
    private long _lastTick = -2;

    public EncodeLane(VoiceFormat format)
    {
        Format = format;
        _encoder = VoiceEncoder.Create(format);
        var rate = VoiceClock.SampleRate(format.Codec);
        _hasNoise = format is { Dtx: true, Codec: not VoiceCodec.Opus };
        _frames = format.FramesPerPacket;
        _frameSamples = rate / 50;
        _pcm = new float[_frames * _frameSamples + 8];
        if (rate != VoiceClock.Rate) _resampler = new Resampler(VoiceClock.Rate, rate);
        if (rate == 8_000) _lowPass = new LowPass(3_600, VoiceClock.Rate);
    }

    public VoiceFormat Format { get; }

    /// <summary>What to send after this tick; empty when nothing.</summary>
    public ReadOnlySpan<byte> Payload => _payload.AsSpan(0, _length);

    /// <summary>All is quiet: <see cref="Noise"/> goes in the place of packets (RFC 3389).</summary>
    public bool IsQuiet => _hasNoise && _quietTicks >= HangTicks;

    /// <summary>A comfort noise payload.</summary>
    public ReadOnlySpan<byte> Noise => _noise;

    /// <summary>Runs once for a tick, however many ask.</summary>
    /// <param name="tick">Number of the tick; packets of several frames end on the same ticks everywhere.</param>
    public EncodeCount Advance(long tick, MixBus bus, int complexity)
    {
        if (_lastTick == tick) return default;
        _encoder.SetComplexity(complexity);
        var primes = _lastTick == tick - 1 ? 0 : Prime(tick, bus);
        _lastTick = tick;
        _quietTicks = bus.Decibels < QuietDb ? Math.Min(_quietTicks + 1, HangTicks) : 0;
        var taken = new EncodeCount(Take(tick, bus.Output), primes);
        if (IsQuiet && _length > 0) _noise[0] = NoisePayload.Level(Block.Decibels(Block.Power(_pcm.AsSpan(0, _frames * _frameSamples))));
        return taken;
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _resampler?.Dispose();
    }

    /// <summary>Encodes what was heard last and throws it away (ENC-2), so that the first packet fits to the ones before.</summary>
    private int Prime(long tick, MixBus bus)
    {
        _encoder.Reset();
        _resampler?.Reset();
        _lowPass?.Reset();
        _gathered = 0;
        var begun = (int)(tick % _frames);
        var packets = (_encoder.PrimeFrames + _frames - 1) / _frames;
        var encodes = 0;
        for (var ago = begun + packets * _frames; ago >= 1; ago--) encodes += Take(tick - ago, bus.Earlier(ago));
        return encodes;
    }

    private int Take(long tick, ReadOnlySpan<float> frame)
    {
        _length = 0;
        if (_resampler is null) frame.CopyTo(_pcm.AsSpan(_gathered));
        else Convert(frame, _resampler);
        _gathered += _frameSamples;
        if (tick % _frames != _frames - 1 || _gathered < _frames * _frameSamples) return 0;
        _gathered = 0;
        _length = _encoder.Encode(_pcm.AsSpan(0, _frames * _frameSamples), _payload);
        return 1;
    }

    private void Convert(ReadOnlySpan<float> frame, Resampler resampler)
    {
        if (_lowPass is not null)
        {
            _lowPass.Process(frame, _filtered);
            frame = _filtered;
        }

        resampler.Process(frame, _pcm.AsSpan(_gathered, _frameSamples));
    }
}

/// <param name="Sent">Encodes of packets that are sent.</param>
/// <param name="Primes">Encodes that were thrown away.</param>
internal readonly record struct EncodeCount(int Sent, int Primes);
