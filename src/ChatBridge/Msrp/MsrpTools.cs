using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Msrp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>What the MSRP door is put together from.</summary>
public sealed record MsrpBridgeTools(IGrainFactory Grains, RoomFeedHub Feeds, RoomClock Clock, ILoggerFactory Loggers)
{
    /// <summary>Where files lie; null where none can be shared.</summary>
    public IFileContent? Files { get; init; }
}

/// <summary>What every session works with.</summary>
internal sealed record MsrpTools(MsrpBridgeSettings Settings, MsrpBridgeTools Parts, MsrpIds Ids, ILogger Log)
{
    /// <summary>Held while links and sessions are touched: they know nothing of threads.</summary>
    public Lock Gate { get; } = new();

    /// <summary>What can be fetched.</summary>
    public RoomShelf Shelf { get; } = new();

    public Instant Now => new(Parts.Clock.Time.GetElapsedTime(0).Ticks * 100);

    public IRoomGrain Room(string name) => Parts.Grains.GetGrain<IRoomGrain>(name);
}
