using Microsoft.Extensions.Logging;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>What the XMPP door is put together from.</summary>
/// <param name="Node">Whose door it is.</param>
public sealed record XmppTools(IGrainFactory Grains, RoomFeedHub Feeds, RoomClock Clock, string Node)
{
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Takes messages to other doors; null where there is none. Asked late: the post knows the doors.</summary>
    public Func<IDirectPost?> Post { get; init; } = () => null;

    /// <summary>Takes presence to other doors; null where it is not served.</summary>
    public Func<IPresencePost?>? PresencePost { get; init; }

    internal IRoomGrain Room(string name) => Grains.GetGrain<IRoomGrain>(name);
}
