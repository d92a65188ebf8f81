using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Dtls;

/// <summary>A certificate's hash as in a=fingerprint (RFC 8122).</summary>
/// <param name="Algorithm">Lower-case hash name, for instance "sha-256".</param>
/// <param name="Value">The hash of the certificate's DER.</param>
public sealed record CertificateFingerprint(string Algorithm, ImmutableArray<byte> Value)
{
    private const int MaxHash = 64;

    /// <summary>0 for hashes we do not accept (SHA-1, MD5, unknown); else the larger the stronger.</summary>
    internal int Strength => Algorithm switch { "sha-256" => 1, "sha-384" => 2, "sha-512" => 3, _ => 0 };

    public static CertificateFingerprint Compute(ReadOnlySpan<byte> certificate) => new("sha-256", [.. SHA256.HashData(certificate)]);

    /// <summary>Reads "sha-256 AB:CD:…" in any case.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CertificateFingerprint? fingerprint)
    {
        fingerprint = null;
        text = text.Trim();
        var space = text.IndexOf(' ');
        if (space is <= 0 or > 16)
        {
            return false;
        }

        var hex = text[(space + 1)..].TrimStart();
        var count = (hex.Length + 1) / 3;
        if (hex.Length % 3 != 2 || count > MaxHash)
        {
            return false;
        }

        Span<byte> value = stackalloc byte[count];
        if (!TryReadHex(hex, value))
        {
            return false;
        }

        var algorithm = text[..space].ToString().ToLowerInvariant();
        fingerprint = new CertificateFingerprint(algorithm, [.. value]);
        return fingerprint.Strength == 0 || count == fingerprint.HashSize;
    }

    /// <summary>Constant-time comparison with a certificate; false for hashes weaker than SHA-256.</summary>
    public bool Matches(ReadOnlySpan<byte> certificate)
    {
        Span<byte> hash = stackalloc byte[MaxHash];
        var length = Algorithm switch
        {
            "sha-256" => SHA256.HashData(certificate, hash),
            "sha-384" => SHA384.HashData(certificate, hash),
            "sha-512" => SHA512.HashData(certificate, hash),
            _ => 0,
        };
        return length > 0 && CryptographicOperations.FixedTimeEquals(hash[..length], Value.AsSpan());
    }

    public bool Equals(CertificateFingerprint? other) =>
        other is not null && Algorithm == other.Algorithm && Value.AsSpan().SequenceEqual(other.Value.AsSpan());

    public override int GetHashCode() => Value.Length < 4
        ? Algorithm.GetHashCode(StringComparison.Ordinal)
        : HashCode.Combine(Value[0], Value[1], Value[2], Value[3]);

    /// <summary>The attribute's value as SDP writes it.</summary>
    public override string ToString() => $"{Algorithm} {string.Join(':', Value.Select(static value => value.ToString("X2", null)))}";

    private int HashSize => Algorithm switch { "sha-256" => 32, "sha-384" => 48, _ => 64 };

    private static bool TryReadHex(ReadOnlySpan<char> hex, Span<byte> value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            var at = 3 * i;
            if (!char.IsAsciiHexDigit(hex[at]) || !char.IsAsciiHexDigit(hex[at + 1]) || (at + 2 < hex.Length && hex[at + 2] != ':'))
            {
                return false;
            }

            value[i] = (byte)((Digit(hex[at]) << 4) | Digit(hex[at + 1]));
        }

        return true;
    }

    private static int Digit(char digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
