using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>One line between two addresses outside of rooms, the same for every protocol (product §8, §14).</summary>
[GenerateSerializer, Immutable, Alias("sylk.DirectMessage")]
public sealed record DirectMessage
{
    /// <summary><c>msg_…</c>, made by the door it came in through.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary><c>user@domain</c> in lower case, without a resource; proved by the door.</summary>
    [Id(1)] public required string From { get; init; }
    [Id(2)] public string FromName { get; init; } = "";
    [Id(3)] public required string To { get; init; }

    /// <summary>At most 64 KiB (L17).</summary>
    [Id(4)] public required string Content { get; init; }
    [Id(5)] public string ContentType { get; init; } = "text/plain";

    /// <summary>The sender's own id: with <see cref="From"/> the same id is the same message for 24 hours (rule CH-4).</summary>
    [Id(6)] public required string ClientId { get; init; }
    [Id(7)] public required DateTimeOffset SentAt { get; init; }

    /// <summary><c>web</c>, <c>sip</c>, <c>xmpp</c> or <c>msrp</c>.</summary>
    [Id(8)] public required string Via { get; init; }

    /// <summary>Which receipts the sender asks for.</summary>
    [Id(9)] public ImmutableArray<ReceiptKind> Wanted { get; init; } = [];
}

/// <summary>What is told about a message or a conversation, and is no message itself.</summary>
/// <param name="From">Who tells; <paramref name="To"/> is told.</param>
[GenerateSerializer, Immutable, Alias("sylk.DirectNotice")]
public abstract record DirectNotice([property: Id(0)] string From, [property: Id(1)] string To);

/// <param name="MessageId">Ours, of the message; <paramref name="ClientId"/> is its sender's.</param>
[GenerateSerializer, Immutable, Alias("sylk.DirectReceipt")]
public sealed record DirectReceipt(
    string From, string To, [property: Id(0)] string MessageId, [property: Id(1)] string ClientId, [property: Id(2)] ReceiptKind Kind)
    : DirectNotice(From, To);

/// <param name="Active">They are writing; false: they stopped.</param>
[GenerateSerializer, Immutable, Alias("sylk.DirectComposing")]
public sealed record DirectComposing(string From, string To, [property: Id(0)] bool Active) : DirectNotice(From, To);

/// <param name="Refusal">Null when it is on its way or kept for them.</param>
[GenerateSerializer, Immutable, Alias("sylk.DirectOutcome")]
public sealed record DirectOutcome([property: Id(0)] Refusal? Refusal, [property: Id(1)] string MessageId);
