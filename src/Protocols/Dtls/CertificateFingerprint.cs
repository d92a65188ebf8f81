using System.Collections.Immutable;

namespace Sylk.Conference.Protocols.Dtls;

/// <summary>The hash of a certificate as descriptions carry it (RFC 8122 §5).</summary>
/// <param name="Algorithm"><c>sha-256</c>, <c>sha-384</c> or <c>sha-512</c>; weaker ones do not parse (TU-04).</param>
public sealed record CertificateFingerprint(string Algorithm, ImmutableArray<byte> Value)
{
    /// <param name="text">The attribute's value: <c>sha-256 12:34:…</c>.</param>
    /// <param name="fingerprint">Set when the text is one of the algorithms we accept, with a hash of its length.</param>
    public static bool TryParse(string text, out CertificateFingerprint fingerprint)
    {
        fingerprint = null!;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0)
            return false;
        var algorithm = text[..space].ToLowerInvariant();
        var hex = text[(space + 1)..].Trim().Replace(":", "", StringComparison.Ordinal);
        if (hex.Length != HashLength(algorithm) * 2 || hex.Length == 0 || !hex.All(char.IsAsciiHexDigit))
            return false;
        fingerprint = new CertificateFingerprint(algorithm, [.. Convert.FromHexString(hex)]);
        return true;
    }

    public bool Equals(CertificateFingerprint? other) =>
        other is not null && Algorithm == other.Algorithm && Value.AsSpan().SequenceEqual(other.Value.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Algorithm, Value.Length > 0 ? Value[0] : 0);

    public override string ToString() =>
        $"{Algorithm} {string.Join(':', Value.Select(octet => octet.ToString("X2", System.Globalization.CultureInfo.InvariantCulture)))}";

    internal static int HashLength(string algorithm) => algorithm switch { "sha-256" => 32, "sha-384" => 48, "sha-512" => 64, _ => 0 };
}
