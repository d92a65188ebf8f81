using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Signalling;

/// <summary>What people write to each other (product §7.3).</summary>
internal sealed class ChatCalls(RoomDoor door)
{
    private const int LongestPage = 100;

    public async Task<Reply> SendAsync(Membership member, SendChatBody body)
    {
        var words = ChatContent.Read(body.Content, body.ContentType);
        if (words.Refusal is { } refusal)
            return Reply.Refused(refusal);
        if (ChatText.Complain(words.Content, words.ContentType, body.ClientId, body.ReplyTo) is { } complaint)
            return Reply.Refused(ErrorCodes.ValidationFailed, complaint);
        var outcome = await door.Room(member.Room).PostChat(new PostChat
        {
            ParticipantId = member.ParticipantId,
            MessageId = Ids.New(Ids.Message, door.Clock.Now),
            ClientId = body.ClientId!,
            Content = words.Content,
            ContentType = words.ContentType,
            To = body.To,
            ReplyTo = body.ReplyTo,
            Action = body.Action,
        });
        return outcome.Message is { } line
            ? Reply.With(new { MessageId = line.Id, line.Timestamp })
            : Reply.Of(outcome.Refusal);
    }

    public async Task<Reply> EditAsync(Membership member, EditChatBody body)
    {
        var words = ChatContent.Read(body.Content, null);
        if (words.IsEmpty || words.Refusal is not null)
            return Reply.Refused(words.Refusal ?? new(ErrorCodes.ValidationFailed, "content: some text of at most 64 KiB."));
        return Reply.Of(await door.Room(member.Room).Do(new EditChat(member.ParticipantId, body.MessageId ?? "", words.Content)));
    }

    /// <summary>What did not arrive is for the door to say that could not deliver it.</summary>
    public async Task<Reply> AcknowledgeAsync(Membership member, AcknowledgeChatBody body) => body.State is "delivered" or "displayed"
        ? Reply.Of(await door.Room(member.Room).Do(new AcknowledgeChat(
            member.ParticipantId, body.MessageId ?? "", body.State == "delivered" ? ReceiptKind.Delivered : ReceiptKind.Displayed)))
        : Reply.Refused(ErrorCodes.ValidationFailed, "state: delivered or displayed.");

    public async Task<Reply> DeleteAsync(Membership member, MessageBody body) =>
        Reply.Of(await door.Room(member.Room).Do(new DeleteChat(member.ParticipantId, body.MessageId ?? "")));

    public async Task<Reply> SetTypingAsync(Membership member, TypingBody body) => body.State is "active" or "idle"
        ? Reply.Of(await door.Room(member.Room).Do(new SetTyping(member.ParticipantId, body.State == "active", body.To)))
        : Reply.Refused(ErrorCodes.ValidationFailed, "state: active or idle.");

    public async Task<Reply> LoadAsync(Membership member, LoadChatBody body)
    {
        if (body.Limit is < 1 or > LongestPage)
            return Reply.Refused(ErrorCodes.ValidationFailed, "limit: 1 to 100.");
        var page = await door.Room(member.Room).LoadChat(new(member.ParticipantId, body.Before, body.Limit));
        return page.Refusal is { } refusal
            ? Reply.Refused(refusal)
            : Reply.With(new { Messages = page.Messages.Select(line => WireLine.Of(line, member.ParticipantId)), page.More });
    }
}
