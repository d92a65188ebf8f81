using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Api;

internal sealed record MediaMoveInput
{
    /// <summary>Where to; without it the least loaded other node.</summary>
    public string? Node { get; init; }
}

/// <summary>Takes a room's media to another node, for operators.</summary>
internal sealed class MediaMoveApi(RoomDirectory rooms, RoomDoor door, NodeRegister nodes) : IApiResource
{
    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Server";
        routes.Post("/rooms/{room}/move-media", MoveAsync, "moveRoomMedia", "Takes a room's media to another node; nobody inside notices.")
            .Needs(Scopes.ServerWrite).Takes<MediaMoveInput>("{}", optional: true).Nothing(StatusCodes.Status202Accepted);
    }

    private async Task<ApiReply> MoveAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<MediaMoveInput>(context, optional: true);
        if (input is null)
            return refused!;
        if (input.Node is not null && nodes.All.All(node => node.Id != input.Node || node.Lost))
            return ApiReply.Invalid("node", "is no node of this cluster.");
        if (await rooms.FindAsync(context) is not var (name, _))
            return RoomDirectory.NoSuchRoom();
        return await door.Room(name).MoveMedia(input.Node) is { } refusal ? ApiReply.No(refusal) : ApiReply.Accepted();
    }
}
