using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Api;

internal sealed record DenyInput
{
    /// <summary>Words for the one who is turned away; at most 200 characters.</summary>
    public string? Message { get; init; }
}

/// <summary>The waiting room: who asks to come in, and the answer.</summary>
internal sealed class WaitingApi(RoomDirectory rooms, RoomDoor door) : IApiResource
{
    private const int LongestMessage = 200;

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Participants";
        routes.Get("/rooms/{room}/waiting", ListAsync, "listWaiting", "Lists who waits to be let in, longest first.")
            .Needs(Scopes.RoomsRead).Paged().Gives<Page<WaitingPerson>>();
        routes.Post("/rooms/{room}/participants/{participant}/admit", AdmitAsync, "admitParticipant", "Lets in somebody who waits.")
            .Needs(Scopes.ParticipantsWrite).Nothing();
        routes.Post("/rooms/{room}/participants/{participant}/deny", DenyAsync, "denyParticipant", "Turns away somebody who waits.")
            .Needs(Scopes.ParticipantsWrite).Takes<DenyInput>("""{ "message": "Please come back at ten." }""", optional: true).Nothing();
    }

    private async Task<ApiReply> ListAsync(HttpContext context)
    {
        if (!PageRequest.TryRead(context, out var page, out var refused))
            return refused!;
        return await rooms.FindAsync(context) is var (_, report)
            ? PageRequest.Reply(context, page.Cut(report.Waiting.IsDefault ? [] : report.Waiting, one => one.Id), one => one)
            : RoomDirectory.NoSuchRoom();
    }

    private Task<ApiReply> AdmitAsync(HttpContext context) => AnswerAsync(context, id => new AdmitWaiting(Moderation.Api, id));

    private async Task<ApiReply> DenyAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<DenyInput>(context, optional: true);
        if (input is null)
            return refused!;
        return input.Message is null || PlainText.Fits(input.Message, LongestMessage)
            ? await AnswerAsync(context, id => new DenyWaiting(Moderation.Api, id, input.Message))
            : ApiReply.Invalid("message", $"must have 1 to {LongestMessage} characters.");
    }

    private async Task<ApiReply> AnswerAsync(HttpContext context, Func<string, RoomCommand> order) => await rooms.FindAsync(context) is var (name, _)
        ? ApiReply.Of(await door.Room(name).Do(order(Links.RouteValue(context, "participant"))))
        : RoomDirectory.NoSuchRoom();
}
