using System.Diagnostics;

namespace Sylk.Conference.Server.Api;

/// <summary>Every request has a trace: the caller's (<c>traceparent</c>, W3C Trace Context) or a new one. Every reply names it.</summary>
internal static class Tracing
{
    public const string Header = "Trace-Id";

    public static void UseTraceIds(this WebApplication app) => app.Use(async (context, next) =>
    {
        using var own = Activity.Current is null ? Begin(context.Request) : null;
        context.Response.Headers[Header] = Activity.Current!.TraceId.ToHexString();
        await next(context);
    });

    private static Activity Begin(HttpRequest request)
    {
        var activity = new Activity("request");
        activity.SetIdFormat(ActivityIdFormat.W3C);
        var parent = request.Headers.TraceParent.ToString();
        if (ActivityContext.TryParse(parent, null, out _))
            activity.SetParentId(parent);
        return activity.Start();
    }
}
