using Sylk.Conference.Audio.Codecs;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Audio.Tests.Kit;

/// <summary>A phone that talks: 20 ms packets of a sound, on a clock of its own.</summary>
internal sealed class Talker : IDisposable
{
    private readonly VoiceEncoder _encoder;
    private readonly Func<int, int, float> _sample;
    private readonly byte[] _packet = new byte[1_275];
    private readonly float[] _pcm;
    private readonly int _rate;
    private int _frame;

    /// <param name="sample">(number, rate) to ±1.</param>
    public Talker(VoiceCodec codec, Func<int, int, float> sample, int bitrate = 32_000, bool fec = false)
    {
        Codec = codec;
        _encoder = VoiceEncoder.Create(new VoiceFormat(codec, 20, bitrate, fec, false, fec ? 20 : 0));
        _sample = sample;
        _rate = VoiceClock.SampleRate(codec);
        _pcm = new float[_rate / 50];
    }

    public VoiceCodec Codec { get; }

    /// <summary>Number of the next packet.</summary>
    public int Next => _frame;

    public static Talker Tone(VoiceCodec codec, double hertz, double amplitude = 0.178) =>
        new(codec, (i, rate) => (float)(amplitude * Math.Sin(2 * Math.PI * hertz * i / rate)));

    public static Talker Voice(VoiceCodec codec, int seed, double amplitude = 0.25)
    {
        var voice = Speech.Like(seed, VoiceClock.SampleRate(codec), VoiceClock.SampleRate(codec) * 10, amplitude);
        return new Talker(codec, (i, _) => voice[i % voice.Length]);
    }

    /// <summary>The next packet's payload; valid until the next call.</summary>
    public ReadOnlySpan<byte> Encode()
    {
        for (var i = 0; i < _pcm.Length; i++) _pcm[i] = _sample(_frame * _pcm.Length + i, _rate);
        _frame++;
        return _packet.AsSpan(0, _encoder.Encode(_pcm, _packet));
    }

    /// <summary>Encodes and pushes the next packet.</summary>
    public void Speak(VoiceSource to, Instant arrival)
    {
        var number = _frame;
        to.Push(arrival, number, TimestampOf(number), number == 0, Encode());
    }

    /// <summary>Time passes without a packet.</summary>
    public void StaySilent() => _frame++;

    public uint TimestampOf(int number) => (uint)(number * (VoiceClock.RtpRate(Codec) / 50));

    public void Dispose() => _encoder.Dispose();
}
