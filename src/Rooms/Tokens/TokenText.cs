using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text.Json;

namespace Sylk.Conference.Rooms;

/// <summary>A token taken apart and not believed yet: header and claims, each name once.</summary>
internal sealed record TokenText(string Algorithm, string KeyId, string Issuer, JsonElement Claims)
{
    /// <summary>Bytes; a larger one is not even split.</summary>
    public const int Longest = 8 * 1024;

    private const string Hmac = "HS256";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private static readonly ImmutableArray<string> Algorithms = [Hmac, "RS256", "ES256"];

    /// <summary>Ways for a token to bring its own key, or to demand what we do not do.</summary>
    private static readonly ImmutableArray<string> Forbidden = ["jku", "x5u", "jwk", "x5c", "crit", "zip", "enc", "b64"];

    /// <returns>Null for everything that cannot be a token of anybody we believe.</returns>
    public static TokenText? Read(string token)
    {
        if (token.Length is 0 or > Longest || token.Split('.', 4) is not [var head, var body, { Length: > 0 }])
            return null;
        if (Parse(head) is not { } header || Parse(body) is not { } claims)
            return null;
        if (Forbidden.Any(name => header.TryGetProperty(name, out _)))
            return null;
        var (algorithm, key, issuer) = (Text(header, "alg"), Text(header, "kid"), Text(claims, "iss"));
        return algorithm is not null && Algorithms.Contains(algorithm) && key is { Length: > 0 and <= 256 } && issuer is { Length: > 0 and <= 1024 }
            ? new(algorithm, key, issuer, claims)
            : null;
    }

    public static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Decoded(value) : null;

    public static DateTimeOffset? Time(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
        && seconds is >= 0 and < 253_402_300_799
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;

    private static string? Decoded(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null; // half a surrogate pair
        }
    }

    private static JsonElement? Parse(string part)
    {
        if (!Base64Url.IsValid(part))
            return null;
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
