using System.Collections.Immutable;
using System.Globalization;
using Sylk.Conference.Protocols.Srtp;

namespace Sylk.Conference.Protocols.Sdp;

/// <summary>
/// <c>a=crypto</c> (RFC 4568 section 9.1): a suite and one master key with its salt. A line we could not follow to the letter —
/// unknown suite, a session parameter that must be understood, a key of another length — does not read.
/// </summary>
/// <param name="Tag">1 to 9 digits; the answer echoes it.</param>
/// <param name="Suite">What protects the packets.</param>
/// <param name="Key">Master key and salt.</param>
/// <param name="MkiLength">Bytes of key identifier in each of their packets, 0 to 128; we write none.</param>
public sealed record CryptoLine(int Tag, SrtpProfile Suite, ImmutableArray<byte> Key, int MkiLength = 0) : ISdpValue<CryptoLine>
{
    private const int LongestMki = 128;
    private const int MostKeys = 16;

    /// <summary>Best first (RFC 7714 section 14.2, RFC 4568 section 6.2).</summary>
    public static readonly ImmutableArray<SrtpProfile> Suites =
        [SrtpProfile.AeadAes256Gcm, SrtpProfile.AeadAes128Gcm, SrtpProfile.Aes128CmSha1_80, SrtpProfile.Aes128CmSha1_32];

    public static string AttributeName => "crypto";

    public ReadOnlySpan<byte> MasterKey => Key.AsSpan(0, Suite.KeyLength);

    public ReadOnlySpan<byte> MasterSalt => Key.AsSpan()[Suite.KeyLength..];

    public static int KeyLengthOf(SrtpProfile suite) => suite.KeyLength + suite.SaltLength;

    public static bool TryParse(ReadOnlySpan<char> text, out CryptoLine value)
    {
        value = null!;
        if (!SdpText.TryNextToken(ref text, out var number) || number.Length > 9 || !SdpText.TryNumber(number, int.MaxValue, out var tag)
            || !SdpText.TryNextToken(ref text, out var name) || !TryReadSuite(name, out var suite)
            || !SdpText.TryNextToken(ref text, out var keys))
        {
            return false;
        }

        while (SdpText.TryNextToken(ref text, out var parameter))
        {
            if (!MayIgnore(parameter))
            {
                return false;
            }
        }

        for (var i = 0; i < MostKeys && SdpText.TryNextToken(ref keys, out var method, ';'); i++)
        {
            if (TryReadKey(method, suite, out var key, out var mki))
            {
                value = new CryptoLine(tag, suite, key, mki);
                return true;
            }
        }

        return false;
    }

    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Tag} {NameOf(Suite)} inline:{Convert.ToBase64String(Key.AsSpan())}");

    public bool HasSameKey(CryptoLine? other) => other is not null && other.Suite == Suite && other.Key.AsSpan().SequenceEqual(Key.AsSpan());

    public bool Equals(CryptoLine? other) => HasSameKey(other) && other!.Tag == Tag && other.MkiLength == MkiLength;

    public override int GetHashCode() => HashCode.Combine(Tag, Suite, MkiLength);

    /// <summary>The key is a secret.</summary>
    public override string ToString() => $"{Tag} {NameOf(Suite)}";

    public static string NameOf(SrtpProfile suite) => suite switch
    {
        SrtpProfile.AeadAes256Gcm => "AEAD_AES_256_GCM",
        SrtpProfile.AeadAes128Gcm => "AEAD_AES_128_GCM",
        SrtpProfile.Aes128CmSha1_32 => "AES_CM_128_HMAC_SHA1_32",
        _ => "AES_CM_128_HMAC_SHA1_80",
    };

    private static bool TryReadSuite(ReadOnlySpan<char> name, out SrtpProfile suite)
    {
        foreach (var known in Suites)
        {
            if (name.Equals(NameOf(known), StringComparison.OrdinalIgnoreCase))
            {
                suite = known;
                return true;
            }
        }

        suite = default;
        return false;
    }

    /// <summary>The replay window is our own affair; what begins with a minus may be passed over (RFC 4568 section 6.3.7).</summary>
    private static bool MayIgnore(ReadOnlySpan<char> parameter) =>
        parameter.StartsWith("WSH=", StringComparison.OrdinalIgnoreCase) || parameter[0] == '-';

    private static bool TryReadKey(ReadOnlySpan<char> method, SrtpProfile suite, out ImmutableArray<byte> key, out int mkiLength)
    {
        (key, mkiLength) = ([], 0);
        const string Inline = "inline:";
        if (!method.StartsWith(Inline, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var text = SdpText.Before(method[Inline.Length..], '|', out var rest);
        while (SdpText.TryNextToken(ref rest, out var part, '|'))
        {
            var colon = part.IndexOf(':');
            if (colon >= 0 && (!SdpText.TryNumber(part[(colon + 1)..], LongestMki, out mkiLength) || mkiLength == 0))
            {
                return false;
            }
        }

        return TryDecode(text, KeyLengthOf(suite), out key);
    }

    private static bool TryDecode(ReadOnlySpan<char> text, int length, out ImmutableArray<byte> key)
    {
        key = [];
        text = text.TrimEnd('=');
        Span<char> padded = stackalloc char[64];
        Span<byte> bytes = stackalloc byte[64];
        if (text.Length > padded.Length - 3)
        {
            return false;
        }

        padded.Fill('=');
        text.CopyTo(padded);
        var whole = (text.Length + 3) & ~3;
        if (!Convert.TryFromBase64Chars(padded[..whole], bytes, out var written) || written != length)
        {
            return false;
        }

        key = [.. bytes[..written]];
        return true;
    }
}
