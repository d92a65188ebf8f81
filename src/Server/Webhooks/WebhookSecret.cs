using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sylk.Conference.Server.Webhooks;

/// <summary>Signatures of Standard Webhooks 1.0: HMAC-SHA-256 over <c>id.timestamp.body</c>.</summary>
internal static class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int Bytes = 32;
    private const int LeastBytes = 24;
    private const int MostBytes = 64;

    public static string New() => Prefix + Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>True for <c>whsec_</c> and 24 to 64 bytes in Base64.</summary>
    public static bool IsWellFormed(string text) => Key(text) is { Length: >= LeastBytes and <= MostBytes };

    /// <summary>One signature per secret, separated by a space, so that receivers can change secrets at leisure.</summary>
    public static string Sign(IEnumerable<string> secrets, string id, DateTimeOffset sentAt, string body)
    {
        var signed = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{sentAt.ToUnixTimeSeconds()}.{body}"));
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key(secret) ?? [], signed))));
    }

    private static byte[]? Key(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        Span<byte> bytes = stackalloc byte[128];
        return Convert.TryFromBase64Chars(text.AsSpan(Prefix.Length), bytes, out var length) ? bytes[..length].ToArray() : null;
    }
}
