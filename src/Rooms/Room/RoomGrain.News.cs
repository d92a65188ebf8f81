using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace Sylk.Conference.Rooms;

/// <summary>What webhooks and the event stream hear of.</summary>
internal sealed partial class RoomGrain
{
    private long _lastEvent;

    private IEventSink? News => field ??= ServiceProvider.GetService<IEventSink>();

    /// <summary>Called with the state as it was before the decision is applied.</summary>
    private void TellOutsiders(ImmutableArray<RoomEvent> events)
    {
        if (News is not { } sink)
            return;
        var news = RoomNews.Of(_state, events, (_lastEvent, tools.Nodes.LocalId, tools.Clock.Now));
        if (news.IsEmpty)
            return;
        _lastEvent = news[^1].Sequence;
        sink.Append(news);
    }
}
