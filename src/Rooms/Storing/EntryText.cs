using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sylk.Conference.Rooms;

/// <summary>How a fact of a room lies in its row. Members may be added within a version; anything else makes a new one.</summary>
internal static class EntryText
{
    private const int Version = 1;

    private static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 16,
        IgnoreReadOnlyProperties = true,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static string Write<T>(T fact) => JsonSerializer.Serialize(new Kept<T>(Version, fact), Shape);

    /// <returns>False when the text is damaged or from a later version.</returns>
    public static bool TryRead<T>(string? text, [NotNullWhen(true)] out T? fact)
        where T : notnull
    {
        fact = default;
        try
        {
            if (text is not null && JsonSerializer.Deserialize<Marker>(text, Shape) is { V: >= 1 and <= Version }
                && JsonSerializer.Deserialize<Kept<T>>(text, Shape) is { Fact: { } found })
            {
                fact = found;
                return true;
            }
            return false;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private sealed record Marker(int V);

    private sealed record Kept<T>(int V, T? Fact);
}
