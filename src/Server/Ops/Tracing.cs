using System.Diagnostics;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Ops;

/// <summary>
/// Spans of product §18: <c>room.join</c>, <c>room.negotiate</c>, <c>webhook.deliver</c>. There is always an activity, whether or not anybody
/// collects spans, so that log lines and replies have the trace id.
/// </summary>
internal static class Tracing
{
    /// <summary>Every source of ours.</summary>
    public const string Sources = "Sylk.Conference.*";

    public static readonly ActivitySource Rooms = new(RoomMetrics.MeterName);
    public static readonly ActivitySource Webhooks = new("Sylk.Conference.Webhooks");

    /// <param name="parent">Default: what goes on now, if anything.</param>
    public static Activity Start(ActivitySource source, string name, ActivityContext parent = default) =>
        source.StartActivity(name, ActivityKind.Server, parent) ?? Follow(name, parent);

    /// <summary>Carries a trace id and is no span.</summary>
    public static Activity Follow(string name, ActivityContext parent = default)
    {
        var activity = new Activity(name);
        if (parent != default)
            activity.SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags);
        return activity.Start();
    }
}
