namespace Sylk.Conference.Rooms;

/// <summary>How reachable somebody is (RFC 8048): the states every protocol here has words for.</summary>
public enum Reachability : byte { Offline, Online, Away, ExtendedAway, DoNotDisturb, OnThePhone }

/// <param name="Note">In their own words.</param>
/// <param name="Language">Of the note (BCP 47); null where nobody said.</param>
[GenerateSerializer, Immutable, Alias("sylk.PresenceState")]
public sealed record PresenceState(
    [property: Id(0)] string Address, [property: Id(1)] Reachability Reachability, [property: Id(2)] string Note = "",
    [property: Id(3)] string? Language = null);

/// <summary>Whether somebody may see another's presence.</summary>
public enum WatchAnswer : byte { Pending, Granted, Rejected }

/// <summary>What one watcher sees.</summary>
/// <param name="State">Offline as long as they may not see it.</param>
[GenerateSerializer, Immutable, Alias("sylk.PresenceView")]
public sealed record PresenceView([property: Id(0)] WatchAnswer Answer, [property: Id(1)] PresenceState State);

/// <summary>What a device says of its user (RFC 3903).</summary>
/// <param name="Tag">Of the publication it goes on with; empty for a new one.</param>
/// <param name="State">Null: as before.</param>
/// <param name="Lasts">Nothing: it is taken back.</param>
[GenerateSerializer, Immutable, Alias("sylk.PresenceOrder")]
public sealed record PresenceOrder(
    [property: Id(0)] string Address, [property: Id(1)] string Tag, [property: Id(2)] PresenceState? State, [property: Id(3)] TimeSpan Lasts);

/// <summary>A door whose addresses can be watched, and whose people watch others.</summary>
public interface IPresenceDoor
{
    /// <summary><c>sip</c> or <c>xmpp</c>.</summary>
    string Wire { get; }

    /// <summary>As with <see cref="IAddressDoor"/>.</summary>
    bool MayReach(string address);

    bool Owns(string address) => false;

    /// <summary>What this door knows about a new wish without asking anybody.</summary>
    WatchAnswer Judge(string watcher, string watched);

    /// <summary>Somebody wants to see <paramref name="watched"/>, who is behind this door.</summary>
    /// <param name="known">Granted: it is asked for the present state again.</param>
    Task WatchAsync(string watcher, string watched, WatchAnswer known, CancellationToken stop);

    /// <summary>They do not any more.</summary>
    Task LeaveAsync(string watcher, string watched, CancellationToken stop);

    /// <summary>The answer to a wish of <paramref name="watcher"/>, who is behind this door.</summary>
    Task AnswerAsync(string watcher, string watched, PresenceView view, CancellationToken stop);

    /// <summary>What <paramref name="watcher"/>, who is behind this door, sees now.</summary>
    Task ShowAsync(string watcher, PresenceState state, CancellationToken stop);
}

/// <summary>Takes wishes to watch and what is seen from one door to another.</summary>
public interface IPresencePost
{
    /// <summary>Somebody of this address could be watched.</summary>
    bool MayReach(string address);

    /// <summary>Another door's people are at this domain.</summary>
    bool BelongsElsewhere(IPresenceDoor door, string address);

    /// <returns>Null when nobody reaches it or too many watch it.</returns>
    Task<PresenceView?> WatchAsync(IPresenceDoor from, string watcher, string watched, CancellationToken stop);

    /// <summary>Once, without becoming a watcher.</summary>
    Task<PresenceView> LookAsync(string watcher, string watched, CancellationToken stop);

    Task LeaveAsync(string watcher, string watched, CancellationToken stop);

    /// <summary>Whoever is watched decided.</summary>
    Task AnswerAsync(string watcher, string watched, WatchAnswer answer, CancellationToken stop);

    /// <summary>To one who watches this address and was let.</summary>
    Task ShowAsync(string watcher, PresenceState state, CancellationToken stop);

    /// <summary>To all of them.</summary>
    /// <returns>The publication's new tag; null when the order names one that is not there, or there are too many.</returns>
    Task<string?> PublishAsync(PresenceOrder order, CancellationToken stop);

    /// <summary>A publication may have run out.</summary>
    Task SettleAsync(string address, CancellationToken stop);
}
