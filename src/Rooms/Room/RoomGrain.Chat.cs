using Microsoft.Extensions.DependencyInjection;

namespace Sylk.Conference.Rooms;

/// <summary>Lines said and read.</summary>
internal sealed partial class RoomGrain
{
    private const int LongestPage = 200;

    private ChatReader Chat => field ??= new ChatReader(_state, ServiceProvider.GetService<IRoomStore>());

    public async Task<ChatOutcome> PostChat(PostChat line)
    {
        var identity = line.Guest is { } guest ? guest.Identity : line.ParticipantId == Rooms.PostChat.Api ? ChatRules.ApiIdentity : _state.Seats.GetValueOrDefault(line.ParticipantId)?.Identity;
        if (identity is not null && await Chat.FindSentAsync(identity, line.ClientId) is { } sent)
            return new(null, sent);
        var decision = Decide(line);
        if (decision.Refusal is { } refusal)
            return new(refusal, null);
        if (await CarryOut(decision.Events) is { } unkept)
            return new(unkept, null);
        if (_state.Chat.Find(line.MessageId) is not { } said)
            return new(Decide(line).Refusal, null);
        tools.Metrics.ChatPosted(said.Via);
        return new(null, said);
    }

    public async Task<ChatPage> LoadChat(ChatRequest request)
    {
        var seat = _state.Seats.GetValueOrDefault(request.ParticipantId);
        if (seat is null && request.ParticipantId != Rooms.PostChat.Api)
            return ChatPage.Refused(Decision.NotHere().Refusal!);
        if (!_state.Settings.Features.Chat)
            return ChatPage.Refused(new(ErrorCodes.CapabilityMissing, "This room has no chat."));
        var before = request.Before is { } id ? await Chat.FindAsync(id) : null;
        if (request.Before is not null && (before is null || !ChatRules.MayRead(before, seat?.Identity)))
            return ChatPage.Refused(new(ErrorCodes.ValidationFailed, "before: there is no such message."));
        var (lines, more) = await Chat.ReadAsync(seat?.Identity, before?.Sequence, Math.Clamp(request.Limit, 1, LongestPage));
        return new(null, lines, more);
    }

    /// <summary>What an order needs that memory does not hold.</summary>
    private async ValueTask<RoomCommand> Complete(RoomCommand command) => command switch
    {
        DeleteChat c => c with { Stored = await Chat.FindAsync(c.MessageId) },
        EditChat c => c with { Stored = await Chat.FindAsync(c.MessageId) },
        AcknowledgeChat c => c with { Stored = await Chat.FindAsync(c.MessageId) },
        AdmitWaiting c => c with { SessionId = Ids.New(Ids.Session, tools.Clock.Now) },
        _ => command,
    };
}
