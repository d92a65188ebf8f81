using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Signalling;

/// <summary>The line before a room's door, from both sides (B3).</summary>
internal sealed class WaitingCalls(RoomDoor door)
{
    private const int MaxMessage = 200;

    public async Task<Reply> AdmitAsync(Membership member, AdmitBody body)
    {
        if (body.All == body.ParticipantId is not null)
            return Reply.Refused(ErrorCodes.ValidationFailed, "participantId, or all.");
        return Reply.Of(await door.Room(member.Room).Do(new AdmitWaiting(member.ParticipantId, body.ParticipantId)));
    }

    public async Task<Reply> DenyAsync(Membership member, DenyBody body) => body.Message is { Length: > MaxMessage }
        ? Reply.Refused(ErrorCodes.ValidationFailed, "message: at most 200 characters.")
        : Reply.Of(await door.Room(member.Room).Do(new DenyWaiting(member.ParticipantId, body.ParticipantId ?? "", body.Message)));
}
