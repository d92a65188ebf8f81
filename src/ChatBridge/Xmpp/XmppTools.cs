using Microsoft.Extensions.Logging;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>What the XMPP door is put together from.</summary>
/// <param name="Node">Whose door it is.</param>
public sealed record XmppTools(IGrainFactory Grains, RoomFeedHub Feeds, RoomClock Clock, string Node)
{
    public required ILoggerFactory Loggers { get; init; }

    internal IRoomGrain Room(string name) => Grains.GetGrain<IRoomGrain>(name);
}
