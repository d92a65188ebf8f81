using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;

namespace Sylk.Conference.Server.Api;

/// <summary>A phone in a room.</summary>
/// <param name="StartedAt">When it came into the room.</param>
internal sealed record CallOutput(string ParticipantId, string Room, string DisplayName, ParticipantState State, DateTimeOffset StartedAt);

/// <summary><c>/calls</c>: who is connected by phone now, over all rooms.</summary>
internal sealed class CallsApi(RoomDirectory rooms) : IApiResource
{
    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Calls";
        routes.Get("/calls", ListAsync, "listCalls", "Lists the phones in all rooms, longest first.")
            .Needs(Scopes.CallsWrite).Paged().Gives<Page<CallOutput>>();
    }

    private async Task<ApiReply> ListAsync(HttpContext context)
    {
        if (!PageRequest.TryRead(context, out var page, out var refused))
            return refused!;
        var phones = (await rooms.LiveAsync()).SelectMany(Phones).OrderBy(call => call.StartedAt).ThenBy(call => call.ParticipantId, StringComparer.Ordinal);
        return PageRequest.Reply(context, page.Cut(phones, call => call.ParticipantId), call => call);
    }

    private static IEnumerable<CallOutput> Phones(RoomReport report) => report.Snapshot?.Participants
        .Where(one => one.Kind == ParticipantKind.Sip)
        .Select(one => new CallOutput(one.Id, report.Config!.Name, one.DisplayName, one.State, one.JoinedAt)) ?? [];
}
