using System.Collections.Immutable;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>Where a node hears a room. One per node, whatever the number of its listeners.</summary>
[Alias("sylk.IRoomFeedObserver")]
public interface IRoomFeedObserver : IGrainObserver
{
    [Alias("Receive")]
    void Receive(FeedBatch batch);
}

/// <param name="Activation">Names the life of the room grain this comes from; revisions of different lives do not join up.</param>
[GenerateSerializer, Immutable, Alias("sylk.FeedBatch")]
public sealed record FeedBatch(
    [property: Id(0)] string Room, [property: Id(1)] ImmutableArray<FeedItem> Items, [property: Id(2)] string Activation = "");

/// <summary>Somebody who listens.</summary>
[GenerateSerializer, Immutable, Alias("sylk.Attendant")]
public sealed record Attendant([property: Id(0)] string ParticipantId, [property: Id(1)] string ConnectionId);

/// <summary>Where a room's feed stands.</summary>
[GenerateSerializer, Immutable, Alias("sylk.FeedPosition")]
public sealed record FeedPosition([property: Id(0)] string Activation, [property: Id(1)] long Rev);

/// <summary>Something listeners of a room are told, stamped with the room's revision at that moment.</summary>
[GenerateSerializer, Immutable, Alias("sylk.FeedItem")]
public abstract record FeedItem([property: Id(0)] long Rev)
{
    /// <summary>True when this is what raised the revision: missing one is a gap.</summary>
    public virtual bool IsFact => true;

    /// <summary>The one participant it is for; null for everybody.</summary>
    public virtual string? To => null;

    public virtual bool IsFor(string participantId) => To is null || To == participantId;

    /// <summary>True when every listener is told the same.</summary>
    public virtual bool IsForAll => To is null;

    /// <summary>About how many bytes it is on the wire.</summary>
    public virtual int Weight => 512;
}

[GenerateSerializer, Immutable, Alias("sylk.RoomChanged")]
public sealed record RoomChanged(long Rev, [property: Id(0)] RoomRules Rules) : FeedItem(Rev);

[GenerateSerializer, Immutable, Alias("sylk.Joined")]
public sealed record Joined(long Rev, [property: Id(0)] ParticipantInfo Participant) : FeedItem(Rev);

[GenerateSerializer, Immutable, Alias("sylk.Updated")]
public sealed record Updated(long Rev, [property: Id(0)] ParticipantInfo Participant) : FeedItem(Rev);

/// <param name="Reason"><c>left</c>, <c>timeout</c>, <c>mediaLost</c>, <c>nodeLost</c>, <c>removed</c> or <c>ended</c>.</param>
[GenerateSerializer, Immutable, Alias("sylk.Departed")]
public sealed record Departed(long Rev, [property: Id(0)] string ParticipantId, [property: Id(1)] string Reason, [property: Id(2)] string? By)
    : FeedItem(Rev);

[GenerateSerializer, Immutable, Alias("sylk.TrackAppeared")]
public sealed record TrackAppeared(long Rev, [property: Id(0)] TrackInfo Track) : FeedItem(Rev);

[GenerateSerializer, Immutable, Alias("sylk.TrackUpdated")]
public sealed record TrackChanged(long Rev, [property: Id(0)] TrackInfo Track) : FeedItem(Rev);

[GenerateSerializer, Immutable, Alias("sylk.TrackVanished")]
public sealed record TrackVanished(long Rev, [property: Id(0)] string TrackId, [property: Id(1)] string ParticipantId) : FeedItem(Rev);

[GenerateSerializer, Immutable, Alias("sylk.SpotlightChanged")]
public sealed record SpotlightChanged(long Rev, [property: Id(0)] ImmutableArray<string> TrackIds, [property: Id(1)] string By) : FeedItem(Rev);

/// <summary>Told, but not part of the room's state.</summary>
[GenerateSerializer, Immutable, Alias("sylk.Word")]
public abstract record Word(long Rev, [property: Id(0)] string? Recipient) : FeedItem(Rev)
{
    public override bool IsFact => false;

    public override string? To => Recipient;
}

[GenerateSerializer, Immutable, Alias("sylk.Reacted")]
public sealed record Reacted(long Rev, [property: Id(0)] string ParticipantId, [property: Id(1)] string Emoji) : Word(Rev, null);

/// <param name="Source">Null for all sources.</param>
[GenerateSerializer, Immutable, Alias("sylk.MutedByModerator")]
public sealed record MutedByModerator(long Rev, string Recipient, [property: Id(0)] TrackSource? Source, [property: Id(1)] string By)
    : Word(Rev, Recipient);

[GenerateSerializer, Immutable, Alias("sylk.UnmuteAsked")]
public sealed record UnmuteAsked(long Rev, string Recipient, [property: Id(0)] TrackSource Source, [property: Id(1)] string By)
    : Word(Rev, Recipient);

[GenerateSerializer, Immutable, Alias("sylk.SelfChanged")]
public sealed record SelfChanged(long Rev, string Recipient, [property: Id(0)] ParticipantInfo Self) : Word(Rev, Recipient);

[GenerateSerializer, Immutable, Alias("sylk.RenegotiationNeeded")]
public sealed record RenegotiationNeeded(
    long Rev, string Recipient, [property: Id(0)] string Reason, [property: Id(1)] bool IceRestart, [property: Id(2)] int DeadlineMs,
    [property: Id(3)] long Epoch = 0)
    : Word(Rev, Recipient);

/// <summary>One application's message to another.</summary>
/// <param name="Recipients">Empty for everybody but the sender.</param>
/// <param name="Payload">Base64.</param>
/// <param name="Reliable">False: dropped where a listener is slow. True: a listener that cannot take it is closed.</param>
[GenerateSerializer, Immutable, Alias("sylk.DataSent")]
public sealed record DataSent(
    long Rev, [property: Id(0)] string From, [property: Id(1)] ImmutableArray<string> Recipients, [property: Id(2)] string Topic,
    [property: Id(3)] string Payload, [property: Id(4)] bool Reliable) : Word(Rev, null)
{
    public override bool IsFor(string participantId) =>
        Recipients.IsDefaultOrEmpty ? participantId != From : Recipients.Contains(participantId);

    public override bool IsForAll => false;

    public override int Weight => base.Weight + Payload.Length;
}

/// <summary>The recipient's connection is to be closed. With <paramref name="ConnectionId"/> only that one of theirs.</summary>
/// <param name="Action">What the client should do: <c>stop</c>, or <c>resume</c> on a new connection.</param>
[GenerateSerializer, Immutable, Alias("sylk.Dismissed")]
public sealed record Dismissed(
    long Rev, string? Recipient, [property: Id(0)] string Code, [property: Id(1)] string Detail, [property: Id(2)] string? ConnectionId,
    [property: Id(3)] string Action = "stop") : Word(Rev, Recipient);

/// <summary>This listener missed something: it should ask for the whole room.</summary>
[GenerateSerializer, Immutable, Alias("sylk.ResyncNeeded")]
public sealed record ResyncNeeded(long Rev) : Word(Rev, null);
