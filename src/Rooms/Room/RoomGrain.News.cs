using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;

namespace Sylk.Conference.Rooms;

/// <summary>What webhooks and the event stream hear of.</summary>
internal sealed partial class RoomGrain
{
    private long _lastEvent;

    private IEventSink? News => field ??= ServiceProvider.GetService<IEventSink>();

    /// <summary>Called with the state as it was before the decision is applied.</summary>
    private ImmutableArray<OutboundEvent> NewsOf(ImmutableArray<RoomEvent> events) =>
        _journal is null && News is null ? [] : RoomNews.Of(_state, events, (_lastEvent, tools.Nodes.LocalId, tools.Clock.Now));

    /// <summary>Where nothing is stored; otherwise they are written with what they tell of.</summary>
    private void TellOutsiders(ImmutableArray<OutboundEvent> news)
    {
        if (news.IsEmpty)
            return;
        Told(news);
        News?.Append(news);
    }
}
