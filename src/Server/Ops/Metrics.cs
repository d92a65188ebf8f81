using OpenTelemetry.Metrics;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Ops;

/// <summary>All of OpenTelemetry in one file: which meters are collected and where they are scraped (product §18).</summary>
internal static class Metrics
{
    private static readonly string[] Framework =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections", "Microsoft.Orleans"];

    public static void AddMetrics(this IServiceCollection services, ObservabilityOptions options)
    {
        if (options.Prometheus)
        {
            services.AddOpenTelemetry().WithMetrics(metrics =>
                metrics.AddMeter([RoomMetrics.MeterName, MediaMeter.Name, .. Framework]).AddPrometheusExporter());
        }
    }

    public static void MapScrape(this WebApplication app, ObservabilityOptions options)
    {
        if (!options.Prometheus)
            return;
        var node = app.Services.GetRequiredService<LocalMediaNode>();
        var joins = app.Services.GetRequiredService<JoinTimes>();
        var meter = new MediaMeter(node);
        joins.Meter = meter;
        node.PeerClosed += joins.Gone;
        app.Lifetime.ApplicationStopped.Register(meter.Dispose);
        app.MapPrometheusScrapingEndpoint("/metrics");
    }
}
