using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>What became of a message that is kept.</summary>
public enum KeptState : byte { Accepted, Delivered, Displayed, Failed }

/// <summary>How the wish to keep a message went.</summary>
public enum Keeping : byte
{
    Kept,

    /// <summary>It is there already (rule CH-4).</summary>
    Known,

    /// <summary>So many wait for its owner that none goes to make room.</summary>
    Full,

    /// <summary>Nobody has ever signed in as its owner.</summary>
    NoSuchOwner,
}

/// <param name="Id">Of the message as it stands in the book; where it was known already, that of the first time.</param>
public readonly record struct KeepOutcome(Keeping Keeping, string Id);

/// <summary>One message in the book of one address; both sides of a conversation have their own.</summary>
/// <param name="Owner">Whose book it is.</param>
/// <param name="Position">Grows within a book, in the order of committing; never given twice.</param>
/// <param name="Outgoing">The owner wrote it.</param>
public sealed record KeptMessage(string Owner, long Position, DirectMessage Message, bool Outgoing, KeptState State)
{
    /// <summary>The other side.</summary>
    public string Peer => Outgoing ? Message.To : Message.From;
}

/// <summary>Messages whose state moves on; a state never goes back.</summary>
/// <param name="Id">Of the message.</param>
/// <param name="Peer">The other side of it; null: whoever that is.</param>
/// <param name="UpTo">Those before it in the same conversation too; then <paramref name="Peer"/> is given.</param>
public sealed record KeptChange(string Owner, bool Outgoing, string Id, string? Peer, bool UpTo, KeptState To)
{
    /// <summary>States from here on stay as they are: what has arrived has not failed.</summary>
    public KeptState Below => To == KeptState.Failed ? KeptState.Delivered : To;
}

/// <summary>Messages between addresses, kept for those who are away and for looking back (product §8).</summary>
public interface IAddressStore
{
    /// <summary>Somebody signed in: from now on messages for them are kept.</summary>
    Task MeetAsync(string address, CancellationToken cancellation = default);

    /// <summary>Committed when it returns.</summary>
    /// <param name="most">Messages in one book; older ones that have arrived go first.</param>
    Task<KeepOutcome> AddAsync(string owner, DirectMessage message, bool outgoing, int most, CancellationToken cancellation = default);

    /// <summary>The id of what the owner wrote under this id of their own; null when there is none.</summary>
    Task<string?> FindSentAsync(string owner, string peer, string clientId, CancellationToken cancellation = default);

    /// <summary>
    /// From where on somebody has to be told: after the message <paramref name="after"/>, but before the first that has not arrived: its
    /// acknowledgement may have been lost.
    /// </summary>
    Task<long> StartAsync(string owner, string? after, CancellationToken cancellation = default);

    /// <summary>In the order of their positions.</summary>
    Task<ImmutableArray<KeptMessage>> AfterAsync(string owner, long position, int limit, CancellationToken cancellation = default);

    /// <summary>The newest first.</summary>
    /// <param name="peer">Null: all conversations.</param>
    /// <param name="before">Id of a message; one that is not there gives nothing.</param>
    Task<ImmutableArray<KeptMessage>> PageAsync(string owner, string? peer, string? before, int limit, CancellationToken cancellation = default);

    /// <returns>Those that changed, as they are now, at most 500.</returns>
    Task<ImmutableArray<KeptMessage>> AdvanceAsync(KeptChange change, CancellationToken cancellation = default);

    /// <summary>Takes out what was sent before this moment, arrived or not.</summary>
    Task ForgetAsync(DateTimeOffset before, CancellationToken cancellation = default);
}
