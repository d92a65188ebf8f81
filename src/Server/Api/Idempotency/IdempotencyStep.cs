using System.Security.Cryptography;
using System.Text;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Errors;

namespace Sylk.Conference.Server.Api;

/// <summary><c>Idempotency-Key</c> on any POST: done once, answered as often as asked (product §4, I6).</summary>
internal sealed class IdempotencyStep(IIdempotencyStore store, RoomClock clock)
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotency-Replayed";
    private const int LongestKey = 255;
    private const int MostBytes = 1024 * 1024;

    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var text = context.Request.Headers[Header].ToString();
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.Headers.ContainsKey(Header))
        {
            await next(context);
            return;
        }
        if (text.Length is 0 or > LongestKey)
        {
            await Problem.WriteAsync(context, ErrorCodes.ValidationFailed, $"{Header}: 1 to {LongestKey} characters.");
            return;
        }
        var (body, tooLong) = await RequestText.ReadBytesAsync(context.Request, MostBytes);
        if (tooLong)
        {
            await Problem.WriteAsync(context, ErrorCodes.ValidationFailed, "A body has at most 1 MiB.", StatusCodes.Status413PayloadTooLarge);
            return;
        }
        context.Request.Body = new MemoryStream(body);
        var key = new IdempotencyKey(Caller.BucketOf(context), text);
        var print = Fingerprint(context.Request, body);
        var claim = await store.ClaimAsync(key, print, clock.Now, context.RequestAborted);
        await (claim.Status == ClaimStatus.Claimed ? DoAsync(context, next, key, print) : AnswerAsync(context, claim));
    }

    /// <summary>
    /// Names this request for what lies below, the same for every repetition: should the process die between the deed and the reply,
    /// the deed is not done twice either. Null without a key.
    /// </summary>
    public static string? MarkOf(HttpContext context) => context.Request.Headers[Header].ToString() is { Length: > 0 } key
        ? $"key:{Ids.Fingerprint($"{Caller.BucketOf(context)}\n{key}")[..40]}"
        : null;

    private static Task AnswerAsync(HttpContext context, IdempotencyClaim claim) => claim.Status switch
    {
        ClaimStatus.Replay => ReplayAsync(context, claim.Reply!),
        ClaimStatus.InProgress => Problem.WriteAsync(
            context, new Refusal(ErrorCodes.IdempotencyInProgress, "The first request with this key has not finished.", 1_000)),
        _ => Problem.WriteAsync(context, ErrorCodes.IdempotencyMismatch, "This key was used for another request."),
    };

    private static async Task ReplayAsync(HttpContext context, StoredReply reply)
    {
        context.Response.StatusCode = reply.Status;
        context.Response.Headers[ReplayedHeader] = "true";
        context.Response.ContentType = reply.ContentType;
        if (reply.Location is not null)
            context.Response.Headers.Location = reply.Location;
        if (reply.Tag is not null)
            context.Response.Headers.ETag = reply.Tag;
        if (!reply.Body.IsEmpty) // a 204 refuses even no bytes
            await context.Response.Body.WriteAsync(reply.Body.AsMemory());
    }

    private async Task DoAsync(HttpContext context, RequestDelegate next, IdempotencyKey key, string print)
    {
        var outside = context.Response.Body;
        using var kept = new MemoryStream();
        context.Response.Body = kept;
        var done = false;
        try
        {
            await next(context);
            done = IsFinal(context.Response.StatusCode);
        }
        finally
        {
            context.Response.Body = outside;
            await (done ? store.CompleteAsync(key, print, Of(context.Response, kept), clock.Now) : store.ReleaseAsync(key));
        }
        if (kept.Length > 0)
            await outside.WriteAsync(kept.GetBuffer().AsMemory(0, (int)kept.Length));
    }

    /// <summary>What may come out differently a moment later is not kept.</summary>
    private static bool IsFinal(int status) =>
        status is < 500 and not (StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status429TooManyRequests);

    private static StoredReply Of(HttpResponse response, MemoryStream body) => new(
        response.StatusCode, response.ContentType, response.Headers.Location, response.Headers.ETag, [.. body.ToArray()]);

    private static string Fingerprint(HttpRequest request, byte[] body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n"));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
