using System.Diagnostics.Metrics;
using OpenTelemetry.Metrics;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Ops;

/// <summary>All of OpenTelemetry in one file: which meters are collected and where they are scraped (product §18).</summary>
internal static class Metrics
{
    private const string MediaMeter = "Sylk.Conference.Media";

    private static readonly string[] Framework =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections", "Microsoft.Orleans"];

    public static void AddMetrics(this IServiceCollection services, ObservabilityOptions options)
    {
        if (options.Prometheus)
        {
            services.AddOpenTelemetry().WithMetrics(metrics =>
                metrics.AddMeter([RoomMetrics.MeterName, MediaMeter, .. Framework]).AddPrometheusExporter());
        }
    }

    public static void MapScrape(this WebApplication app, ObservabilityOptions options)
    {
        if (!options.Prometheus)
            return;
        var meter = new Meter(MediaMeter);
        app.Lifetime.ApplicationStopped.Register(meter.Dispose);
        Observe(meter, app.Services);
        app.MapPrometheusScrapingEndpoint("/metrics");
    }

    private static void Observe(Meter meter, IServiceProvider services)
    {
        MediaEngineStatistics Now() => services.GetRequiredService<LocalMediaNode>().Engine.Statistics;
        meter.CreateObservableCounter("sylk.media.packets", () => new Measurement<long>[]
        {
            new(Now().PacketsReceived, Direction("receive")), new(Now().PacketsForwarded, Direction("transmit")),
        }, "{packet}");
        meter.CreateObservableCounter("sylk.media.io", () => new Measurement<long>[]
        {
            new(Now().BytesReceived, Direction("receive")), new(Now().BytesSent, Direction("transmit")),
        }, "By");
        meter.CreateObservableCounter("sylk.media.packet.retransmitted", () => Now().PacketsRetransmitted, "{packet}");
        meter.CreateObservableCounter("sylk.media.packet.relayed", () => Now().PacketsRelayed, "{packet}");
        meter.CreateObservableCounter("sylk.media.keyframe.requests", () => Now().KeyframeRequests, "{request}");
        meter.CreateObservableCounter("sylk.media.packet.dropped", () => Now().Dropped.Select(entry =>
            new Measurement<long>(entry.Value, new KeyValuePair<string, object?>("cause", entry.Key))), "{packet}");
        meter.CreateObservableCounter("sylk.data.messages", () => new Measurement<long>[]
        {
            new(Now().Data.MessagesReceived, Direction("receive")), new(Now().Data.MessagesSent, Direction("transmit")),
        }, "{message}");
        meter.CreateObservableCounter("sylk.data.io", () => new Measurement<long>[]
        {
            new(Now().Data.BytesReceived, Direction("receive")), new(Now().Data.BytesSent, Direction("transmit")),
        }, "By");
        meter.CreateObservableCounter("sylk.data.readers.closed", () => Now().Data.ReadersClosed, "{connection}");
    }

    private static KeyValuePair<string, object?> Direction(string direction) => new("network.io.direction", direction);
}
