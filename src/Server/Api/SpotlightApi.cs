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

    private Task<ApiReply> PutAsync(HttpContext context) => rooms.WithBodyAsync<SpotlightInput>(context, Check, async (input, name) =>
        ApiReply.Of(await door.Room(name).Do(new Spotlight(Moderation.Api, [.. input.TrackIds!]))));

    private static Flaws Check(SpotlightInput input)
    {
        var flaws = new Flaws();
        flaws.Unless(input.TrackIds is { Length: <= Most } tracks && tracks.All(id => id is not null), "trackIds", $"must be a list of at most {Most} tracks.");
        return flaws;
    }
}
