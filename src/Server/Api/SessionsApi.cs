using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Signalling;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Api;

/// <param name="EndedAt">Null while it lasts.</param>
internal sealed record RoomSessionOutput(
    string Id, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string? EndReason, int Participants, int MostAtOnce);

/// <summary>What flows now. Bit rates in bits per second, loss in percent before repair.</summary>
internal sealed record StatsOutput(
    string Room, string? SessionId, string? Node, int Participants, int Tracks, long ReceivedBps, long SentBps, double LossPercent,
    ImmutableArray<PersonStatsOutput> People);

/// <param name="UpBps">From the participant to the server.</param>
/// <param name="DownBps">From the server to the participant.</param>
/// <param name="LossPercent">The worst of their streams, either way.</param>
internal sealed record PersonStatsOutput(string ParticipantId, string DisplayName, long UpBps, long DownBps, double LossPercent, double? RoundTripMs);

/// <summary>A room's past and its present in numbers.</summary>
internal sealed class SessionsApi(RoomDirectory rooms, RoomDoor door) : IApiResource
{
    /// <summary>People measured for one reply; each costs a question to the media engine.</summary>
    private const int MostMeasured = 200;

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Rooms";
        routes.Get("/rooms/{room}/sessions", ListAsync, "listSessions", "Past and current sessions, newest first.")
            .Needs(Scopes.RoomsRead).Paged().Gives<Page<RoomSessionOutput>>();
        routes.Get("/rooms/{room}/stats", StatsAsync, "getRoomStats", "Bit rates, loss, people and tracks now.")
            .Needs(Scopes.RoomsRead).Gives<StatsOutput>();
    }

    private Task<ApiReply> ListAsync(HttpContext context) => rooms.WithPageAsync(
        context, async (page, name, report) => PageRequest.Reply(context, await rooms.SessionsAsync(name, report, page), Show));

    private async Task<ApiReply> StatsAsync(HttpContext context)
    {
        if (await rooms.FindAsync(context) is not var (name, report))
            return RoomDirectory.NoSuchRoom();
        if (report.Snapshot is not { Participants: [var first, ..] } snapshot)
            return ApiReply.Ok(new StatsOutput(name, report.SessionId, null, 0, 0, 0, 0, 0, []));
        var ticket = (await door.Room(name).Permit(first.Id, [])).Ticket;
        var home = door.HomeOf(ticket);
        var people = await Task.WhenAll(snapshot.Participants.Take(MostMeasured).Select(one => MeasureAsync(home, name, one)));
        return ApiReply.Ok(new StatsOutput(
            name, report.SessionId, ticket?.Node, snapshot.Participants.Length, snapshot.Tracks.Length, people.Sum(one => one.UpBps),
            people.Sum(one => one.DownBps), people.Max(one => one.LossPercent), [.. people]));
    }

    private static async Task<PersonStatsOutput> MeasureAsync(IMediaNode? home, string room, ParticipantInfo one)
    {
        var lines = home is null || await home.StatisticsAsync(room, one.Id) is not { } statistics ? [] : statistics.Lines;
        return new(
            one.Id, one.DisplayName, lines.Where(line => line.Direction == FlowDirection.Receive).Sum(line => line.BitrateBps),
            lines.Where(line => line.Direction != FlowDirection.Receive).Sum(line => line.BitrateBps),
            lines.IsEmpty ? 0 : lines.Max(line => line.LossPercent), lines.IsEmpty ? null : lines.Max(line => line.RoundTripMs));
    }

    private static RoomSessionOutput Show(SessionRecord one) =>
        new(one.Id, one.StartedAt, one.EndedAt, one.EndReason, one.Participants, one.MostAtOnce);
}
