using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sylk.Conference.Ctl.Cli;

/// <summary>Request bodies out of what was typed: what was not typed is not sent.</summary>
internal static class Fields
{
    /// <summary>Sets <c>a.b.c</c> unless the value is null.</summary>
    public static JsonObject With(this JsonObject body, string path, JsonNode? value)
    {
        if (value is null)
            return body;
        var (at, names) = (body, path.Split('.'));
        foreach (var name in names[..^1])
        {
            if (at[name] is not JsonObject inner)
                at[name] = inner = [];
            at = inner;
        }
        at[names[^1]] = value;
        return body;
    }

    /// <summary><c>limits.maxVideo=9</c>: the value is JSON when it reads as JSON, else text.</summary>
    /// <exception cref="UsageException">There is no equals sign.</exception>
    public static JsonObject WithAssignments(this JsonObject body, string[]? assignments)
    {
        foreach (var assignment in assignments ?? [])
        {
            var cut = assignment.IndexOf('=', StringComparison.Ordinal);
            if (cut <= 0)
                throw new UsageException($"--set: \"{assignment}\" is not name=value.");
            body.With(assignment[..cut], Value(assignment[(cut + 1)..]) ?? throw new UsageException("--set: null is not a value."));
        }
        return body;
    }

    public static JsonArray? Array(string[]? values) => values is { Length: > 0 } ? [.. values.Select(value => JsonValue.Create(value))] : null;

    /// <summary><c>90s</c>, <c>30m</c>, <c>12h</c>, <c>7d</c> or milliseconds.</summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static JsonNode? Milliseconds(string? text, string option)
    {
        if (text is null)
            return null;
        var scale = text[^1..] switch { "s" => 1_000L, "m" => 60_000, "h" => 3_600_000, "d" => 86_400_000, _ => 0 };
        var digits = scale == 0 ? text : text[..^1];
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw new UsageException($"{option}: \"{text}\" is not a time, such as 90s, 30m, 12h or 7d.");
        return JsonValue.Create(number * Math.Max(1, scale));
    }

    private static JsonNode? Value(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
