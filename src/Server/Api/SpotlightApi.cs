using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Api;

internal sealed record SpotlightInput
{
    /// <summary>At most four; none takes the spotlight away.</summary>
    public string[]? TrackIds { get; init; }
}

/// <summary><c>/rooms/{room}/spotlight</c>: what everybody sees large.</summary>
internal sealed class SpotlightApi(RoomDirectory rooms, RoomDoor door) : IApiResource
{
    private const int Most = 4;

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Participants";
        routes.Put("/rooms/{room}/spotlight", PutAsync, "setSpotlight", "Shows up to four pictures large to everybody; an empty list ends it.")
            .Needs(Scopes.ParticipantsWrite).Takes<SpotlightInput>("""{ "trackIds": [] }""").Nothing();
    }

    private async Task<ApiReply> PutAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<SpotlightInput>(context);
        if (input is null)
            return refused!;
        if (input.TrackIds is not { Length: <= Most } tracks || tracks.Any(id => id is null))
            return ApiReply.Invalid("trackIds", $"must be a list of at most {Most} tracks.");
        return await rooms.FindAsync(context) is var (name, _)
            ? ApiReply.Of(await door.Room(name).Do(new Spotlight(Moderation.Api, [.. tracks])))
            : RoomDirectory.NoSuchRoom();
    }
}
