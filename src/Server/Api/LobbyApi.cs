using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Api;

/// <param name="OpensAt">Null when the room may be entered as far as time is concerned.</param>
internal sealed record LobbyOutput(
    string Name, bool Exists, string Title, bool NeedsPasscode, bool NeedsToken, bool WaitingRoom, bool Locked, bool Full,
    DateTimeOffset? OpensAt, int ParticipantCount);

/// <summary>What anybody may know before joining. A name nobody uses is answered in the same words as one that is taken (TW-11).</summary>
internal sealed class LobbyApi(RoomDoor door) : IApiResource
{
    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Public";
        routes.Get("/public/rooms/{room}", ReadAsync, "getLobby", "What a visitor needs to know before joining.").Gives<LobbyOutput>();
    }

    private async Task<ApiReply> ReadAsync(HttpContext context)
    {
        if (!RoomName.TryNormalize(Links.RouteValue(context, "room"), out var room))
            return ApiReply.No(ErrorCodes.RoomNotFound, "No room can have this name.");
        var facts = await door.Room(room).Lobby();
        return ApiReply.Ok(new LobbyOutput(
            room, facts.Exists, facts.Title, facts.NeedsPasscode, facts.NeedsToken, facts.WaitingRoom, facts.Locked, facts.Full, facts.OpensAt,
            facts.ParticipantCount));
    }
}
