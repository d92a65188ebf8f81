using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>A line somebody wants to say. Doors fill in who speaks from their own connection.</summary>
[GenerateSerializer, Immutable, Alias("sylk.PostChat")]
public sealed record PostChat : RoomCommand
{
    /// <summary>The API's own place in <see cref="ParticipantId"/>.</summary>
    public const string Api = "";

    /// <summary>Empty for the API, which needs nobody inside.</summary>
    [Id(0)] public required string ParticipantId { get; init; }

    /// <summary><c>msg_…</c>, made by the door: used unless the line is known already.</summary>
    [Id(1)] public required string MessageId { get; init; }
    [Id(2)] public required string ClientId { get; init; }
    [Id(3)] public required string Content { get; init; }
    [Id(4)] public string ContentType { get; init; } = "text/plain";

    /// <summary>The one participant it is for.</summary>
    [Id(5)] public string? To { get; init; }
    [Id(6)] public string? ReplyTo { get; init; }
    [Id(7)] public string Via { get; init; } = "web";
    [Id(8)] public bool Action { get; init; }

    /// <summary>Under which name the API speaks.</summary>
    [Id(9)] public string? As { get; init; }

    /// <summary>Somebody who is not inside, where the room lets them write; <see cref="ParticipantId"/> is empty then.</summary>
    [Id(10)] public GuestWriter? Guest { get; init; }
}

/// <summary>Who writes to a room without being inside (<see cref="RoomFeatures.GuestMessages"/>).</summary>
/// <param name="Address"><c>user@domain</c> in lower case.</param>
/// <param name="Proved">The door knows that it is theirs; what nobody proved opens no private lines.</param>
[GenerateSerializer, Immutable, Alias("sylk.GuestWriter")]
public sealed record GuestWriter(
    [property: Id(0)] string Address, [property: Id(1)] string DisplayName, [property: Id(2)] bool Proved, [property: Id(3)] ParticipantKind Kind)
{
    /// <summary>As whom lines are kept.</summary>
    internal string Identity => Proved ? Address : Seat.Anonymous + Address;
}

/// <param name="Message">The line as the room has it; for one that was sent before, the first.</param>
[GenerateSerializer, Immutable, Alias("sylk.ChatOutcome")]
public sealed record ChatOutcome([property: Id(0)] Refusal? Refusal, [property: Id(1)] ChatMessage? Message);

/// <summary>Takes a line back: one's own, or as a moderator. Its words go, its place stays.</summary>
/// <param name="ParticipantId"><see cref="PostChat.Api"/> for the API.</param>
[GenerateSerializer, Immutable, Alias("sylk.DeleteChat")]
public sealed record DeleteChat([property: Id(0)] string ParticipantId, [property: Id(1)] string MessageId) : RoomCommand
{
    /// <summary>The line as stored, where the room does not remember it; filled in by the room.</summary>
    [Id(2)] public ChatMessage? Stored { get; init; }
}

/// <summary>Told, never kept.</summary>
/// <param name="To">Who is written to; null for everybody.</param>
[GenerateSerializer, Immutable, Alias("sylk.SetTyping")]
public sealed record SetTyping([property: Id(0)] string ParticipantId, [property: Id(1)] bool Active, [property: Id(2)] string? To) : RoomCommand;

/// <param name="ParticipantId"><see cref="PostChat.Api"/> reads public lines.</param>
/// <param name="Before">Id of a line; null starts at the newest.</param>
/// <param name="Limit">1 to 200.</param>
[GenerateSerializer, Immutable, Alias("sylk.ChatRequest")]
public sealed record ChatRequest([property: Id(0)] string ParticipantId, [property: Id(1)] string? Before, [property: Id(2)] int Limit);

/// <param name="Messages">Oldest first.</param>
/// <param name="More">True when there are older ones.</param>
[GenerateSerializer, Immutable, Alias("sylk.ChatPage")]
public sealed record ChatPage(
    [property: Id(0)] Refusal? Refusal, [property: Id(1)] ImmutableArray<ChatMessage> Messages, [property: Id(2)] bool More)
{
    public static ChatPage Refused(Refusal refusal) => new(refusal, [], false);
}

/// <summary>A line was said. Private ones are for two, and no fact: others would see a hole in the revisions.</summary>
[GenerateSerializer, Immutable, Alias("sylk.ChatSaid")]
public sealed record ChatSaid(long Rev, [property: Id(0)] ChatMessage Message) : ChatItem(Rev, Message);

/// <summary>A line has changed: its words are others, or were taken back.</summary>
[GenerateSerializer, Immutable, Alias("sylk.ChatAmended")]
public sealed record ChatAmended(long Rev, [property: Id(0)] ChatMessage Message) : ChatItem(Rev, Message);

[GenerateSerializer, Immutable, Alias("sylk.ChatItem")]
public abstract record ChatItem(long Rev, [property: Id(0)] ChatMessage Line) : FeedItem(Rev)
{
    private const int Overhead = 512;

    public override bool IsFact => Line.To is null;

    public override bool IsForAll => Line.To is null;

    public override int Weight => Overhead + Line.Content.Length;

    public override bool IsFor(string participantId) =>
        Line.To is null || Line.To == participantId || Line.From.ParticipantId == participantId;
}

[GenerateSerializer, Immutable, Alias("sylk.TypingChanged")]
public sealed record TypingChanged(
    long Rev, [property: Id(0)] string ParticipantId, [property: Id(1)] bool Active, [property: Id(2)] string? Reader) : Word(Rev, Reader)
{
    public override bool IsFor(string participantId) => base.IsFor(participantId) && participantId != ParticipantId;
}
