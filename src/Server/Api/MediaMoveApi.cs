using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Api;

/// <summary>Takes a room's media to another node, for operators.</summary>
internal sealed class MediaMoveApi(RoomDirectory rooms, RoomDoor door, NodeRegister nodes) : IApiResource
{
    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Server";
        routes.Post("/rooms/{room}/move-media", MoveAsync, "moveRoomMedia", "Takes a room's media to another node; nobody inside notices.")
            .Needs(Scopes.ServerWrite).Query("node", "Where to; without it the least loaded other node.").Nothing(StatusCodes.Status202Accepted);
    }

    private async Task<ApiReply> MoveAsync(HttpContext context)
    {
        string? wanted = context.Request.Query["node"];
        if (wanted is not null && nodes.All.All(node => node.Id != wanted || node.Lost))
            return ApiReply.Invalid("node", "is no node of this cluster.");
        if (await rooms.FindAsync(context) is not var (name, _))
            return RoomDirectory.NoSuchRoom();
        if (await door.Room(name).MoveMedia(wanted) is not { } refusal)
            return ApiReply.Accepted();
        return nodes.HasOthers ? ApiReply.No(refusal) : ApiReply.Invalid("node", "is missing: this server has no other node.");
    }
}
