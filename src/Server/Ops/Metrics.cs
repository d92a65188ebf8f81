using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Ops;

/// <summary>All of OpenTelemetry in one file: what is collected, where it is scraped, and where it is sent (product §18).</summary>
internal static class Metrics
{
    private const string Scrape = "/metrics";

    private static readonly string[] Framework =
        ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections", "Microsoft.Orleans", "System.Runtime"];

    public static void AddMetrics(this IServiceCollection services, ObservabilityOptions options)
    {
        services.AddSingleton<ServerMeter>();
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("sylk-conference", serviceVersion: StartupOptions.Version))
            .WithMetrics(metrics => metrics.AddMeter(["Sylk.Conference.*", .. Framework]).AddPrometheusExporter());
        if (options.Otlp.Length == 0)
            return;
        telemetry
            .WithMetrics(metrics => metrics.AddOtlpExporter(otlp => Aim(otlp, options.Otlp, "metrics")))
            .WithTracing(traces => traces.AddSource(Tracing.Sources, "Microsoft.AspNetCore").AddOtlpExporter(otlp => Aim(otlp, options.Otlp, "traces")));
    }

    /// <summary>The page is there or not as the setting says now; what is measured is measured anyway.</summary>
    public static void MapScrape(this WebApplication app, ObservabilityOptions options)
    {
        var node = app.Services.GetRequiredService<LocalMediaNode>();
        var joins = app.Services.GetRequiredService<JoinTimes>();
        app.Services.GetRequiredService<ServerMeter>();
        var meter = new MediaMeter(node);
        joins.Meter = meter;
        node.PeerClosed += joins.Gone;
        app.Lifetime.ApplicationStopped.Register(meter.Dispose);
        app.Use((context, next) => options.Prometheus || !context.Request.Path.StartsWithSegments(Scrape)
            ? next(context)
            : Problem.WriteAsync(context, ErrorCodes.RoomNotFound, "There is nothing at this address."));
        app.MapPrometheusScrapingEndpoint(Scrape);
    }

    /// <summary>An address with a path, or on the port of OTLP over HTTP, is spoken to over HTTP; any other by gRPC.</summary>
    private static void Aim(OtlpExporterOptions otlp, string address, string signal)
    {
        var uri = new Uri(address);
        if (uri.AbsolutePath == "/" && uri.Port != 4318)
        {
            (otlp.Endpoint, otlp.Protocol) = (uri, OtlpExportProtocol.Grpc);
            return;
        }
        (otlp.Endpoint, otlp.Protocol) = (new Uri($"{address.TrimEnd('/')}/v1/{signal}"), OtlpExportProtocol.HttpProtobuf);
    }
}
