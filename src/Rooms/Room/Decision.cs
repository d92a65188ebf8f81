using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Either events to commit and apply, or a refusal that leaves everything as it was.</summary>
internal readonly record struct Decision(Refusal? Refusal, ImmutableArray<RoomEvent> Events)
{
    public static readonly Decision Nothing = new(null, []);

    public static implicit operator Decision(RoomEvent happened) => new(null, [happened]);

    public static Decision Of(IEnumerable<RoomEvent> events) => new(null, [.. events]);

    public static Decision Refuse(string code, string detail) => new(new Refusal(code, detail), []);

    public static Decision NotHere() => Refuse(ErrorCodes.CapabilityMissing, "You are not in this room.");

    public static Decision NobodyThere() => Refuse(ErrorCodes.ValidationFailed, "There is no such participant in this room.");
}
