using System.Globalization;
using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Api;

/// <summary>Entity tags and the conditions on them (RFC 9110 §13).</summary>
internal static class EntityTags
{
    public static string Of(long revision) => $"\"{revision.ToString(CultureInfo.InvariantCulture)}\"";

    /// <summary>For what has no revision of its own: any difference that can be seen is another tag.</summary>
    public static string OfBody(object body) => Of(JsonSerializer.Serialize(body, body.GetType(), Wire.Json));

    public static string Of(string text) => $"\"{Ids.Fingerprint(text)[..16]}\"";

    /// <summary><c>If-Match</c>: the caller changes only what it has seen.</summary>
    public static ApiReply? Check(HttpContext context, string current)
    {
        var wanted = context.Request.Headers.IfMatch.ToString();
        return wanted.Length == 0 || Lists(wanted, current)
            ? null
            : ApiReply.No(ErrorCodes.EtagMismatch, $"It is at {current} now; read it again.");
    }

    /// <summary><c>If-None-Match</c> on reading: the caller has it already.</summary>
    public static bool IsKnown(HttpContext context, string current) =>
        context.Request.Headers.IfNoneMatch.ToString() is { Length: > 0 } known && Lists(known, current);

    /// <summary><c>If-None-Match: *</c> on creating: only if there is none yet.</summary>
    public static bool OnlyIfAbsent(HttpContext context) => context.Request.Headers.IfNoneMatch.ToString().Trim() == "*";

    private static bool Lists(string header, string tag) =>
        header.Trim() == "*" || header.Split(',', StringSplitOptions.TrimEntries).Any(one => one == tag || one == $"W/{tag}");
}
