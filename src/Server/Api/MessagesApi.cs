using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Api;

internal sealed record MessageInput
{
    /// <summary>At most 64 KiB.</summary>
    public string? Content { get; init; }

    /// <summary>text/plain or text/markdown.</summary>
    public string? ContentType { get; init; }

    /// <summary>Id of the one participant it is for.</summary>
    public string? To { get; init; }

    /// <summary>Under which name it is said.</summary>
    public string? As { get; init; }
}

/// <param name="To">Null when everybody may read it.</param>
/// <param name="EditedAt">When its author last changed it; null while it stands as it was said.</param>
/// <param name="Via"><c>web</c>, <c>sip</c>, <c>xmpp</c>, <c>msrp</c> or <c>api</c>.</param>
internal sealed record MessageOutput(
    string Id, string Room, long Sequence, SenderOutput From, string? To, string Content, string ContentType, string? ReplyTo,
    DateTimeOffset Timestamp, string Via, bool Deleted, DateTimeOffset? EditedAt)
{
    public static MessageOutput Of(string room, ChatMessage line) => new(
        line.Id, room, line.Sequence, new(line.From.ParticipantId.Length == 0 ? null : line.From.ParticipantId, line.From.DisplayName, line.From.Kind),
        line.To, line.Content, line.ContentType, line.ReplyTo, line.Timestamp, line.Via, line.Deleted, line.EditedAt);
}

/// <param name="ParticipantId">Null for the API.</param>
internal sealed record SenderOutput(string? ParticipantId, string DisplayName, ParticipantKind Kind);

/// <summary><c>/rooms/{room}/messages</c></summary>
internal sealed class MessagesApi(RoomDirectory rooms, RoomDoor door) : IApiResource
{
    private const int LongestContent = 64 * 1024;

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Chat";
        routes.Get("/rooms/{room}/messages", ListAsync, "listMessages", "The room's public lines, newest first.")
            .Needs(Scopes.MessagesWrite).Paged().Gives<Page<MessageOutput>>();
        routes.Post("/rooms/{room}/messages", PostAsync, "postMessage", "Says a line in the room.")
            .Needs(Scopes.MessagesWrite).Takes<MessageInput>("""{ "content": "The minutes are online.", "contentType": "text/plain", "as": "Secretary" }""")
            .Gives<MessageOutput>(StatusCodes.Status201Created);
        routes.Delete("/messages/{message}", DeleteAsync, "deleteMessage", "Takes a line back: its words go, its place stays.").Needs(Scopes.MessagesWrite);
    }

    private Task<ApiReply> ListAsync(HttpContext context) => rooms.WithPageAsync(context, async (page, name, _) =>
    {
        var lines = await door.Room(name).LoadChat(new(PostChat.Api, page.Cursor, page.Limit));
        if (lines.Refusal is { } refusal)
            return ApiReply.No(refusal);
        var newest = lines.Messages.Reverse().ToImmutableArray();
        return PageRequest.Reply(context, new StoredPage<ChatMessage>(newest, lines.More ? newest[^1].Id : null), line => MessageOutput.Of(name, line));
    });

    private Task<ApiReply> PostAsync(HttpContext context) => rooms.WithBodyAsync<MessageInput>(context, Check, async (input, name) =>
    {
        var words = ChatContent.Read(input.Content, input.ContentType);
        if (words.IsEmpty || words.Refusal is not null)
            return ApiReply.No(words.Refusal ?? new Refusal(ErrorCodes.ValidationFailed, "content: some text."));
        var id = Ids.New(Ids.Message, door.Clock.Now);
        var outcome = await door.Room(name).PostChat(new PostChat
        {
            ParticipantId = PostChat.Api,
            MessageId = id,
            ClientId = IdempotencyStep.MarkOf(context) ?? id,
            Content = words.Content,
            ContentType = words.ContentType,
            To = input.To,
            Via = "api",
            As = input.As,
        });
        return outcome.Refusal is { } refusal
            ? ApiReply.No(refusal)
            : ApiReply.Created($"{ApiRoutes.Base}/rooms/{name}/messages", MessageOutput.Of(name, outcome.Message!));
    });

    private async Task<ApiReply> DeleteAsync(HttpContext context)
    {
        var id = Links.RouteValue(context, "message");
        return await rooms.RoomOfMessageAsync(id) is { } room
            ? ApiReply.Of(await door.Room(room).Do(new DeleteChat(PostChat.Api, id)))
            : ApiReply.No(ErrorCodes.RoomNotFound, "There is no such line.");
    }

    private static Flaws Check(MessageInput input)
    {
        var flaws = new Flaws();
        flaws.Unless(input.Content is { Length: > 0 } && System.Text.Encoding.UTF8.GetByteCount(input.Content) <= LongestContent, "content", "must have 1 byte to 64 KiB.");
        flaws.Unless(input.ContentType is null or "text/plain" or "text/markdown", "contentType", "must be text/plain or text/markdown.");
        flaws.Unless(input.As is null || PlainText.Fits(input.As, 64), "as", "must have 1 to 64 characters.");
        return flaws;
    }
}
