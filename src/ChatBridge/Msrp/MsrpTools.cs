using System.Security.Cryptography;
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
internal sealed class MsrpTools
{
    public MsrpTools(MsrpBridgeSettings settings, MsrpBridgeTools parts, ILogger log)
    {
        (Settings, Parts, Log) = (settings, parts, log);
        Library = new RoomLibrary(this);
        Broken = new BrokenPushes(parts.Clock.Time, DropAsync);
    }

    public MsrpBridgeSettings Settings { get; }

    public MsrpBridgeTools Parts { get; }

    public MsrpIds Ids { get; } = new(RandomNumberGenerator.GetBytes(32));

    public ILogger Log { get; }

    /// <summary>Held while links and sessions are touched: they know nothing of threads.</summary>
    public Lock Gate { get; } = new();

    /// <summary>What can be fetched.</summary>
    public RoomShelf Shelf { get; } = new();

    /// <summary>The same, with what this node has not heard of.</summary>
    public RoomLibrary Library { get; }

    /// <summary>What was brought in part.</summary>
    public BrokenPushes Broken { get; }

    public Instant Now => new(Parts.Clock.Time.GetElapsedTime(0).Ticks * 100);

    public IRoomGrain Room(string name) => Parts.Grains.GetGrain<IRoomGrain>(name);

    /// <summary>A file that will not be whole. Nobody in the room has seen it.</summary>
    public async Task DropAsync(string room, RoomFile file)
    {
        try
        {
            await Room(room).Do(new RemoveFile(PostChat.Api, file.Id)).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException)
        {
            // The room forgets uploads that do not end by itself.
        }
    }
}
