using System.Text.Json.Serialization;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;

namespace Sylk.Conference.Server.Signalling;

/// <summary>The envelope of every hub method (product §7.2).</summary>
internal sealed record Reply(
    bool Ok,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] object? Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ReplyError? Error)
{
    public static readonly Reply Done = new(true, null, null);

    public static Reply With(object value) => new(true, value, null);

    public static Reply Refused(Refusal refusal, string traceId = "")
    {
        var entry = ErrorRegistry.Of(refusal.Code);
        return new(false, null, new(entry.Code, entry.Title, refusal.Detail, refusal.RetryAfterMs, traceId));
    }

    /// <summary>The same, telling which trace to ask for.</summary>
    public Reply Traced(string traceId) => Error is { TraceId: "" } error ? this with { Error = error with { TraceId = traceId } } : this;

    public static Reply Refused(string code, string detail) => Refused(new Refusal(code, detail));

    /// <summary>Done, unless there is a refusal.</summary>
    public static Reply Of(Refusal? refusal) => refusal is null ? Done : Refused(refusal);
}

internal sealed record ReplyError(string Code, string Title, string Detail, int? RetryAfterMs, string TraceId);
