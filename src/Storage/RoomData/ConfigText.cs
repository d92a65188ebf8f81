using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>A room's settings as they lie in its row. Members may be added within a version; anything else makes a new one.</summary>
internal static class ConfigText
{
    private const int Version = 1;

    private static readonly JsonSerializerOptions Shape = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = 16,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new ListConverter() },
    };

    public static string? Write(RoomConfig? config) => config is null ? null : JsonSerializer.Serialize(new Envelope(Version, config), Shape);

    /// <returns>False when the text is damaged or from a later version.</returns>
    public static bool TryRead(string text, [NotNullWhen(true)] out RoomConfig? config)
    {
        config = null;
        try
        {
            if (JsonSerializer.Deserialize<Marker>(text, Shape) is { V: >= 1 and <= Version })
                config = JsonSerializer.Deserialize<Envelope>(text, Shape)?.Room;
        }
        catch (JsonException)
        {
            return false;
        }
        return config is { Id: not null, Name: not null, Access: not null, Features: not null, Limits: not null, Media: not null }
            && config is { Title: not null, Schedule: not null, Metadata: not null };
    }

    private sealed record Marker(int V);

    private sealed record Envelope(int V, RoomConfig? Room);

    /// <summary>A list that was never set is an empty one.</summary>
    private sealed class ListConverter : JsonConverter<ImmutableArray<string>>
    {
        public override ImmutableArray<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<string[]>(ref reader, options) is { } items && !items.Contains(null)
                ? [.. items]
                : throw new JsonException("A list with a hole.");

        public override void Write(Utf8JsonWriter writer, ImmutableArray<string> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.IsDefault ? [] : value.ToArray(), options);
    }
}
