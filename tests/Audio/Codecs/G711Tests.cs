using Sylk.Conference.Audio.Codecs;

namespace Sylk.Conference.Audio.Tests.Codecs;

public class G711Tests
{
    [Fact(DisplayName = "Every A-law byte survives decoding and encoding")]
    public void ALawIsExact()
    {
        for (var code = 0; code < 256; code++) Assert.Equal(code, G711.LinearToA(G711.AToLinear((byte)code)));
    }

    [Fact(DisplayName = "Every mu-law byte survives decoding and encoding; minus zero becomes zero")]
    public void MuLawIsExact()
    {
        for (var code = 0; code < 256; code++) Assert.Equal(code == 0x7F ? 0xFF : code, G711.LinearToMu(G711.MuToLinear((byte)code)));
    }

    [Theory(DisplayName = "G.711 values are those of the Recommendation's tables")]
    [InlineData(0x00, -32_124, -5_504)]
    [InlineData(0x80, 32_124, 5_504)]
    [InlineData(0xFF, 0, 848)]
    [InlineData(0xD5, 716, 8)]
    [InlineData(0x55, -716, -8)]
    [InlineData(0x2A, -5_372, -32_256)]
    public void KnownValues(byte code, short mu, short a)
    {
        Assert.Equal(mu, G711.MuToLinear(code));
        Assert.Equal(a, G711.AToLinear(code));
    }

    [Fact(DisplayName = "No 16-bit sample is further from what it becomes than half an interval: a 32nd of it")]
    public void EncodingIsClose()
    {
        for (var sample = -32_635; sample <= 32_635; sample++)
        {
            var size = Math.Abs(sample);
            Assert.InRange(Math.Abs(sample - G711.MuToLinear(G711.LinearToMu((short)sample))), 0, (size + 132) / 32 + 1);
            Assert.InRange(Math.Abs(sample - G711.AToLinear(G711.LinearToA((short)sample))), 0, Math.Max(8, size / 32 + 1));
        }
    }
}
