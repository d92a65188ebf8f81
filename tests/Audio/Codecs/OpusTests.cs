using Sylk.Conference.Audio.Codecs;
using Sylk.Conference.Audio.Native;
using Sylk.Conference.Audio.Tests.Kit;

namespace Sylk.Conference.Audio.Tests.Codecs;

public class OpusTests
{
    [Theory(DisplayName = "Opus carries a tone in packets of 20, 40 and 60 ms")]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(60)]
    public void ToneSurvives(int milliseconds)
    {
        using var encoder = new OpusEncoder(32_000, fec: false, dtx: false);
        using var decoder = new OpusVoiceDecoder();
        var (packet, heard) = (new byte[1_275], new float[5_760]);
        for (var i = 0; i < 20; i++)
        {
            var length = encoder.Encode(Sound.Tone(440, 0.2, 48_000, milliseconds * 48, i * milliseconds * 48), packet);
            Assert.Equal(milliseconds * 48, decoder.Duration(packet.AsSpan(0, length)));
            Assert.Equal(milliseconds * 48, decoder.Decode(packet.AsSpan(0, length), heard));
        }

        Assert.InRange(Sound.At(heard.AsSpan(0, milliseconds * 48), 440, 48_000), -18, -16);
    }

    [Fact(DisplayName = "RFC 6716 section 2.1.7 a lone loss is decoded from the packet after it")]
    public void FecRecoversALoneLoss()
    {
        using var encoder = new OpusEncoder(32_000, fec: true, dtx: false);
        encoder.SetExpectedLoss(20);
        using var decoder = new OpusVoiceDecoder();
        var voice = Speech.Like(1, 48_000, 48_000);
        var (heard, lost) = (new float[960], new float[960]);
        var (recovered, concealed) = (0.0, 0.0);
        var packets = Enumerable.Range(0, 50).Select(i => Packet(encoder, voice.AsSpan(i * 960, 960))).ToArray();
        for (var i = 0; i < 50; i++)
        {
            if (i % 10 != 7)
            {
                decoder.Decode(packets[i], heard);
                continue;
            }

            Assert.True(decoder.TryRecover(packets[i + 1], lost));
            recovered += Similarity(voice.AsSpan(i * 960, 960), lost);
            using var other = new OpusVoiceDecoder();
            for (var j = 0; j < i; j++) other.Decode(packets[j], heard);
            other.Conceal(heard);
            concealed += Similarity(voice.AsSpan(i * 960, 960), heard);
        }

        Assert.True(recovered / 5 > 0.6, $"recovered {recovered / 5:F2}");
        Assert.True(recovered > concealed + 0.5, $"recovered {recovered:F2}, concealed {concealed:F2}");
    }

    [Theory(DisplayName = "The first bytes of an Opus packet say how long it is (RFC 6716 section 3.1)")]
    [InlineData(new byte[] { 0x00, 1 }, 480)]
    [InlineData(new byte[] { 0x18, 1 }, 2_880)]
    [InlineData(new byte[] { 0x60, 1 }, 480)]
    [InlineData(new byte[] { 0x78, 1 }, 960)]
    [InlineData(new byte[] { 0x80, 1 }, 120)]
    [InlineData(new byte[] { 0xF8, 1 }, 960)]
    [InlineData(new byte[] { 0xF9, 1, 1 }, 1_920)]
    [InlineData(new byte[] { 0xFB, 6, 1 }, 5_760)]
    [InlineData(new byte[] { 0xFB, 7, 1 }, 0)]
    [InlineData(new byte[] { 0xFB }, 0)]
    [InlineData(new byte[0], 0)]
    public void DurationsAreRead(byte[] packet, int samples) => Assert.Equal(samples, OpusPacket.Samples(packet));

    [Fact(DisplayName = "Opus with DTX sends next to nothing of silence, and all of a voice")]
    public void SilenceIsNotSent()
    {
        using var encoder = VoiceEncoder.Create(new VoiceFormat(VoiceCodec.Opus, 20, 24_000, false, true, 0));
        var packet = new byte[1_275];
        var silent = Enumerable.Range(0, 100).Count(_ => encoder.Encode(new float[960], packet) > 0);
        var voice = Speech.Like(2, 48_000, 96_000);
        var spoken = Enumerable.Range(0, 100).Count(i => encoder.Encode(voice.AsSpan(i * 960, 960), packet) > 0);
        Assert.InRange(silent, 1, 40);
        Assert.InRange(spoken, 80, 100);
    }

    private static byte[] Packet(OpusEncoder encoder, ReadOnlySpan<float> pcm)
    {
        var packet = new byte[1_275];
        return packet[..encoder.Encode(pcm, packet)];
    }

    /// <summary>Normalised correlation at the best shift within the codec's delay.</summary>
    private static double Similarity(ReadOnlySpan<float> original, ReadOnlySpan<float> heard)
    {
        var best = 0.0;
        for (var shift = 0; shift < 480; shift++)
        {
            var a = original[..(960 - shift)];
            var b = heard[shift..];
            best = Math.Max(best, Levels.Block.Dot(a, b) / Math.Sqrt(Levels.Block.Dot(a, a) * Levels.Block.Dot(b, b) + 1e-12));
        }

        return best;
    }
}
