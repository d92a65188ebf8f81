using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Api;

internal sealed record AnnouncementInput
{
    /// <summary>At most 500 characters.</summary>
    public string? Text { get; init; }

    /// <summary>all, or the id of one participant.</summary>
    public string? Target { get; init; }
}

/// <summary><c>/rooms/{room}/announcements</c>: a notice on everybody's page.</summary>
internal sealed class AnnouncementsApi(RoomDirectory rooms, RoomDoor door) : IApiResource
{
    private const int Longest = 500;

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Rooms";
        routes.Post("/rooms/{room}/announcements", PostAsync, "announce", "Shows a notice to those inside.")
            .Needs(Scopes.RoomsWrite).Takes<AnnouncementInput>("""{ "text": "Ten minutes left.", "target": "all" }""").Nothing(StatusCodes.Status202Accepted);
    }

    private Task<ApiReply> PostAsync(HttpContext context) => rooms.WithBodyAsync<AnnouncementInput>(context, Check, async (input, name) =>
    {
        var target = input.Target is null or "all" ? null : input.Target;
        return await door.Room(name).Do(new Announce(Moderation.Api, input.Text!, target)) is { } refusal ? ApiReply.No(refusal) : ApiReply.Accepted();
    });

    private static Flaws Check(AnnouncementInput input)
    {
        var flaws = new Flaws();
        flaws.Unless(PlainText.Fits(input.Text, Longest), "text", $"must have 1 to {Longest} characters.");
        return flaws;
    }
}
