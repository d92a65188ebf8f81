using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <param name="Position">Rises with every event of the whole installation; may have holes.</param>
public sealed record LoggedEvent(long Position, OutboundEvent Event);

/// <summary>What happened in all rooms during the last hour, in the order in which it was written.</summary>
public interface IEventLog
{
    /// <summary>
    /// Events after a position, oldest first. With several writing nodes one may appear behind a position that was read
    /// already: readers look back some way and remember what they have seen.
    /// </summary>
    Task<ImmutableArray<LoggedEvent>> AfterAsync(long position, int limit, CancellationToken cancellation = default);

    /// <returns>0 when the log is empty.</returns>
    Task<long> LastPositionAsync(CancellationToken cancellation = default);

    /// <returns>Null when it is not, or no longer, in the log.</returns>
    Task<long?> PositionOfAsync(string eventId, CancellationToken cancellation = default);
}
