using System.Buffers.Binary;
using Sylk.Conference.Protocols.Srtp;

namespace Sylk.Conference.Protocols.Tests.Srtp;

/// <summary>Packets and key pairs for SRTP tests.</summary>
internal static class SrtpFixtures
{
    public const int HeaderLength = 12;
    public const uint Ssrc = 0x5501A0B2;

    public static readonly SrtpProfile[] Profiles =
        [SrtpProfile.Aes128CmSha1_80, SrtpProfile.AeadAes128Gcm, SrtpProfile.AeadAes256Gcm];

    public static TheoryData<SrtpProfile> AllProfiles => new(Profiles);

    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    public static byte[] MasterKey(SrtpProfile profile) => [.. Enumerable.Range(0, profile.KeyLength).Select(i => (byte)(i * 7 + 1))];

    public static byte[] MasterSalt(SrtpProfile profile) => [.. Enumerable.Range(0, profile.SaltLength).Select(i => (byte)(i * 13 + 5))];

    public static SrtpSender Sender(SrtpProfile profile) => new(profile, MasterKey(profile), MasterSalt(profile));

    public static SrtpReceiver Receiver(SrtpProfile profile) => new(profile, MasterKey(profile), MasterSalt(profile));

    /// <summary>A plain packet whose payload says which one it is.</summary>
    public static byte[] Plain(uint ssrc, long index, int payload = 20)
    {
        var packet = new byte[HeaderLength + payload];
        packet[0] = 0x80;
        packet[1] = 96;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), (ushort)index);
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(8), ssrc);
        for (var i = HeaderLength; i < packet.Length; i++)
        {
            packet[i] = (byte)(index * 31 + i);
        }

        return packet;
    }

    public static byte[] Protect(SrtpSender sender, byte[] plain, uint rolloverCounter, int headerLength = HeaderLength)
    {
        var buffer = new byte[plain.Length + sender.Overhead];
        plain.CopyTo(buffer, 0);
        Assert.Equal(buffer.Length, sender.Protect(buffer, headerLength, plain.Length, rolloverCounter));
        return buffer;
    }

    /// <summary>Protects packet number <paramref name="index"/> (rollover counter and sequence) of a stream.</summary>
    public static byte[] ProtectedPacket(SrtpSender sender, long index, uint ssrc = Ssrc) =>
        Protect(sender, Plain(ssrc, index), (uint)(index >> 16));

    public static SrtpVerdict Receive(SrtpReceiver receiver, byte[] wire, out byte[] plain, out long index)
    {
        var copy = wire.ToArray();
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(wire.AsSpan(8));
        var sequence = BinaryPrimitives.ReadUInt16BigEndian(wire.AsSpan(2));
        var verdict = receiver.Unprotect(copy, HeaderLength, ssrc, sequence, out var length, out index);
        plain = copy[..length];
        return verdict;
    }

    public static SrtpVerdict Receive(SrtpReceiver receiver, byte[] wire) => Receive(receiver, wire, out _, out _);

    public static byte[] ProtectRtcp(SrtpSender sender, byte[] plain)
    {
        var buffer = new byte[plain.Length + sender.RtcpOverhead];
        plain.CopyTo(buffer, 0);
        Assert.Equal(buffer.Length, sender.ProtectRtcp(buffer, plain.Length));
        return buffer;
    }

    public static SrtpVerdict ReceiveRtcp(SrtpReceiver receiver, byte[] wire, out byte[] plain)
    {
        var copy = wire.ToArray();
        var verdict = receiver.UnprotectRtcp(copy, out var length);
        plain = copy[..length];
        return verdict;
    }

    /// <summary>A receiver report of any length that names its sender.</summary>
    public static byte[] PlainRtcp(uint ssrc, int length = 32)
    {
        var packet = new byte[length];
        packet[0] = 0x81;
        packet[1] = 201;
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(4), ssrc);
        return packet;
    }
}
