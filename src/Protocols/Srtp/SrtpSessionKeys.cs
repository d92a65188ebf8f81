using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>
/// Session keys of one direction (RFC 3711 §4.3, RFC 7714 §11), derived once with key derivation rate 0.
/// Disposing wipes them; the transforms keep what they need in their own form.
/// </summary>
internal sealed class SrtpSessionKeys : IDisposable
{
    private const int AuthenticationKeyLength = 20;
    private const int DerivationSaltLength = 14;

    public required byte[] RtpKey { get; init; }

    public required byte[] RtpAuthentication { get; init; }

    public required byte[] RtpSalt { get; init; }

    public required byte[] RtcpKey { get; init; }

    public required byte[] RtcpAuthentication { get; init; }

    public required byte[] RtcpSalt { get; init; }

    public static SrtpSessionKeys Derive(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt)
    {
        if (masterKey.Length != profile.KeyLength || masterSalt.Length != profile.SaltLength)
        {
            throw new ArgumentException($"{profile} takes a key of {profile.KeyLength} and a salt of {profile.SaltLength} bytes.");
        }

        Span<byte> salt = stackalloc byte[DerivationSaltLength];
        masterSalt.CopyTo(salt); // A 96-bit salt gets 16 zero bits on its right (RFC 7714 §11).
        using var cipher = new AesCounterMode(masterKey);
        return new SrtpSessionKeys
        {
            RtpKey = Derive(cipher, salt, 0, profile.KeyLength),
            RtpAuthentication = Derive(cipher, salt, 1, AuthenticationKeyLength),
            RtpSalt = Derive(cipher, salt, 2, profile.SaltLength),
            RtcpKey = Derive(cipher, salt, 3, profile.KeyLength),
            RtcpAuthentication = Derive(cipher, salt, 4, AuthenticationKeyLength),
            RtcpSalt = Derive(cipher, salt, 5, profile.SaltLength),
        };
    }

    internal static byte[] Derive(AesCounterMode cipher, ReadOnlySpan<byte> salt, byte label, int length)
    {
        Span<byte> counter = stackalloc byte[AesCounterMode.BlockLength];
        counter.Clear();
        salt.CopyTo(counter);
        counter[7] ^= label; // label << 48 within the 112 bits
        var key = new byte[length];
        cipher.Apply(
            BinaryPrimitives.ReadUInt64BigEndian(counter),
            BinaryPrimitives.ReadUInt64BigEndian(counter[8..]),
            key);
        return key;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(RtpKey);
        CryptographicOperations.ZeroMemory(RtpAuthentication);
        CryptographicOperations.ZeroMemory(RtpSalt);
        CryptographicOperations.ZeroMemory(RtcpKey);
        CryptographicOperations.ZeroMemory(RtcpAuthentication);
        CryptographicOperations.ZeroMemory(RtcpSalt);
    }
}
