using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Webhooks;

namespace Sylk.Conference.Server.Api;

/// <summary><c>GET /events</c></summary>
internal sealed class EventsApi(EventStream stream) : IApiResource
{
    private const int MostTypes = 64;

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Events";
        routes.Get("/events", ReadAsync, "streamEvents", "Events as they happen (server-sent events); Last-Event-ID resumes within an hour.")
            .Needs(Scopes.ServerRead).Query("room", "Only of this room.", example: "standup")
            .Query("types", "Types or families, separated by commas.", example: "room.*,participant.joined").GivesText("text/event-stream");
    }

    private async Task<ApiReply> ReadAsync(HttpContext context)
    {
        await Task.CompletedTask;
        var query = context.Request.Query;
        string? room = null;
        if (query["room"].ToString() is { Length: > 0 } wanted)
        {
            if (!RoomName.TryNormalize(wanted, out var name))
                return ApiReply.Invalid("room", "must be the name of a room.");
            room = name;
        }
        var types = query["types"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (types.Length > MostTypes || types.Any(type => !EventTypes.IsPattern(type)))
            return ApiReply.Invalid("types", "must be types or families such as room.* of the documented events.");
        return ApiReply.Written(() => stream.WriteAsync(context, new EventFilter(room, types)));
    }
}
