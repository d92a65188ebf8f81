using System.Diagnostics.Metrics;

namespace Sylk.Conference.Server.Webhooks;

/// <summary>This process as a sender of webhooks: its name in leases and its counter (product §18).</summary>
internal sealed class WebhookNode : IDisposable
{
    public const string MeterName = "Sylk.Conference.Webhooks";

    private readonly Meter _meter;
    private readonly Counter<long> _deliveries;

    public WebhookNode(string id, IMeterFactory meters)
    {
        Id = id;
        _meter = meters.Create(MeterName);
        _deliveries = _meter.CreateCounter<long>("sylk.webhook.deliveries", "{delivery}", "Attempts to deliver an event to a webhook.");
    }

    public string Id { get; }

    /// <param name="outcome"><c>delivered</c>, <c>retried</c> or <c>failed</c>.</param>
    public void Count(string outcome) => _deliveries.Add(1, new KeyValuePair<string, object?>("sylk.outcome", outcome));

    public void Dispose() => _meter.Dispose();
}
