using System.Diagnostics.Metrics;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>Counts calls (product §18).</summary>
internal sealed class CallMeter : IDisposable
{
    private readonly Meter _meter = new(RoomMetrics.MeterName);
    private readonly UpDownCounter<long> _active;
    private readonly Histogram<double> _duration;

    public CallMeter()
    {
        _active = _meter.CreateUpDownCounter<long>("sylk.sip.call.active", "{call}", "Calls that are up or coming up.");
        _duration = _meter.CreateHistogram<double>("sylk.sip.call.duration", "s", "From the beginning of a call to its end.");
    }

    public void Began(CallDirection direction) => _active.Add(1, new KeyValuePair<string, object?>("sylk.sip.direction", Spell(direction)));

    public void Left(CallDirection direction) => _active.Add(-1, new KeyValuePair<string, object?>("sylk.sip.direction", Spell(direction)));

    public void Ended(CallInfo call, string code, DateTimeOffset now) => _duration.Record(
        (now - call.StartedAt).TotalSeconds, new("sylk.sip.direction", Spell(call.Direction)), new("sylk.sip.end", code));

    public void Dispose() => _meter.Dispose();

    private static string Spell(CallDirection direction) => direction == CallDirection.In ? "in" : "out";
}
