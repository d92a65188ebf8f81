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

/// <summary>A door whose addresses can be watched, and whose people watch others.</summary>
public interface IPresenceDoor
{
    bool MayReach(string address);

    /// <summary>Somebody behind another door wants to see <paramref name="watched"/>, or no longer.</summary>
    Task WatchAsync(string watcher, string watched, bool on, CancellationToken stop);

    /// <summary>The answer to a wish of <paramref name="watcher"/>, who is behind this door.</summary>
    Task AnswerAsync(string watcher, string watched, WatchAnswer answer, CancellationToken stop);

    /// <summary>What <paramref name="watcher"/>, who is behind this door, sees now.</summary>
    Task ShowAsync(string watcher, PresenceState state, CancellationToken stop);
}

/// <summary>Takes wishes to watch and what is seen from one door to another.</summary>
public interface IPresencePost
{
    Task WatchAsync(string watcher, string watched, bool on, CancellationToken stop);

    Task AnswerAsync(string watcher, string watched, WatchAnswer answer, CancellationToken stop);

    /// <summary>To all who watch this address and were let.</summary>
    Task ShowAsync(string watcher, PresenceState state, CancellationToken stop);
}
