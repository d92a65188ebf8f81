using Sylk.Conference.Protocols.Payloads;
using static Sylk.Conference.Protocols.Tests.Rtp.Bytes;

namespace Sylk.Conference.Protocols.Tests.Payloads;

public sealed class OpusTocTests
{
    [Theory(DisplayName = "RFC 6716 3.1, 3.2: frames and their duration")]
    [InlineData("7800AA", 15, 1, 960)] // hybrid fullband, 20 ms
    [InlineData("0000AA", 0, 1, 480)] // SILK narrowband, 10 ms
    [InlineData("1800AA", 3, 1, 2880)] // SILK narrowband, 60 ms
    [InlineData("80AAAA", 16, 1, 120)] // CELT narrowband, 2.5 ms
    [InlineData("FCAAAA", 31, 1, 960)] // CELT fullband stereo, 20 ms
    [InlineData("F9AAAA", 31, 2, 960)] // two equal frames
    [InlineData("FAAAAA", 31, 2, 960)] // two frames
    [InlineData("FB83AA", 31, 3, 960)] // three frames, variable rate
    [InlineData("8330AA", 16, 48, 120)] // 48 frames
    public void Frames(string hex, int config, int frames, int samples)
    {
        Assert.True(OpusToc.TryRead(Hex(hex), out var toc));
        Assert.Equal((config, frames, samples, frames * samples), (toc.Config, toc.FrameCount, toc.FrameSamples, toc.Samples));
        Assert.Equal(frames * samples / 48.0, toc.Duration.TotalMilliseconds, 3);
        Assert.False(toc.IsDtx);
        Assert.Equal((Hex(hex)[0] & 4) != 0, toc.IsStereo);
    }

    [Theory(DisplayName = "RFC 6716 3.4: packets without frames or over 120 ms are refused")]
    [InlineData("")]
    [InlineData("FB")]
    [InlineData("FB00AA")]
    [InlineData("FB07AA")]
    [InlineData("1B03AA")]
    [InlineData("8331AA")]
    public void Refused(string hex) => Assert.False(OpusToc.TryRead(Hex(hex), out _));

    [Fact]
    public void A_packet_of_two_octets_or_fewer_is_silence()
    {
        Assert.True(OpusToc.TryRead(Hex("7800"), out var toc));
        Assert.True(toc.IsDtx);
        Assert.True(OpusToc.TryRead(Hex("78"), out toc));
        Assert.True(toc.IsDtx);
    }
}
