using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server;

/// <summary>How everything of ours looks as JSON, on the hub and over HTTP.</summary>
internal static class Wire
{
    /// <summary>Strict where strangers' bytes come in: no duplicate keys, bounded depth, unknown members never bound (reliability TW-08, TW-12).</summary>
    public static readonly JsonSerializerOptions Json = Shape(new JsonSerializerOptions
    {
        AllowDuplicateProperties = false,
        MaxDepth = 32,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(), // types are looked at before anything has been written
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    });

    public static JsonSerializerOptions Shape(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.Converters.Add(new CapsConverter());
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
        options.Converters.Add(new MomentConverter());
        options.Converters.Add(new RawJsonConverter());
        return options;
    }

    /// <summary>The object's members behind a leading <c>rev</c>.</summary>
    public static byte[] WithRev(long rev, object content)
    {
        var members = JsonSerializer.SerializeToUtf8Bytes(content, Json).AsSpan(1);
        var head = $"{{\"rev\":{rev}{(members.Length > 1 ? "," : "")}";
        var bytes = new byte[head.Length + members.Length];
        System.Text.Encoding.ASCII.GetBytes(head, bytes);
        members.CopyTo(bytes.AsSpan(head.Length));
        return bytes;
    }

    private sealed class CapsConverter : JsonConverter<Caps>
    {
        public override Caps Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new JsonException("caps are granted, not claimed");

        public override void Write(Utf8JsonWriter writer, Caps value, JsonSerializerOptions options)
        {
            writer.WriteStartArray();
            foreach (var cap in Enum.GetValues<Caps>())
            {
                if (cap != Caps.None && value.HasFlag(cap))
                    writer.WriteStringValue(JsonNamingPolicy.CamelCase.ConvertName(cap.ToString()));
            }
            writer.WriteEndArray();
        }
    }

    /// <summary>RFC 3339, UTC, milliseconds.</summary>
    private sealed class MomentConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
    }

    private sealed class RawJsonConverter : JsonConverter<RawJson>
    {
        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new JsonException("raw text is written only");

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Utf8.Span, skipInputValidation: true);
    }
}

/// <summary>JSON that was rendered once and is sent to many.</summary>
internal readonly record struct RawJson(ReadOnlyMemory<byte> Utf8);
