using System.Buffers.Binary;
using System.Security.Cryptography;
using Sylk.Conference.Protocols.Srtp;
using static Sylk.Conference.Protocols.Tests.Srtp.SrtpFixtures;

namespace Sylk.Conference.Protocols.Tests.Srtp;

public class HostilePacketTests
{
    [Theory(DisplayName = "R-13 TU-12 Z-04 all first bytes × lengths 0..100, with true and lying header lengths: refused, no exception, no state")]
    [MemberData(nameof(SrtpFixtures.AllProfiles), MemberType = typeof(SrtpFixtures))]
    public void Sweep(SrtpProfile profile)
    {
        using var sender = Sender(profile);
        using var receiver = Receiver(profile);
        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, 100)));
        var source = ProtectedPacket(sender, 101);
        source[^1] ^= 1; // Else one of them would be a true packet.
        int[] headerLengths = [int.MinValue, -1, 0, 11, 12, 16, 20, 60, 100, 101, int.MaxValue];
        var packet = new byte[100];
        for (var first = 0; first < 256; first++)
        {
            for (var length = 0; length <= packet.Length; length++)
            {
                source.AsSpan(0, Math.Min(source.Length, packet.Length)).CopyTo(packet);
                packet[0] = (byte)first;
                var headerLength = headerLengths[(first + length) % headerLengths.Length];
                var rtp = receiver.Unprotect(packet.AsSpan(0, length), headerLength, Ssrc, 101, out var plain, out var index);
                var rtcp = receiver.UnprotectRtcp(packet.AsSpan(0, length), out var plainRtcp);
                Assert.NotEqual(SrtpVerdict.Accepted, rtp);
                Assert.NotEqual(SrtpVerdict.Accepted, rtcp);
                Assert.Equal((0, 0L, 0), (plain, index, plainRtcp));
            }
        }

        Assert.Equal(1, receiver.ContextCount);
        source[^1] ^= 1;
        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, source));
    }

    [Theory(DisplayName = "TU-12 the shortest packets there can be are taken, one byte less is too short")]
    [InlineData(SrtpProfile.Aes128CmSha1_80, 22, 22)]
    [InlineData(SrtpProfile.AeadAes128Gcm, 28, 28)]
    [InlineData(SrtpProfile.AeadAes256Gcm, 28, 28)]
    public void Shortest(SrtpProfile profile, int rtpLength, int rtcpLength)
    {
        using var sender = Sender(profile);
        using var receiver = Receiver(profile);
        var rtp = Protect(sender, Plain(Ssrc, 1, payload: 0), 0);
        var rtcp = ProtectRtcp(sender, PlainRtcp(Ssrc, length: 8));
        Assert.Equal((rtpLength, rtcpLength), (rtp.Length, rtcp.Length));
        Assert.Equal(SrtpVerdict.TooShort, Receive(receiver, rtp[..^1]));
        Assert.Equal(SrtpVerdict.TooShort, ReceiveRtcp(receiver, rtcp[..^1], out _));
        Assert.Equal(0, receiver.ContextCount);
        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, rtp));
        Assert.Equal(SrtpVerdict.Accepted, ReceiveRtcp(receiver, rtcp, out _));
    }

    [Theory(DisplayName = "TU-10 R-12 100,000 packets with bad tags under changing SSRCs make no context and harm no later packet")]
    [MemberData(nameof(SrtpFixtures.AllProfiles), MemberType = typeof(SrtpFixtures))]
    public void Bad_tags(SrtpProfile profile)
    {
        using var sender = Sender(profile);
        using var receiver = Receiver(profile);
        var rtp = ProtectedPacket(sender, 1);
        var rtcp = ProtectRtcp(sender, PlainRtcp(Ssrc));
        rtp[^1] ^= 0x80;
        rtcp[^1] ^= 0x80;
        for (var i = 0u; i < 50_000; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(rtp.AsSpan(8), i);
            BinaryPrimitives.WriteUInt32BigEndian(rtcp.AsSpan(4), i);
            Assert.Equal(SrtpVerdict.AuthenticationFailed, Receive(receiver, rtp));
            Assert.Equal(SrtpVerdict.AuthenticationFailed, ReceiveRtcp(receiver, rtcp, out _));
        }

        Assert.Equal(0, receiver.ContextCount);
        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, 1)));
    }

    [Fact(DisplayName = "L5 TU-14 10^5 authenticated SSRCs: never more than 64 contexts, and one in steady use among them keeps its state")]
    public void Source_flood()
    {
        using var sender = Sender(SrtpProfile.AeadAes128Gcm);
        using var receiver = Receiver(SrtpProfile.AeadAes128Gcm);
        const uint Steady = 0xFFFF_FFFF;
        for (var i = 0u; i < 100_000; i++)
        {
            Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, 0, i)));
            Assert.InRange(receiver.ContextCount, 1, 64);
            if (i % 50 == 0)
            {
                Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, ProtectedPacket(sender, 65_000 + i / 50, Steady), out _, out var index));
                Assert.Equal(65_000 + i / 50, index);
            }
        }

        Assert.Equal(64, receiver.ContextCount);
        Assert.Equal(SrtpVerdict.Replayed, Receive(receiver, ProtectedPacket(sender, 65_000 + 1999, Steady)));
    }

    [Theory(DisplayName = "Z-04 every single bit flipped in a packet is refused, and then the packet itself is accepted")]
    [MemberData(nameof(SrtpFixtures.AllProfiles), MemberType = typeof(SrtpFixtures))]
    public void Bit_flips(SrtpProfile profile)
    {
        using var sender = Sender(profile);
        using var receiver = Receiver(profile);
        var rtp = Protect(sender, Plain(Ssrc, 7, payload: 50), 0);
        var rtcp = ProtectRtcp(sender, PlainRtcp(Ssrc, length: 48));
        for (var bit = 0; bit < rtp.Length * 8; bit++)
        {
            Assert.Equal(SrtpVerdict.AuthenticationFailed, Receive(receiver, Flip(rtp, bit)));
        }

        for (var bit = 0; bit < rtcp.Length * 8; bit++)
        {
            Assert.Equal(SrtpVerdict.AuthenticationFailed, ReceiveRtcp(receiver, Flip(rtcp, bit), out _));
        }

        Assert.Equal(0, receiver.ContextCount);
        Assert.Equal(SrtpVerdict.Accepted, Receive(receiver, rtp));
        Assert.Equal(SrtpVerdict.Accepted, ReceiveRtcp(receiver, rtcp, out _));
    }

    [Fact(DisplayName = "Z-04 packets of another key or another profile are refused")]
    public void Foreign_keys()
    {
        foreach (var profile in Profiles)
        {
            using var receiver = new SrtpReceiver(profile, RandomNumberGenerator.GetBytes(profile.KeyLength), MasterSalt(profile));
            foreach (var other in Profiles)
            {
                using var sender = Sender(other);
                Assert.Equal(SrtpVerdict.AuthenticationFailed, Receive(receiver, ProtectedPacket(sender, 1)));
            }
        }
    }

    [Fact(DisplayName = "The sender refuses lengths that do not fit each other or the buffer")]
    public void Sender_lengths()
    {
        using var sender = Sender(SrtpProfile.AeadAes128Gcm);
        var buffer = new byte[100];
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.Protect(buffer, 11, 50, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.Protect(buffer, 51, 50, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.Protect(buffer, 12, 85, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.ProtectRtcp(buffer, 7));
        Assert.Throws<ArgumentOutOfRangeException>(() => sender.ProtectRtcp(buffer, 81));
        Assert.Equal(new byte[100], buffer);
    }

    private static byte[] Flip(byte[] packet, int bit)
    {
        var copy = packet.ToArray();
        copy[bit / 8] ^= (byte)(1 << (bit % 8));
        return copy;
    }
}
