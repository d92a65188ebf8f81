using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Somebody before the door, with the seat they would get.</summary>
/// <param name="Deadline">When they are sent away unless something happens first.</param>
/// <param name="Away">The connection is gone; it may come back until the deadline.</param>
internal sealed record Waiter(
    Seat Seat, ImmutableArray<TrackDeclaration> Publish, DateTimeOffset Since, DateTimeOffset Deadline, string? Source, bool Away = false)
{
    public WaitingPerson Describe() => new(Seat.Id, Seat.DisplayName, Seat.Kind, Since);
}

/// <summary>Those who wait to be let in, in order of coming.</summary>
internal sealed class WaitingLine
{
    public const int MostPeople = 100;

    /// <summary>Of one network address: one address alone does not fill the line.</summary>
    public const int MostOfOneSource = 50;

    /// <summary>Of one address that shows passcodes nobody looks at (limit L18).</summary>
    public const int MostUnchecked = 3;

    /// <summary>How long somebody waits at most.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private readonly Dictionary<string, Waiter> _people = [];
    private readonly HashSet<string> _known = [];

    public IReadOnlyDictionary<string, Waiter> People => _people;

    public ImmutableArray<WaitingPerson> Describe() =>
        [.. _people.Values.OrderBy(waiter => waiter.Since).ThenBy(waiter => waiter.Seat.Id, StringComparer.Ordinal).Select(waiter => waiter.Describe())];

    /// <summary>True for who was let in before in this session: they need not ask again.</summary>
    public bool IsKnown(string identity) => _known.Contains(identity);

    public bool HasPlace(string? source, int most) =>
        _people.Count < MostPeople && (source is null || _people.Values.Count(waiter => waiter.Source == source) < most);

    public void Put(Waiter waiter) => _people[waiter.Seat.Id] = waiter;

    public void Remove(string id, bool letIn)
    {
        if (_people.Remove(id, out var waiter) && letIn && waiter.Seat.Proved)
            _known.Add(waiter.Seat.Identity);
    }

    public void Restore(StoredRoom stored)
    {
        foreach (var waiter in stored.Waiters)
            Put(waiter);
        _known.UnionWith(stored.Known);
    }

    public void EndSession()
    {
        _people.Clear();
        _known.Clear();
    }
}
