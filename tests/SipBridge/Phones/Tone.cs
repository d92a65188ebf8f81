using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>A tone in any codec, 20 ms at a time.</summary>
internal sealed class ToneMaker : IDisposable
{
    private static readonly MixerSettings Plain = new() { MusicDb = 0, ComfortNoiseDb = 0 };
    private readonly RoomMixer _mixer = new(Plain);
    private readonly VoiceListener _encoder;

    public ToneMaker(VoiceCodec codec, double frequency, double amplitude = 0.25, double? beside = null)
    {
        var samples = Samples(frequency, amplitude, 1);
        _mixer.SetMusic(beside is { } other ? samples.Zip(Samples(other, amplitude, 1), (one, two) => one + two).ToArray() : samples);
        _encoder = _mixer.AddListener(new VoiceFormat(codec, 20, 32_000, false, false, 0), null);
        _encoder.Music = true;
    }

    public static float[] Samples(double frequency, double amplitude, double seconds) =>
        [.. Enumerable.Range(0, (int)(48_000 * seconds)).Select(i => (float)(amplitude * Math.Sin(2 * Math.PI * frequency * i / 48_000)))];

    public ReadOnlySpan<byte> Next(Instant now)
    {
        _mixer.Tick(now);
        return _encoder.Payload;
    }

    public void Dispose() => _mixer.Dispose();
}

/// <summary>Hears packets of any codec and says how much of a tone is in them.</summary>
internal sealed class ToneMeter : IDisposable
{
    private readonly RoomMixer _mixer = new(new MixerSettings { ComfortNoiseDb = 0, AutomaticGain = false });
    private readonly VoiceSource _voice;
    private readonly VoiceListener _ear;
    private readonly List<float> _samples = [];

    public ToneMeter(VoiceCodec codec)
    {
        _voice = _mixer.AddSource(codec, isLeg: false);
        _ear = _mixer.AddListener(new VoiceFormat(VoiceCodec.Pcmu, 20, 0, false, false, 0), null);
        _ear.IsInMix = true;
    }

    public void Push(Instant now, long sequence, uint timestamp, ReadOnlySpan<byte> payload) => _voice.Push(now, sequence, timestamp, false, payload);

    public void Tick(Instant now)
    {
        _mixer.Tick(now);
        foreach (var value in _ear.Payload)
        {
            _samples.Add(Expand(value));
        }
    }

    public void Clear() => _samples.Clear();

    /// <summary>Decibels below full scale of a tone in the second half of what was heard (Goertzel).</summary>
    public double Level(double frequency)
    {
        var heard = _samples.Skip(_samples.Count / 2).ToArray();
        var factor = 2 * Math.Cos(2 * Math.PI * frequency / 8_000);
        var (last, before) = (0.0, 0.0);
        foreach (var sample in heard)
        {
            (last, before) = (sample + factor * last - before, last);
        }

        var power = last * last + before * before - factor * last * before;
        var amplitude = 2 * Math.Sqrt(Math.Max(power, 0)) / Math.Max(1, heard.Length);
        return 20 * Math.Log10(Math.Max(amplitude, 1e-6));
    }

    public void Dispose() => _mixer.Dispose();

    /// <summary>ITU-T G.711 mu-law.</summary>
    private static float Expand(byte value)
    {
        var bits = ~value;
        var magnitude = (((bits & 0x0F) << 3) + 0x84 << ((bits & 0x70) >> 4)) - 0x84;
        return (bits & 0x80) != 0 ? -magnitude / 32768f : magnitude / 32768f;
    }
}
