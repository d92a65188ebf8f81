namespace Sylk.Conference.Rooms;

/// <summary>The clock of rooms and doors; apart from the cluster's own, so that tests can move it.</summary>
public sealed class RoomClock(TimeProvider time)
{
    public TimeProvider Time { get; } = time;

    public DateTimeOffset Now => Time.GetUtcNow();
}
