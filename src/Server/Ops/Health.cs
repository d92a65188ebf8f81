using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Ops;

/// <summary>Alive: the process turns. Ready: it can take people (product §17).</summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        var services = app.Services;
        app.MapGet("/health/live", context => context.Response.WriteAsJsonAsync(new { Status = "live" }, Wire.Json));
        app.MapGet("/health/ready", context =>
        {
            var checks = Checks(services).ToArray();
            var ready = checks.All(check => check.Ok);
            context.Response.StatusCode = ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return context.Response.WriteAsJsonAsync(new { Status = ready ? "ready" : "unready", Checks = checks }, Wire.Json);
        });
    }

    private static IEnumerable<Check> Checks(IServiceProvider services)
    {
        var silo = services.GetRequiredService<ISiloStatusOracle>().CurrentStatus;
        yield return new("rooms", silo == SiloStatus.Active, silo.ToString());
        var shards = services.GetRequiredService<LocalMediaNode>().Engine.Statistics.Shards;
        yield return new("media", shards > 0, $"{shards} shards");
        var stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;
        yield return new("accepting", !stopping, stopping ? "stopping" : "yes");
    }

    private sealed record Check(string Name, bool Ok, string Detail);
}
