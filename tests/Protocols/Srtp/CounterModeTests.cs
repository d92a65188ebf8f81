using Sylk.Conference.Protocols.Srtp;
using static Sylk.Conference.Protocols.Tests.Srtp.SrtpFixtures;

namespace Sylk.Conference.Protocols.Tests.Srtp;

public class CounterModeTests
{
    private const SrtpProfile Profile = SrtpProfile.Aes128CmSha1_80;

    [Theory(DisplayName = "AES-CM with HMAC-SHA1-80: RTP of every length 0..300 and larger has the bytes of a slow second implementation")]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(0xFFFF_FFFFu)]
    public void Same_bytes_as_the_slow_one(uint rolloverCounter)
    {
        using var sender = Sender(Profile);
        foreach (var payload in Enumerable.Range(0, 301).Concat([511, 512, 513, 1188, 1460]))
        {
            var plain = Plain(Ssrc, 0xFFFF - payload, payload);
            Assert.Equal(
                SlowSrtp.ProtectRtp(MasterKey(Profile), MasterSalt(Profile), plain, HeaderLength, rolloverCounter),
                Protect(sender, plain, rolloverCounter));
        }
    }

    [Fact(DisplayName = "AES-CM with HMAC-SHA1-80: RTCP has the bytes of a slow second implementation, index after index from 0")]
    public void Same_rtcp_bytes_as_the_slow_one()
    {
        using var sender = Sender(Profile);
        for (var index = 0u; index < 100; index++)
        {
            var plain = PlainRtcp(Ssrc + index, length: 8 + 4 * (int)(index % 40));
            Assert.Equal(SlowSrtp.ProtectRtcp(MasterKey(Profile), MasterSalt(Profile), plain, index), ProtectRtcp(sender, plain));
        }
    }

    [Theory(DisplayName = "V-06 RFC 2202: HMAC-SHA1 test cases 1, 2, 3, 6 and 7, the first 80 bits")]
    [InlineData("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265", "b617318655057264e28b")]
    [InlineData("4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "effcdf6ae5eb2fa2d274")]
    [InlineData("aa*20", "dd*50", "125d7342b9ac11cd91a3")]
    [InlineData("aa*80", "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374", "aa4ae5e15272d00e9570")]
    [InlineData("aa*80", "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b657920616e64204c6172676572205468616e204f6e6520426c6f636b2d53697a652044617461", "e8e99d0f45237d786d6b")]
    public void Hmac(string key, string message, string tag)
    {
        using var hmac = new HmacSha1(Expand(key));
        var data = Expand(message);
        var actual = new byte[HmacSha1.TagLength];
        hmac.Compute(data, default, actual);
        Assert.Equal(Hex(tag), actual);
        hmac.Compute(data.AsSpan(0, 3), data.AsSpan(3), actual);
        Assert.Equal(Hex(tag), actual);
        actual[9] ^= 1;
        Assert.False(hmac.Verify(data, default, actual));
    }

    private static byte[] Expand(string text) => text.Split('*') is [var value, var times]
        ? [.. Enumerable.Repeat(Convert.FromHexString(value)[0], int.Parse(times))]
        : Hex(text);
}
