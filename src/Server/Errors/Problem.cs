using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Errors;

/// <summary>A problem reply (RFC 9457) made from a refusal; the only way HTTP doors say no.</summary>
internal sealed record Problem(
    string Type, string Title, int Status, string Detail, string Code, string Instance, string TraceId,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfterMs,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyDictionary<string, string[]>? Errors = null)
{
    private const string ContentType = "application/problem+json";

    /// <param name="errors">What is wrong field by field.</param>
    public static Task WriteAsync(
        HttpContext context, Refusal refusal, int? status = null, IReadOnlyDictionary<string, string[]>? errors = null)
    {
        var entry = ErrorRegistry.Of(refusal.Code);
        AuthFailures.Note(context, refusal.Code);
        var problem = new Problem(
            ProblemPages.AddressOf(context.Request, entry), entry.Title, status ?? entry.Http, refusal.Detail, entry.Code,
            context.Request.Path, TraceOf(context), refusal.RetryAfterMs, errors);
        context.Response.StatusCode = problem.Status;
        if (refusal.RetryAfterMs is { } wait)
            context.Response.Headers.RetryAfter = ((wait + 999) / 1000).ToString(CultureInfo.InvariantCulture);
        return context.Response.WriteAsJsonAsync(problem, Wire.Json, ContentType);
    }

    public static Task WriteAsync(HttpContext context, string code, string detail, int? status = null) =>
        WriteAsync(context, new Refusal(code, detail), status);

    public static string TraceOf(HttpContext? context) => Activity.Current?.TraceId.ToHexString() ?? context?.TraceIdentifier ?? "";
}

/// <summary>What the media engine's refusals mean to people.</summary>
internal static class MediaRefusals
{
    public static Refusal ToRefusal(this MediaError error) => error.Code switch
    {
        MediaErrorCode.SdpInvalid => new(ErrorCodes.ValidationFailed, error.Detail),
        MediaErrorCode.MediaIncompatible => new(ErrorCodes.MediaIncompatible, error.Detail),
        MediaErrorCode.NegotiationStale => new(ErrorCodes.NegotiationStale, error.Detail),
        MediaErrorCode.Overloaded => new(ErrorCodes.Overloaded, error.Detail, 2_000),
        MediaErrorCode.ShuttingDown => new(ErrorCodes.NodeDraining, error.Detail, 2_000),
        MediaErrorCode.RoomNotOpen => new(ErrorCodes.RoomEnded, error.Detail),
        MediaErrorCode.StaleEpoch => new(ErrorCodes.NegotiationStale, error.Detail),
        _ => new(ErrorCodes.ValidationFailed, error.Detail),
    };
}
