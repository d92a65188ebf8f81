namespace Sylk.Conference.Rooms;

/// <summary>A room that does not work now, or at all: every order gets this answer. Doors answer with the refusal.</summary>
[GenerateSerializer, Alias("sylk.RoomRefusedException")]
public sealed class RoomRefusedException(Refusal refusal) : Exception(refusal.Detail)
{
    [Id(0)] public Refusal Refusal { get; } = refusal;
}
