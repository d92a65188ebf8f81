using System.Security.Cryptography;
using Sylk.Conference.Audio.Codecs;
using Sylk.Conference.Audio.Tests.Kit;

namespace Sylk.Conference.Audio.Tests.Codecs;

public class G722Tests
{
    [Theory(DisplayName = "G.722 keeps tones of both bands, by at least so many dB over its noise")]
    [InlineData(300, 28)]
    [InlineData(1_000, 28)]
    [InlineData(2_300, 25)]
    [InlineData(3_300, 20)]
    [InlineData(5_500, 8)]
    public void TonesSurvive(int hertz, double atLeast)
    {
        var tone = Sound.Tone(hertz, 0.3, 16_000, 16_000);
        Assert.True(Sound.SignalToNoise(tone.AsSpan(2_000), RoundTrip(tone).AsSpan(2_000), 40) > atLeast, Measure(tone));
    }

    [Fact(DisplayName = "G.722 encodes and decodes one second of noise and tones bit for bit as the Recommendation's arithmetic does")]
    public void IsBitExact()
    {
        var packets = new byte[8_000];
        new G722Encoder().Encode(Reference(16_000), packets);
        Assert.Equal("87A474D8B17B9F07447A6EE8EEBA3BEEF062231757D1C38A5EAD0A2855E9EF0B", Convert.ToHexString(SHA256.HashData(packets)));

        var heard = new float[16_000];
        new G722Decoder().Decode(packets, heard);
        var bytes = heard.SelectMany(sample => BitConverter.GetBytes((short)(sample * 32_768))).ToArray();
        Assert.Equal("12853BCC3B9D620AB02FA97029049E17568AB3F405EF40F114C832AECC464DB4", Convert.ToHexString(SHA256.HashData(bytes)));
    }

    [Fact(DisplayName = "G.722 decodes any bytes to numbers within ±1")]
    public void AnyBytesDecode()
    {
        var noise = new byte[100_000];
        new Random(3).NextBytes(noise);
        var heard = new float[200_000];
        Assert.Equal(200_000, new G722Decoder().Decode(noise, heard));
        Assert.All(heard, sample => Assert.InRange(sample, -1f, 1f));
    }

    private static string Measure(float[] tone) => $"{Sound.SignalToNoise(tone.AsSpan(2_000), RoundTrip(tone).AsSpan(2_000), 40):F1} dB";

    private static float[] RoundTrip(float[] pcm)
    {
        var packets = new byte[pcm.Length / 2];
        var heard = new float[pcm.Length];
        new G722Encoder().Encode(pcm, packets);
        new G722Decoder().Decode(packets, heard);
        return heard;
    }

    /// <summary>Triangles and noise in whole numbers, so that every machine makes the same; every third 100 ms is quiet.</summary>
    private static float[] Reference(int samples)
    {
        var made = new float[samples];
        var state = 12_345L;
        for (var i = 0; i < samples; i++)
        {
            state = state * 1_103_515_245 + 12_345 & 0x7FFF_FFFF;
            var value = Triangle(i, 37) + (Triangle(i, 10) >> 1) + (int)((state >> 16) % 2_001) - 1_000;
            if (i / 1_600 % 3 == 2) value >>= 6;
            made[i] = Math.Clamp(value, short.MinValue, short.MaxValue) / 32_768f;
        }

        return made;
    }

    private static int Triangle(int at, int period) => Math.Abs(at % period * 32_768 / period - 16_384) - 8_192;
}
