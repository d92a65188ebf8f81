using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Sylk.Conference.Rooms;

/// <summary>What every room grain of this node works with.</summary>
public sealed record RoomTools(RoomClock Clock, RoomsSettings Settings, IMediaNodes Nodes, RoomMetrics Metrics, ILogger<RoomTools> Log)
{
    /// <summary>The operator's wishes as they are now; a room asks again with each decision.</summary>
    public RoomsSettings Settings { get; set; } = Settings;

    /// <summary>Names of the rooms that are decided in this process now.</summary>
    internal ConcurrentDictionary<string, byte> Awake { get; } = new(StringComparer.Ordinal);
}
