using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Somebody to be told.</summary>
/// <param name="Door">Behind which they watch.</param>
[GenerateSerializer, Immutable, Alias("sylk.PresenceTold")]
public sealed record PresenceTold([property: Id(0)] string Watcher, [property: Id(1)] string Door, [property: Id(2)] PresenceView View);

/// <summary>
/// Who watches one address, who of them may, and what its devices published; the key is the address. In memory: wishes are renewed and
/// publications repeated, and after a node was lost both come again.
/// </summary>
[Alias("sylk.IPresenceGrain")]
public interface IPresenceGrain : IGrainWithStringKey
{
    /// <param name="judged">Holds until whoever is watched decides.</param>
    /// <returns>Null when too many watch.</returns>
    [Alias("Watch")]
    Task<PresenceView?> Watch(string watcher, string door, WatchAnswer judged);

    [Alias("Look")]
    Task<PresenceView> Look(string watcher, WatchAnswer judged);

    /// <returns>False when they did not watch.</returns>
    [Alias("Leave")]
    Task<bool> Leave(string watcher);

    /// <returns>Null when they do not watch: nobody is granted what they did not ask for.</returns>
    [Alias("Answer")]
    Task<PresenceTold?> Answer(string watcher, WatchAnswer answer);

    /// <returns>Null when they may not see it.</returns>
    [Alias("Show")]
    Task<PresenceTold?> Show(string watcher, PresenceState state);

    [Alias("Publish")]
    Task<(string? Tag, ImmutableArray<PresenceTold> Told)> Publish(PresenceOrder order);

    [Alias("Settle")]
    Task<ImmutableArray<PresenceTold>> Settle();
}
