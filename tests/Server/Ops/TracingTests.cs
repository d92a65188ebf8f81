using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Sylk.Conference.Server.Tests;

/// <summary>Product §18: spans, the trace they belong to, and that a collector gets them.</summary>
[Collection(nameof(MetricsTests))]
public sealed class TracingTests
{
    [Fact(DisplayName = "Product 18 From Join on everything of a connection is one trace: room.join, room.negotiate and every refusal")]
    public async Task A_connection_is_one_trace()
    {
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Sylk.Conference.Rooms",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                lock (spans)
                    spans.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await RunningServer.StartAsync();
        await using var alice = await HubClient.JoinAsync(server, "traced");
        HubClient.Value(await alice.CallAsync("Negotiate", new { seq = 1, sdp = "v=0\r\n" }));
        var refused = await alice.CallAsync("Negotiate", new { seq = 1, sdp = "v=0\r\n" });
        Assert.Equal("negotiation_stale", HubClient.Code(refused));
        Assert.Equal(["room.join", "room.negotiate", "room.negotiate"], spans.Select(span => span.OperationName));
        var trace = Assert.Single(spans.Select(span => span.TraceId.ToHexString()).Distinct());
        Assert.Equal(trace, refused.GetProperty("error").GetProperty("traceId").GetString());
        Assert.Equal("negotiation_stale", spans[^1].GetTagItem("code"));
        Assert.Equal(trace, (await alice.CallAsync("SendChat")).GetProperty("error").GetProperty("traceId").GetString());
    }

    [Fact(DisplayName = "Product 15 Observability:Otlp sends spans and metrics to a collector")]
    public async Task A_collector_gets_spans_and_metrics()
    {
        await using var collector = await Collector.StartAsync();
        await using var server = await RunningServer.StartAsync($"--Observability:Otlp={collector.Address}otlp");
        await using (await HubClient.JoinAsync(server, "collected"))
        {
            server.Services.GetRequiredService<TracerProvider>().ForceFlush(10_000);
            server.Services.GetRequiredService<MeterProvider>().ForceFlush(10_000);
        }
        Assert.Contains("room.join", collector.Of("/otlp/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("sylk.participant.active", collector.Of("/otlp/v1/metrics"), StringComparison.Ordinal);
        Assert.Contains("sylk-conference", collector.Of("/otlp/v1/metrics"), StringComparison.Ordinal);
    }

    /// <summary>Keeps what is posted; names stand in it as plain text.</summary>
    private sealed class Collector(WebApplication app) : IAsyncDisposable
    {
        private readonly Dictionary<string, string> _posted = [];

        public Uri Address => new(app.Urls.First());

        public string Of(string path)
        {
            lock (_posted)
                return _posted.GetValueOrDefault(path, "");
        }

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            var collector = new Collector(app);
            app.Urls.Add("http://127.0.0.1:0");
            app.MapPost("/{**path}", collector.KeepAsync);
            await app.StartAsync();
            return collector;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private async Task KeepAsync(HttpContext context)
        {
            using var body = new StreamReader(context.Request.Body, System.Text.Encoding.Latin1);
            var text = await body.ReadToEndAsync();
            lock (_posted)
                _posted[context.Request.Path] = _posted.GetValueOrDefault(context.Request.Path, "") + text;
            context.Response.StatusCode = (int)HttpStatusCode.OK;
        }
    }
}
