using Sylk.Conference.Protocols.Srtp;
using static Sylk.Conference.Protocols.Tests.Srtp.SrtpFixtures;

namespace Sylk.Conference.Protocols.Tests.Srtp;

public class ReplayTests
{
    [Theory(DisplayName = "R-14 10,000 captured packets sent twice: each accepted once, none twice, over a sequence wrap")]
    [MemberData(nameof(SrtpFixtures.AllProfiles), MemberType = typeof(SrtpFixtures))]
    public void Twice(SrtpProfile profile)
    {
        using var sender = Sender(profile);
        using var receiver = Receiver(profile);
        var captured = Enumerable.Range(60_000, 10_000).Select(i => ProtectedPacket(sender, i)).ToList();
        Assert.All(captured, packet => Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, packet)));
        var again = captured.Select(packet => Receive(receiver, packet)).ToList();
        Assert.Equal(0, again.Count(v => v == SrtpVerdict.Accepted));
        Assert.Equal(ReplayWindow.Size, again.Count(v => v == SrtpVerdict.Replayed));
    }

    [Fact(DisplayName = "L5 the window is 1,024 indices: the oldest inside is taken once, the one before it is too old")]
    public void Window_edges()
    {
        using var sender = Sender(SrtpProfile.AeadAes128Gcm);
        using var receiver = Receiver(SrtpProfile.AeadAes128Gcm);
        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, 5000)));
        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, 5000 - 1023)));
        Assert.Equal(SrtpVerdict.Replayed, Receive(receiver, ProtectedPacket(sender, 5000 - 1023)));
        Assert.Equal(SrtpVerdict.TooOld, Receive(receiver, ProtectedPacket(sender, 5000 - 1024)));
        Assert.Equal(SrtpVerdict.TooOld, Receive(receiver, ProtectedPacket(sender, 10)));
    }

    [Theory(DisplayName = "L5 the window against a set of everything seen, for jumps ahead of every size around words and its whole length")]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(70)]
    [InlineData(700)]
    [InlineData(2000)]
    public void Window_model(int largestJump)
    {
        var random = new Random(largestJump);
        var (window, seen, highest) = (default(ReplayWindow), new HashSet<long>(), -1L);
        for (var i = 0; i < 20_000; i++)
        {
            var index = Math.Max(0, highest + random.Next(-1100, largestJump + 1));
            var expected = index <= highest - ReplayWindow.Size ? SrtpVerdict.TooOld
                : seen.Contains(index) ? SrtpVerdict.Replayed
                : SrtpVerdict.Accepted;
            Assert.Equal(expected, window.Check(highest, index));
            if (expected == SrtpVerdict.Accepted)
            {
                highest = window.Commit(highest, index);
                seen.Add(index);
            }
        }

        Assert.Equal(seen.Max(), highest);
    }

    [Theory(DisplayName = "R-14 RTCP: a replay is refused, 100 late ones of another order are taken, one behind 128 is too old")]
    [MemberData(nameof(SrtpFixtures.AllProfiles), MemberType = typeof(SrtpFixtures))]
    public void Rtcp(SrtpProfile profile)
    {
        using var sender = Sender(profile);
        using var receiver = Receiver(profile);
        var captured = Enumerable.Range(0, 200).Select(_ => ProtectRtcp(sender, PlainRtcp(Ssrc))).ToList();
        Assert.Equal(SrtpVerdict.Accepted, ReceiveRtcp(receiver, captured[199], out var plain));
        Assert.Equal(PlainRtcp(Ssrc), plain);
        Assert.Equal(SrtpVerdict.Replayed, ReceiveRtcp(receiver, captured[199], out _));
        for (var i = 198; i >= 72; i--)
        {
            Assert.Equal(SrtpVerdict.Accepted, ReceiveRtcp(receiver, captured[i], out _));
            Assert.Equal(SrtpVerdict.Replayed, ReceiveRtcp(receiver, captured[i], out _));
        }

        Assert.Equal(SrtpVerdict.TooOld, ReceiveRtcp(receiver, captured[71], out _));
    }

    [Fact(DisplayName = "L5 the RTCP window against a set of everything seen")]
    public void Rtcp_window_model()
    {
        var random = new Random(7);
        var (window, seen, highest) = (default(RtcpReplayWindow), new HashSet<uint>(), 0u);
        for (var i = 0; i < 20_000; i++)
        {
            var index = (uint)Math.Max(0, highest + random.Next(-140, i % 100 == 0 ? 200 : 3));
            var expected = index + RtcpReplayWindow.Size <= highest ? SrtpVerdict.TooOld
                : seen.Contains(index) ? SrtpVerdict.Replayed
                : SrtpVerdict.Accepted;
            Assert.Equal(expected, window.Check(index));
            if (expected == SrtpVerdict.Accepted)
            {
                window.Commit(index);
                seen.Add(index);
                highest = Math.Max(highest, index);
            }
        }
    }

    [Fact(DisplayName = "One sender's RTCP indices are shared by its SSRCs and every receiver context takes its own, gaps and all")]
    public void Shared_rtcp_indices()
    {
        using var sender = Sender(SrtpProfile.AeadAes128Gcm);
        using var receiver = Receiver(SrtpProfile.AeadAes128Gcm);
        for (var i = 0u; i < 30; i++)
        {
            Assert.Equal(SrtpVerdict.Accepted, ReceiveRtcp(receiver, ProtectRtcp(sender, PlainRtcp(i % 3)), out _));
        }

        Assert.Equal(3, receiver.ContextCount);
    }

    [Fact(DisplayName = "When all 2^31 RTCP indices are used up the sender protects nothing more")]
    public void Rtcp_indices_end()
    {
        var keys = SrtpSessionKeys.Derive(
            SrtpProfile.AeadAes128Gcm, MasterKey(SrtpProfile.AeadAes128Gcm), MasterSalt(SrtpProfile.AeadAes128Gcm));
        using var sender = new SrtpSender(SrtpProfile.AeadAes128Gcm, keys, rtcpIndex: int.MaxValue);
        var last = ProtectRtcp(sender, PlainRtcp(Ssrc));
        Assert.Equal(Hex("FFFFFFFF"), last[^4..]);
        var buffer = new byte[100];
        Assert.Equal(0, sender.ProtectRtcp(buffer, 32));
        Assert.Equal(new byte[100], buffer);
    }
}
