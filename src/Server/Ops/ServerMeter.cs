using System.Diagnostics.Metrics;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Hosting;

namespace Sylk.Conference.Server.Ops;

/// <summary>What the doors know and neither rooms nor media do (product §18): who comes back, and how long the certificate lasts.</summary>
internal sealed class ServerMeter : IDisposable
{
    private readonly Meter _meter = new(RoomMetrics.MeterName);
    private readonly Counter<long> _reconnects;

    public ServerMeter(Certificates certificates, RoomClock clock, Readiness readiness)
    {
        _reconnects = _meter.CreateCounter<long>("sylk.reconnect.attempts", "{attempt}", "Pages that came back with their resume key.");
        // A scrape cannot wait for checks: it asks for the next answer and tells the last.
        _meter.CreateObservableGauge("sylk.node.ready", () => readiness.Ask() ? 1 : 0, "1", "1 while the node can take people.");
        _meter.CreateObservableGauge("sylk.certificate.expiry", () => Expiry(certificates, clock), "s", "Until the certificate ends; negative when it has.");
    }

    /// <param name="outcome"><c>resumed</c>, <c>rejoined</c> (the seat was gone) or <c>refused</c>.</param>
    public void Reconnected(string outcome) =>
        _reconnects.Add(1, new("sylk.reconnect.step", "resume"), new("sylk.outcome", outcome));

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<double>> Expiry(Certificates certificates, RoomClock clock) => certificates.Leaf is { } leaf
        ? [new((new DateTimeOffset(leaf.NotAfter) - clock.Now).TotalSeconds, new KeyValuePair<string, object?>("sylk.certificate.use", "https"))]
        : [];
}
