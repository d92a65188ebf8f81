using Sylk.Conference.Audio;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Protocols.Srtp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge.Tests.Phones;

public class WholeLegTests
{
    private const double Loud = -30, Quiet = -45;

    [Theory(DisplayName = "Two phones of different codecs hear each other and not themselves")]
    [InlineData(0, 3)]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    public void TwoPlainPhones(int one, int other)
    {
        using var lab = new PhoneLab();
        var a = lab.Plain("a", "198.51.100.1:4000", (VoiceCodec)one, 440);
        var b = lab.Plain("b", "198.51.100.2:4000", (VoiceCodec)other, 1000);
        lab.Run(2);
        Assert.True(a.Meter.Level(1000) > Loud, $"a hears b at {a.Meter.Level(1000)}");
        Assert.True(b.Meter.Level(440) > Loud, $"b hears a at {b.Meter.Level(440)}");
        Assert.True(a.Meter.Level(440) < Quiet, $"a hears itself at {a.Meter.Level(440)}");
        Assert.True(b.Meter.Level(1000) < Quiet, $"b hears itself at {b.Meter.Level(1000)}");
    }
}
