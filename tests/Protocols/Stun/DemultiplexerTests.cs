using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Tests.Stun;

public sealed class DemultiplexerTests
{
    [Fact(DisplayName = "V-07 every first byte is classified as RFC 7983 section 7 says")]
    public void All_first_bytes()
    {
        for (var first = 0; first < 256; first++)
        {
            var expected = first switch
            {
                <= 3 => PacketClass.Stun,
                >= 20 and <= 63 => PacketClass.Dtls,
                >= 128 and <= 191 => PacketClass.Rtp,
                _ => PacketClass.Refused,
            };
            Assert.Equal(expected, Demultiplexer.Classify([(byte)first, 96, 0, 0]));
        }
    }

    [Fact(DisplayName = "V-07 second bytes 192 to 223 are RTCP (RFC 5761), marker and payload type otherwise")]
    public void All_second_bytes()
    {
        for (var second = 0; second < 256; second++)
        {
            var expected = second is >= 192 and <= 223 ? PacketClass.Rtcp : PacketClass.Rtp;
            Assert.Equal(expected, Demultiplexer.Classify([0x80, (byte)second]));
        }
    }

    [Fact(DisplayName = "V-07 nothing and a lone RTP byte are refused")]
    public void Too_short()
    {
        Assert.Equal(PacketClass.Refused, Demultiplexer.Classify([]));
        Assert.Equal(PacketClass.Refused, Demultiplexer.Classify([0x80]));
    }
}
