namespace Sylk.Conference.Rooms;

/// <summary>What became of a private line on its reader's side.</summary>
public enum ReceiptKind : byte { Delivered, Displayed, Failed }

/// <summary>The reader of a private line says what became of it. Told to its sender, never kept.</summary>
[GenerateSerializer, Immutable, Alias("sylk.AcknowledgeChat")]
public sealed record AcknowledgeChat(
    [property: Id(0)] string ParticipantId, [property: Id(1)] string MessageId, [property: Id(2)] ReceiptKind Kind) : RoomCommand
{
    /// <summary>The line as stored, where the room does not remember it; filled in by the room.</summary>
    [Id(3)] public ChatMessage? Stored { get; init; }
}

/// <param name="Recipient">Who sent the line.</param>
/// <param name="By">Who it was for.</param>
[GenerateSerializer, Immutable, Alias("sylk.ChatReceipt")]
public sealed record ChatReceipt(
    long Rev, string Recipient, [property: Id(0)] string MessageId, [property: Id(1)] string By, [property: Id(2)] ReceiptKind Kind)
    : Word(Rev, Recipient);

/// <summary>Other words for one's own line (XEP-0308 and the like); everybody is told by <see cref="ChatAmended"/>.</summary>
/// <param name="ParticipantId"><see cref="PostChat.Api"/> for the API, which may change what it said itself.</param>
/// <param name="Content">Like that of a new line: <c>/me </c> makes it an action, and without it is none.</param>
[GenerateSerializer, Immutable, Alias("sylk.EditChat")]
public sealed record EditChat(
    [property: Id(0)] string ParticipantId, [property: Id(1)] string MessageId, [property: Id(2)] string Content) : RoomCommand
{
    /// <summary>The line as stored, where the room does not remember it; filled in by the room.</summary>
    [Id(3)] public ChatMessage? Stored { get; init; }
}

/// <summary>A name nobody else here has, compared as people see it (RFC 7700); refused with <c>nickname_in_use</c>.</summary>
[GenerateSerializer, Immutable, Alias("sylk.ClaimNick")]
public sealed record ClaimNick([property: Id(0)] string ParticipantId, [property: Id(1)] string Nick) : RoomCommand;
