namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// <c>a=fingerprint</c> (RFC 8122 §5): a hash function's lower-case name, and the certificate's hash as upper-case hex pairs
/// between colons.
/// </summary>
public sealed record Fingerprint(string Algorithm, string Hex) : ISdpValue<Fingerprint>
{
    private const int LongestHex = 64 * 3 - 1;

    public static string AttributeName => "fingerprint";

    /// <summary>A whole hash of SHA-256 or better; what DTLS takes as proof (RFC 8122 §5, RFC 8827 §6.5).</summary>
    public bool IsStrong => (Algorithm, (Hex.Length + 1) / 3) is ("sha-256", 32) or ("sha-384", 48) or ("sha-512", 64);

    public static Fingerprint FromHash(string algorithm, ReadOnlySpan<byte> hash)
    {
        var pairs = new string[hash.Length];
        for (var i = 0; i < hash.Length; i++)
        {
            pairs[i] = Convert.ToHexString(hash.Slice(i, 1));
        }

        return new Fingerprint(algorithm, string.Join(':', pairs));
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Fingerprint value)
    {
        value = null!;
        if (!SdpText.TryNextToken(ref text, out var algorithm) || !SdpText.TryNextToken(ref text, out var hex) || !IsHex(hex))
        {
            return false;
        }

        value = new Fingerprint(algorithm.ToString().ToLowerInvariant(), hex.ToString().ToUpperInvariant());
        return true;
    }

    /// <summary>The hash's bytes.</summary>
    public byte[] ToHash() => Convert.FromHexString(Hex.Replace(":", "", StringComparison.Ordinal));

    public string ToText() => $"{Algorithm} {Hex}";

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        if (text.Length % 3 != 2 || text.Length > LongestHex)
        {
            return false;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (i % 3 == 2 ? text[i] != ':' : !char.IsAsciiHexDigit(text[i]))
            {
                return false;
            }
        }

        return true;
    }
}
