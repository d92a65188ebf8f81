using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>HMAC-SHA1 (RFC 2104) over a packet and one trailing word, cut to the 80 bits or fewer that SRTP sends (RFC 3711 §4.2.1).</summary>
internal sealed class HmacSha1 : IDisposable
{
    public const int TagLength = 10;

    private const int DigestLength = 20;

    private readonly IncrementalHash _hash;

    public HmacSha1(ReadOnlySpan<byte> key) => _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, key);

    /// <param name="message">Everything but the trailer.</param>
    /// <param name="trailer">Authenticated after the message though not sent behind it: the rollover counter. May be empty.</param>
    /// <param name="tag">Receives as many bytes as it has, at most <see cref="TagLength"/>.</param>
    public void Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> trailer, Span<byte> tag)
    {
        Span<byte> digest = stackalloc byte[DigestLength];
        _hash.AppendData(message);
        _hash.AppendData(trailer);
        _hash.GetHashAndReset(digest);
        digest[..tag.Length].CopyTo(tag);
    }

    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> trailer, ReadOnlySpan<byte> tag)
    {
        Span<byte> expected = stackalloc byte[TagLength];
        expected = expected[..tag.Length];
        Compute(message, trailer, expected);
        return CryptographicOperations.FixedTimeEquals(expected, tag);
    }

    public void Dispose() => _hash.Dispose();
}
