using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Sylk.Conference.Server.Api;

/// <summary>Finds members an input type does not have, wherever they are.</summary>
internal static class UnknownFields
{
    /// <returns>Path of the first one (<c>limits.maxVidio</c>), or null.</returns>
    public static string? Find(JsonElement element, Type type) => Find(element, Wire.Json.GetTypeInfo(type), "");

    private static string? Find(JsonElement element, JsonTypeInfo type, string path) => (element.ValueKind, type.Kind) switch
    {
        (JsonValueKind.Object, JsonTypeInfoKind.Object) => InObject(element, type, path),
        (JsonValueKind.Array, JsonTypeInfoKind.Enumerable) => InArray(element, Wire.Json.GetTypeInfo(type.ElementType!), path),
        _ => null,
    };

    private static string? InObject(JsonElement element, JsonTypeInfo type, string path)
    {
        foreach (var member in element.EnumerateObject())
        {
            var here = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (type.Properties.FirstOrDefault(property => property.Name == member.Name) is not { } known)
                return here;
            if (Find(member.Value, Wire.Json.GetTypeInfo(known.PropertyType), here) is { } deeper)
                return deeper;
        }
        return null;
    }

    private static string? InArray(JsonElement element, JsonTypeInfo type, string path)
    {
        var index = 0;
        foreach (var item in element.EnumerateArray())
        {
            if (Find(item, type, $"{path}[{index++}]") is { } deeper)
                return deeper;
        }
        return null;
    }
}
