namespace Sylk.Conference.Rooms;

public enum CallDirection : byte { In, Out }

public enum CallState : byte
{
    /// <summary>On its way; nothing was heard of the other end.</summary>
    Dialing,

    Ringing,

    Answered,

    Ended,
}

/// <summary>Who ended a call: this server, or the other end.</summary>
public enum CallSide : byte { Us, Them }

/// <summary>The final answer of SIP (RFC 3261 section 21).</summary>
[GenerateSerializer, Immutable, Alias("sylk.SipCause")]
public sealed record SipCause([property: Id(0)] int Status, [property: Id(1)] string Reason);

/// <summary>How a call ended.</summary>
/// <param name="Code"><c>completed</c>, <c>cancelled</c>, or a code of the error registry such as <c>callee_busy</c>.</param>
/// <param name="Sip">Null where no answer of SIP ended it.</param>
[GenerateSerializer, Immutable, Alias("sylk.CallEnd")]
public sealed record CallEnd([property: Id(0)] string Code, [property: Id(1)] SipCause? Sip, [property: Id(2)] CallSide Side);

/// <summary>One telephone call with a room (product §4, Call).</summary>
[GenerateSerializer, Immutable, Alias("sylk.CallInfo")]
public sealed record CallInfo
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required CallDirection Direction { get; init; }
    [Id(2)] public required CallState State { get; init; }
    [Id(3)] public required string From { get; init; }
    [Id(4)] public required string To { get; init; }
    [Id(5)] public required string Room { get; init; }

    /// <summary>The seat it has, or will have once it is answered and let in.</summary>
    [Id(6)] public required string ParticipantId { get; init; }
    [Id(7)] public required string DisplayName { get; init; }

    /// <summary>The participant who placed it; <c>api</c> for the API and referring peers; null for incoming calls.</summary>
    [Id(8)] public string? By { get; init; }

    /// <summary><c>udp</c>, <c>tcp</c> or <c>tls</c>; null until it is known.</summary>
    [Id(9)] public string? Transport { get; init; }
    [Id(10)] public string? Codec { get; init; }

    /// <summary><c>none</c>, <c>sdes</c> or <c>dtls</c>; null until it is known.</summary>
    [Id(11)] public string? Encryption { get; init; }
    [Id(12)] public required DateTimeOffset StartedAt { get; init; }
    [Id(13)] public DateTimeOffset? AnsweredAt { get; init; }
    [Id(14)] public DateTimeOffset? EndedAt { get; init; }
    [Id(15)] public CallEnd? End { get; init; }

    /// <summary>We hold them: they hear music, and the room does not hear them.</summary>
    [Id(16)] public bool Held { get; init; }

    /// <summary>Where it was sent on to: a room of this server, or what was called instead.</summary>
    [Id(17)] public string? TransferredTo { get; init; }
}

/// <summary>Asks a room whether somebody may be called into it; with a yes the call counts from then on.</summary>
/// <param name="Role">Of the called one; null for a member.</param>
/// <param name="PerRoom">Calls a room may have out at the same time (limit L21).</param>
/// <param name="Lasts">No call goes on longer; a lost one is forgotten after that.</param>
/// <param name="Payer">Whose calls of the last hour count, where no participant asks.</param>
/// <param name="PerHour">Calls the payer may place in an hour.</param>
[GenerateSerializer, Immutable, Alias("sylk.DialRequest")]
public sealed record DialRequest(
    [property: Id(0)] CallInfo Call, [property: Id(1)] ParticipantRole? Role, [property: Id(2)] int PerRoom, [property: Id(3)] TimeSpan Lasts,
    [property: Id(4)] string Payer, [property: Id(5)] int PerHour)
{
    [Id(6)] public string? Node { get; init; }
    [Id(7)] public IRoomFeedObserver? Feed { get; init; }
}

/// <summary>A door's word on a call: it rings, was answered, has ended.</summary>
[GenerateSerializer, Immutable, Alias("sylk.NoteCall")]
public sealed record NoteCall([property: Id(0)] CallInfo Call) : RoomCommand;

/// <summary>Ends a call, whatever state it is in. For who placed it, moderators and the API.</summary>
[GenerateSerializer, Immutable, Alias("sylk.HangUpCall")]
public sealed record HangUpCall([property: Id(0)] string By, [property: Id(1)] string CallId) : RoomCommand;

/// <summary>Presses keys towards the other end of a call. For who placed it, moderators and the API.</summary>
/// <param name="Digits">0–9, *, #, A–D; at most 64.</param>
[GenerateSerializer, Immutable, Alias("sylk.PressKeys")]
public sealed record PressKeys([property: Id(0)] string By, [property: Id(1)] string CallId, [property: Id(2)] string Digits) : RoomCommand;

/// <summary>Holds a call, or takes it back. For who placed it, moderators and the API.</summary>
[GenerateSerializer, Immutable, Alias("sylk.HoldCall")]
public sealed record HoldCall([property: Id(0)] string By, [property: Id(1)] string CallId, [property: Id(2)] bool Held) : RoomCommand;

/// <summary>Where a call is sent on to; one of both is set.</summary>
/// <param name="Shown">For people.</param>
/// <param name="Room">A room of this server: the call itself goes there.</param>
/// <param name="Address">Somebody else: the phone is asked to call them (RFC 3515). It was judged like every address that is dialled.</param>
[GenerateSerializer, Immutable, Alias("sylk.TransferTarget")]
public sealed record TransferTarget([property: Id(0)] string Shown, [property: Id(1)] string? Room, [property: Id(2)] string? Address)
{
    /// <summary>The seat in that room whose place it takes; null: it comes in as callers do.</summary>
    [Id(3)] public string? InPlaceOf { get; init; }
}

/// <summary>Sends a call on. For who placed it, moderators and the API; to somebody outside only for who may dial.</summary>
[GenerateSerializer, Immutable, Alias("sylk.TransferCall")]
public sealed record TransferCall(
    [property: Id(0)] string By, [property: Id(1)] string CallId, [property: Id(2)] TransferTarget Target) : RoomCommand;

/// <summary>A door's word on keys that mean nothing here: applications hear of them.</summary>
/// <param name="Digits">One, or two that belong together.</param>
[GenerateSerializer, Immutable, Alias("sylk.NoteKeys")]
public sealed record NoteKeys([property: Id(0)] string CallId, [property: Id(1)] string Digits) : RoomCommand;

/// <summary>An outgoing call went on; for those who may dial.</summary>
[GenerateSerializer, Immutable, Alias("sylk.CallChanged")]
public sealed record CallChanged(long Rev, [property: Id(0)] CallInfo Call, [property: Id(1)] System.Collections.Immutable.ImmutableArray<string> Readers) : Word(Rev, null)
{
    public override bool IsFor(string participantId) => Readers.Contains(participantId);

    public override bool IsForAll => false;
}

/// <summary>To the door that holds the call of this participant: hang up.</summary>
[GenerateSerializer, Immutable, Alias("sylk.CallDropped")]
public sealed record CallDropped(long Rev, string Recipient) : Word(Rev, Recipient);

/// <summary>To the door that holds the call of this participant: press these keys.</summary>
[GenerateSerializer, Immutable, Alias("sylk.KeysWanted")]
public sealed record KeysWanted(long Rev, string Recipient, [property: Id(0)] string Digits) : Word(Rev, Recipient);

/// <summary>To the door that holds the call of this participant: hold it, or take it back.</summary>
[GenerateSerializer, Immutable, Alias("sylk.HoldWanted")]
public sealed record HoldWanted(long Rev, string Recipient, [property: Id(0)] bool Held) : Word(Rev, Recipient);

/// <summary>To the door that holds the call of this participant: send it on.</summary>
[GenerateSerializer, Immutable, Alias("sylk.TransferWanted")]
public sealed record TransferWanted(long Rev, string Recipient, [property: Id(0)] TransferTarget Target) : Word(Rev, Recipient);
