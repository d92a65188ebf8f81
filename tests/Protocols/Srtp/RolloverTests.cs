using Sylk.Conference.Protocols.Srtp;
using static Sylk.Conference.Protocols.Tests.Srtp.SrtpFixtures;

namespace Sylk.Conference.Protocols.Tests.Srtp;

public class RolloverTests
{
    private const SrtpProfile Profile = SrtpProfile.AeadAes128Gcm;
    private const int Wrap = 0x1_0000;

    [Fact(DisplayName = "R-14 three wraps with 10 % loss and reordering up to 40 packets: every arriving packet opens under its own index")]
    public void Three_wraps()
    {
        var random = new Random(14);
        using var sender = Sender(Profile);
        using var receiver = Receiver(Profile);
        var arrivals = Enumerable.Range(30_000, 3 * Wrap + 10_000)
            .Where(_ => random.Next(10) > 0)
            .OrderBy(index => index + random.Next(40))
            .ToList();
        var accepted = 0;
        foreach (var index in arrivals)
        {
            Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, index), out var plain, out var extended));
            Assert.Equal(index, extended);
            Assert.Equal(Plain(Ssrc, index), plain);
            accepted++;
        }

        Assert.InRange(accepted, 180_000, 195_000);
        Assert.Equal(3, arrivals[^1] / Wrap);
    }

    [Theory(DisplayName = "R-14 TU-11 a forged packet, whatever index it claims, changes nothing: the next true ones open as before")]
    [MemberData(nameof(SrtpFixtures.AllProfiles), MemberType = typeof(SrtpFixtures))]
    public void Forgeries(SrtpProfile profile)
    {
        using var sender = Sender(profile);
        using var receiver = Receiver(profile);
        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, 65_000)));
        for (var claimed = 0; claimed < Wrap; claimed += 97)
        {
            var forged = ProtectedPacket(sender, Wrap + claimed);
            forged[^1] ^= 1;
            Assert.NotEqual(SrtpVerdict.Accepted, Receive(receiver, forged));
        }

        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, 65_001), out _, out var index));
        Assert.Equal(65_001, index);
        Assert.Equal(SrtpVerdict.Replayed, Receive(receiver, ProtectedPacket(sender, 65_000)));
        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, Wrap + 3), out _, out index));
        Assert.Equal(Wrap + 3, index);
        Assert.Equal(1, receiver.ContextCount);
    }

    [Fact(DisplayName = "TU-11 just after a wrap, late packets of the round before still open")]
    public void Late_across_a_wrap()
    {
        using var sender = Sender(Profile);
        using var receiver = Receiver(Profile);
        long[] order = [65_530, 65_533, 65_537, 65_531, 65_540, 65_535, 65_536];
        foreach (var expected in order)
        {
            Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, expected), out _, out var index));
            Assert.Equal(expected, index);
        }
    }

    [Theory(DisplayName = "RFC 3711 §3.3.1 at the ties: half the sequence space away stays in the round, one more leaves it")]
    [InlineData(Wrap + 10, Wrap + 10 + 32_768, SrtpVerdict.Accepted)]
    [InlineData(Wrap + 10, 10 + 32_769, SrtpVerdict.TooOld)]
    [InlineData(Wrap + 40_000, 2 * Wrap + 40_000 - 32_769, SrtpVerdict.Accepted)]
    [InlineData(Wrap + 40_000, Wrap + 40_000 - 32_768, SrtpVerdict.TooOld)]
    public void Ties(long highest, long sent, SrtpVerdict expected)
    {
        using var sender = Sender(Profile);
        using var receiver = Receiver(Profile);
        for (var index = 60_000L; index < highest; index += 20_000)
        {
            Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, index)));
        }

        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, highest)));
        Assert.Equal(expected, Receive(receiver, ProtectedPacket(sender, sent), out _, out var extended));
        Assert.Equal(expected == SrtpVerdict.Accepted ? sent : 0, extended);
    }

    [Fact(DisplayName = "TU-11 before the first wrap, a sequence that would belong to the round before it is too old, not wrapped below zero")]
    public void Before_the_beginning()
    {
        using var sender = Sender(Profile);
        using var receiver = Receiver(Profile);
        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, 5)));
        Assert.Equal(SrtpVerdict.TooOld, Receive(receiver, ProtectedPacket(sender, 65_500)));
        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, 6)));
    }
}
