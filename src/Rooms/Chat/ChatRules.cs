using System.Text;

namespace Sylk.Conference.Rooms;

/// <summary>Who may say what, and who may read it.</summary>
internal static class ChatRules
{
    /// <summary>As whom the API speaks; no token may say so (<see cref="Access"/>).</summary>
    public const string ApiIdentity = "api:";

    public const int MaxBytes = 64 * 1024;
    private const int MaxId = 64;
    private const string ActionPrefix = "/me ";

    /// <summary>One sender says one thing so often…</summary>
    private const int MostEchoes = 5;

    /// <summary>…within this time; the next time silences them, because two bridges that answer each other never stop by themselves.</summary>
    private static readonly TimeSpan EchoTime = TimeSpan.FromSeconds(10);

    /// <summary>For so long.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);

    public static Decision Post(RoomState state, PostChat command, DateTimeOffset now)
    {
        if (SenderOf(state, command) is not { } sender)
            return Decision.NotHere();
        if ((command.Guest is { } guest ? GuestMayNot(state, guest, now) : MayNot(state, command.ParticipantId)) is { } refusal)
            return new Decision(refusal, []);
        if (state.Chat.FindSent(sender.Identity, command.ClientId) is not null)
            return Decision.Nothing;
        if (command.To is not null && !IsReachable(state, command.To))
            return Decision.NobodyThere();
        var moment = now > state.Chat.LastTimestamp ? now : state.Chat.LastTimestamp;
        if (IsTooMuch(state, sender.Identity, moment) is { } tooMuch)
            return new Decision(tooMuch, []);
        var line = LineOf(state, command, sender, moment);
        return state.Chat.CountOf(sender.Identity, line.Content, moment - EchoTime) >= MostEchoes
            ? new SenderSilenced(sender.Identity, moment + Silence)
            : new ChatPosted(line);
    }

    public static Decision Type(RoomState state, SetTyping command)
    {
        if (!state.Seats.ContainsKey(command.ParticipantId))
            return Decision.NotHere();
        if (MayNot(state, command.ParticipantId) is { } refusal)
            return new Decision(refusal, []);
        if (command.To is not null && !IsReachable(state, command.To))
            return Decision.NobodyThere();
        return new Told(rev => new TypingChanged(rev, command.ParticipantId, command.Active, command.To));
    }

    public static bool MayRead(ChatMessage line, string? reader) =>
        line.To is null || (reader is not null && (line.From.Identity == reader || line.ToIdentity == reader));

    /// <summary>Null when this can be said: some text of at most 64 KiB without control characters, of a known type.</summary>
    public static string? Complain(string? content, string? contentType, string? clientId, string? replyTo)
    {
        if (string.IsNullOrWhiteSpace(content) || content.Length > MaxBytes || Encoding.UTF8.GetByteCount(content) > MaxBytes || !IsText(content))
            return "content: some text of at most 64 KiB.";
        if (contentType is not ("text/plain" or "text/markdown"))
            return "contentType: text/plain or text/markdown.";
        if (!IsId(clientId))
            return "clientId: 1 to 64 letters, digits and - . _ :";
        return replyTo is null || IsId(replyTo) ? null : "replyTo: no message has this id.";
    }

    /// <summary>Nobody writes from outside unless the room wants that; those who may not come in may not write either.</summary>
    private static Refusal? GuestMayNot(RoomState state, GuestWriter guest, DateTimeOffset now)
    {
        if (!state.Settings.Features.Chat || !state.Settings.Features.GuestMessages)
            return new(ErrorCodes.GuestForbidden, "Only people who are inside may write here.");
        if (state.Exclusions.IsBanned(guest.Address, now))
            return new(ErrorCodes.Banned, "You were removed from this room.");
        return Access.Lists(state.Settings.Access, guest.Proved ? guest.Address : null)
            ? null : new(ErrorCodes.GuestForbidden, "You are not among those this room lets in.");
    }

    private static ChatSender? SenderOf(RoomState state, PostChat command) => command.Guest switch
    {
        null => SenderOf(state, command.ParticipantId, command.As),
        _ when state.Config is null => null,
        var guest => new ChatSender("", guest.Identity, guest.DisplayName, guest.Kind),
    };

    /// <summary>Who writes, or brings a file; null for somebody who is not inside.</summary>
    /// <param name="name">Under which name the API speaks.</param>
    public static ChatSender? SenderOf(RoomState state, string participantId, string? name = null)
    {
        if (participantId == PostChat.Api)
            return state.Config is null ? null : new ChatSender("", ApiIdentity, name ?? "", ParticipantKind.Bot);
        return state.Seats.TryGetValue(participantId, out var seat)
            ? new ChatSender(seat.Id, seat.Identity, seat.DisplayName, seat.Kind)
            : null;
    }

    /// <summary>Limit L17, for lines and for changes of them; and whoever said the same too often is not heard for a while.</summary>
    public static Refusal? IsTooMuch(RoomState state, string identity, DateTimeOffset moment)
    {
        if (state.Chat.SilencedUntil(identity, moment) is { } until)
            return new(ErrorCodes.RateLimited, "The same line came too often.", (int)(until - moment).TotalMilliseconds);
        return state.Chat.AllowanceOf(identity).Left(moment) < 1 ? new(ErrorCodes.RateLimited, "Fewer messages, please.", 1_000) : null;
    }

    /// <returns>What is said, and whether it is said as an action.</returns>
    public static (string Words, bool Acts) Read(string content) =>
        content.StartsWith(ActionPrefix, StringComparison.Ordinal) && content.Length > ActionPrefix.Length ? (content[ActionPrefix.Length..], true) : (content, false);

    public static Refusal? MayNot(RoomState state, string participantId)
    {
        if (!state.Settings.Features.Chat)
            return new(ErrorCodes.CapabilityMissing, "This room has no chat.");
        return participantId == PostChat.Api || state.Seats[participantId].Caps.HasFlag(Caps.Chat)
            ? null
            : new(ErrorCodes.CapabilityMissing, "You may not write in this room.");
    }

    private static bool IsReachable(RoomState state, string id) => state.Seats.TryGetValue(id, out var seat) && !seat.Hidden;

    private static ChatMessage LineOf(RoomState state, PostChat command, ChatSender sender, DateTimeOffset moment)
    {
        var (words, acts) = Read(command.Content);
        return new ChatMessage
        {
            Id = command.MessageId,
            Sequence = state.Chat.LastSequence + 1,
            From = sender,
            To = command.To,
            ToIdentity = command.To is { } to ? state.Seats[to].Identity : null,
            Content = words,
            ContentType = command.ContentType,
            ClientId = command.ClientId,
            ReplyTo = command.ReplyTo,
            Timestamp = moment,
            Via = command.Via,
            Action = command.Action || acts,
        };
    }

    public static bool IsId(string? text) => text is { Length: > 0 and <= MaxId }
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ':');

    private static bool IsText(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || (Rune.IsControl(rune) && rune.Value is not ('\n' or '\r' or '\t')))
                return false;
        }
        return true;
    }
}
