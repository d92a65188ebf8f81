using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Ops;

/// <summary>Alive: the process and its media shards turn. Ready: it can take people (product §17).</summary>
internal static class Health
{
    /// <summary>A shard comes round five times a second at least; one that does not for so long never will.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromSeconds(5);

    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<Readiness>();
        services.AddSingleton<IReadinessCheck, RoomsCheck>();
        services.AddSingleton<IReadinessCheck, MediaCheck>();
        services.AddSingleton<IReadinessCheck, CertificateCheck>();
        services.AddSingleton<IReadinessCheck, AcceptingCheck>();
    }

    public static void MapHealth(this WebApplication app)
    {
        var (node, readiness) = (app.Services.GetRequiredService<LocalMediaNode>(), app.Services.GetRequiredService<Readiness>());
        app.MapGet("/health/live", context => WriteLiveAsync(context, node.Engine.Statistics.SilentFor));
        app.MapGet("/health/ready", context => WriteReadyAsync(context, readiness));
    }

    /// <summary>Waits for nobody.</summary>
    private static Task WriteLiveAsync(HttpContext context, TimeSpan silent)
    {
        var alive = silent < Stuck;
        context.Response.StatusCode = alive ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return WriteAsync(context, new { Status = alive ? "live" : "stuck", MediaSilentMs = (long)silent.TotalMilliseconds });
    }

    private static async Task WriteReadyAsync(HttpContext context, Readiness readiness)
    {
        var report = await readiness.AskAsync();
        context.Response.StatusCode = report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await WriteAsync(context, new { report.Status, report.Checks });
    }

    private static Task WriteAsync<T>(HttpContext context, T body)
    {
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(body, Wire.Json);
    }
}
