using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Tests.Srtp;

/// <summary>
/// RFC 3711 once more, written for obviousness and sharing no code with ours: big integers, one block at a time, the
/// framework's ECB and HMAC.
/// </summary>
[SuppressMessage("Security", "CA5350", Justification = "The profile's algorithm")]
internal static class SlowSrtp
{
    public static byte[] Derive(byte[] masterKey, byte[] masterSalt, int label, int length)
    {
        var salt = Number(masterSalt) << (8 * (14 - masterSalt.Length));
        return KeyStream(masterKey, (salt ^ (BigInteger)label << 48) << 16, length);
    }

    public static byte[] ProtectRtp(byte[] masterKey, byte[] masterSalt, byte[] packet, int headerLength, uint rolloverCounter)
    {
        var sequence = packet[2] << 8 | packet[3];
        var index = (BigInteger)rolloverCounter << 16 | sequence;
        var ssrc = Number(packet[8..12]);
        var salt = Number(Derive(masterKey, masterSalt, 2, 14));
        var initial = salt << 16 ^ ssrc << 64 ^ index << 16;
        var stream = KeyStream(Derive(masterKey, masterSalt, 0, 16), initial, packet.Length - headerLength);
        byte[] body = [.. packet[..headerLength], .. packet[headerLength..].Zip(stream, (p, s) => (byte)(p ^ s))];
        byte[] signed = [.. body, .. Bytes(rolloverCounter, 4)];
        return [.. body, .. HMACSHA1.HashData(Derive(masterKey, masterSalt, 1, 20), signed)[..10]];
    }

    public static byte[] ProtectRtcp(byte[] masterKey, byte[] masterSalt, byte[] packet, uint index)
    {
        var ssrc = Number(packet[4..8]);
        var salt = Number(Derive(masterKey, masterSalt, 5, 14));
        var initial = salt << 16 ^ ssrc << 64 ^ (BigInteger)index << 16;
        var stream = KeyStream(Derive(masterKey, masterSalt, 3, 16), initial, packet.Length - 8);
        byte[] body = [.. packet[..8], .. packet[8..].Zip(stream, (p, s) => (byte)(p ^ s)), .. Bytes(0x8000_0000 | index, 4)];
        return [.. body, .. HMACSHA1.HashData(Derive(masterKey, masterSalt, 4, 20), body)[..10]];
    }

    private static byte[] KeyStream(byte[] key, BigInteger counter, int length)
    {
        using var aes = Aes.Create();
        aes.Key = key;
        var stream = new List<byte>();
        for (; stream.Count < length; counter++)
        {
            stream.AddRange(aes.EncryptEcb(Bytes(counter, 16), PaddingMode.None));
        }

        return [.. stream.Take(length)];
    }

    private static BigInteger Number(byte[] bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    private static byte[] Bytes(BigInteger number, int length)
    {
        var bytes = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[length - bytes.Length], .. bytes];
    }
}
