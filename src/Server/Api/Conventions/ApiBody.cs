using System.Text.Json;
using System.Text.Json.Nodes;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Api;

/// <summary>What a body turned out to be; exactly one of the two is set.</summary>
internal readonly record struct Read<T>(T? Value, ApiReply? Refused)
    where T : class
{
    public static Read<T> No(ApiReply reply) => new(null, reply);
}

/// <summary>Reads bodies strictly: no unknown fields, no key twice, at most 32 levels (TW-08, TW-12).</summary>
internal static class ApiBody
{
    public const string Json = "application/json";
    public const string MergePatchType = "application/merge-patch+json";
    private const int MostBytes = 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <param name="optional">True: no body at all reads as an empty object.</param>
    public static async ValueTask<Read<T>> ReadAsync<T>(HttpContext context, bool optional = false)
        where T : class
    {
        var (root, refused) = await ParseAsync(context, Json, optional);
        return refused is not null ? Read<T>.No(refused) : Bind<T>(root);
    }

    /// <summary>The body as it stands, for merging into what there is.</summary>
    public static async ValueTask<Read<JsonObject>> ReadPatchAsync(HttpContext context)
    {
        var (root, refused) = await ParseAsync(context, MergePatchType, optional: false);
        if (refused is not null)
            return Read<JsonObject>.No(refused);
        try
        {
            var patch = (JsonObject)JsonObject.Create(root)!.DeepClone();
            ReadNames(patch);
            return new(patch, null);
        }
        catch (InvalidOperationException)
        {
            return Read<JsonObject>.No(ApiReply.Invalid("", "holds half a surrogate pair."));
        }
    }

    /// <summary>Objects read their names only when somebody looks, and complain of them only then.</summary>
    private static void ReadNames(JsonNode? node)
    {
        foreach (var child in node switch { JsonObject members => members.Select(member => member.Value), JsonArray items => items, _ => [] })
            ReadNames(child);
    }

    public static Read<T> Bind<T>(JsonElement root)
        where T : class
    {
        try
        {
            if (UnknownFields.Find(root, typeof(T)) is { } unknown)
                return Read<T>.No(ApiReply.Invalid(Flaws.Unknown(unknown)));
            return new(root.Deserialize<T>(Wire.Json)!, null);
        }
        catch (JsonException problem)
        {
            return Read<T>.No(ApiReply.Invalid(FieldOf(problem.Path), "This value cannot be used here."));
        }
        catch (InvalidOperationException)
        {
            return Read<T>.No(ApiReply.Invalid("", "holds half a surrogate pair."));
        }
    }

    private static async ValueTask<(JsonElement Root, ApiReply? Refused)> ParseAsync(HttpContext context, string type, bool optional)
    {
        var (bytes, tooLong) = await RequestText.ReadBytesAsync(context.Request, MostBytes);
        if (tooLong)
            return (default, ApiReply.No(ErrorCodes.ValidationFailed, "A body has at most 1 MiB."));
        if (optional && bytes.Length == 0)
            return (JsonElement.Parse("{}"), null);
        if (!IsType(context.Request.ContentType, type))
            return (default, ApiReply.No(ErrorCodes.ValidationFailed, $"Send the body as {type}."));
        try
        {
            using var document = JsonDocument.Parse(bytes, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? (document.RootElement.Clone(), null)
                : (default, ApiReply.Invalid("", "must be an object."));
        }
        catch (JsonException)
        {
            return (default, ApiReply.Invalid("", "is not JSON, names a key twice, or is nested deeper than 32."));
        }
        catch (InvalidOperationException)
        {
            return (default, ApiReply.Invalid("", "holds half a surrogate pair."));
        }
    }

    /// <summary>Plain JSON is taken for a patch too: libraries send it.</summary>
    private static bool IsType(string? sent, string wanted) =>
        System.Net.Http.Headers.MediaTypeHeaderValue.TryParse(sent, out var type)
        && (string.Equals(type.MediaType, wanted, StringComparison.OrdinalIgnoreCase)
            || string.Equals(type.MediaType, Json, StringComparison.OrdinalIgnoreCase))
        && (type.CharSet is null || type.CharSet.Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));

    /// <summary>From <c>$.limits.maxVideo</c> to <c>limits.maxVideo</c>.</summary>
    private static string FieldOf(string? path) => path is null or "$" ? "" : path.TrimStart('$').TrimStart('.');
}
