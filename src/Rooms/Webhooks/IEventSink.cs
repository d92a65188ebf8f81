using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Where rooms put what outsiders may hear of, in order. Must not wait for anybody.</summary>
public interface IEventSink
{
    void Append(ImmutableArray<OutboundEvent> events);
}
