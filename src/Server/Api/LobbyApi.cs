using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Api;

/// <param name="OpensAt">Null when the room may be entered as far as time is concerned.</param>
internal sealed record LobbyOutput(
    string Name, bool Exists, string Title, bool NeedsPasscode, bool NeedsToken, bool WaitingRoom, bool Locked, bool Full,
    DateTimeOffset? OpensAt, int ParticipantCount, DialInOutput? DialIn);

/// <summary>What anybody may know before joining. A name nobody uses is answered in the same words as one that is taken (TW-11).</summary>
internal sealed class LobbyApi(RoomDoor door, SylkOptions options) : IApiResource
{
    private static readonly TimeSpan QrIsKept = TimeSpan.FromHours(1);

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Public";
        routes.Get("/public/rooms/{room}", ReadAsync, "getLobby", "What a visitor needs to know before joining.").Gives<LobbyOutput>();
        routes.Get("/public/rooms/{room}/qr.svg", QrAsync, "getRoomQr", "The address of the room's page as a QR code.").GivesText("image/svg+xml");
    }

    /// <summary>Says nothing but the name it was asked for: rooms that exist and others look alike (TW-11).</summary>
    private Task<ApiReply> QrAsync(HttpContext context) => Task.FromResult(
        RoomName.TryNormalize(Links.RouteValue(context, "room"), out var room)
            ? ApiReply.Text("image/svg+xml", QrCode.Draw(Links.Page(context, options, $"/r/{room}"))).KeptFor(QrIsKept)
            : NoSuchName());

    private async Task<ApiReply> ReadAsync(HttpContext context)
    {
        if (!RoomName.TryNormalize(Links.RouteValue(context, "room"), out var room))
            return NoSuchName();
        var facts = await door.Room(room).Lobby();
        return ApiReply.Ok(new LobbyOutput(
            room, facts.Exists, facts.Title, facts.NeedsPasscode, facts.NeedsToken, facts.WaitingRoom, facts.Locked, facts.Full, facts.OpensAt,
            facts.ParticipantCount, DialInOutput.Of(options, facts.ConferenceId)));
    }

    private static ApiReply NoSuchName() => ApiReply.No(ErrorCodes.RoomNotFound, "No room can have this name.");
}
