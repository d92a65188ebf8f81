using Sylk.Conference.Audio.Codecs;
using Sylk.Conference.Audio.Levels;

namespace Sylk.Conference.Audio.Tests.Codecs;

public class NoisePayloadTests
{
    [Theory(DisplayName = "RFC 3389 §3.1 the first octet is the level in −dBov, its highest bit means nothing")]
    [InlineData(30, -30)]
    [InlineData(65, -65)]
    [InlineData(0x80 | 40, -40)]
    public void Level(byte octet, double decibels) => Assert.Equal(decibels, LevelOf([octet]), 0.5);

    [Theory(DisplayName = "RFC 3389 §3.2 coefficients shape the noise and leave its level as it is")]
    [InlineData((byte)40, 67)] // k = 258 · (40 − 127) / 32768 = −0.685: low frequencies
    [InlineData((byte)214, -67)] // +0.685: high ones
    [InlineData((byte)127, 0)]
    [InlineData((byte)255, 0)] // reserved
    public void Shape(byte coefficient, int likeness)
    {
        var noise = Make([40, coefficient], 80_000);
        Assert.Equal(-40, Block.Decibels(Block.Power(noise)), 0.7);
        // One coefficient: neighbours are alike by −k.
        Assert.InRange(100 * Block.Dot(noise.AsSpan(0, noise.Length - 1), noise.AsSpan(1)) / Block.Dot(noise, noise), likeness - 4, likeness + 4);
    }

    [Fact(DisplayName = "RFC 3389 §3.3 ten coefficients of a real filter give noise of the level told")]
    public void TenCoefficients() => Assert.Equal(-45, LevelOf([45, 40, 150, 110, 140, 120, 130, 127, 125, 129, 127]), 1);

    [Fact(DisplayName = "No payload makes the filter ring on or anything but numbers come out")]
    public void AnyPayload()
    {
        var random = new Random(5);
        for (var run = 0; run < 300; run++)
        {
            var payload = new byte[random.Next(0, 40)];
            random.NextBytes(payload);
            if (run % 3 == 0) payload.AsSpan().Fill(run % 2 == 0 ? (byte)254 : (byte)0);
            var noise = Make(payload, 1_600);
            Assert.All(noise, sample => Assert.InRange(sample, -100, 100));
        }
    }

    [Fact(DisplayName = "Silence is silence, and a level fits into its octet")]
    public void Edges()
    {
        Assert.All(Make([127], 400), sample => Assert.Equal(0, sample));
        Assert.All(Make([], 400), sample => Assert.Equal(0, sample));
        Assert.Equal([0, 65, 127, 127], new[] { 3.0, -64.6, -127, -400 }.Select(NoisePayload.Level));
    }

    private static double LevelOf(byte[] payload) => Block.Decibels(Block.Power(Make(payload, 80_000)));

    private static float[] Make(byte[] payload, int samples)
    {
        var model = new NoisePayload();
        model.Set(payload);
        var made = new float[samples];
        model.Fill(made);
        return made;
    }
}
