using System.Buffers.Binary;
using Sylk.Conference.Audio.Native;

namespace Sylk.Conference.Audio.Prompts;

/// <summary>Reads RIFF WAVE: 16-bit PCM; of several channels the first.</summary>
internal static class WaveFile
{
    private const int PcmFormat = 1, ExtensibleFormat = 0xFFFE;

    /// <returns>48 kHz mono, ±1.0; null when it is no such file.</returns>
    public static float[]? Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < 12 || !file[..4].SequenceEqual("RIFF"u8) || !file[8..12].SequenceEqual("WAVE"u8)) return null;
        int channels = 0, rate = 0;
        for (var at = 12; at + 8 <= file.Length;)
        {
            var size = (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]), (uint)(file.Length - at - 8));
            var name = file.Slice(at, 4);
            var body = file.Slice(at + 8, size);
            if (name.SequenceEqual("fmt "u8) && !ReadFormat(body, out channels, out rate)) return null;
            if (name.SequenceEqual("data"u8)) return channels == 0 ? null : To48k(Samples(body, channels), rate);
            at += 8 + size + (size & 1);
        }

        return null;
    }

    private static bool ReadFormat(ReadOnlySpan<byte> body, out int channels, out int rate)
    {
        (channels, rate) = (0, 0);
        if (body.Length < 16) return false;
        var format = BinaryPrimitives.ReadUInt16LittleEndian(body);
        channels = BinaryPrimitives.ReadUInt16LittleEndian(body[2..]);
        rate = (int)BinaryPrimitives.ReadUInt32LittleEndian(body[4..]);
        var bits = BinaryPrimitives.ReadUInt16LittleEndian(body[14..]);
        return format is PcmFormat or ExtensibleFormat && bits == 16 && channels is > 0 and < 9 && rate is >= 4_000 and <= 192_000;
    }

    private static float[] Samples(ReadOnlySpan<byte> body, int channels)
    {
        var samples = new float[body.Length / 2 / channels];
        for (var i = 0; i < samples.Length; i++) samples[i] = BinaryPrimitives.ReadInt16LittleEndian(body[(i * 2 * channels)..]) / 32_768f;
        return samples;
    }

    private static float[] To48k(float[] samples, int rate)
    {
        if (rate == VoiceClock.Rate) return samples;
        using var resampler = new Resampler(rate, VoiceClock.Rate);
        var made = new float[(int)((long)samples.Length * VoiceClock.Rate / rate) + 16];
        var length = resampler.Process(samples, made);
        return made[..length];
    }
}
