namespace Sylk.Conference.Sfu.Engine;

/// <summary>
/// Which shard of the node each peer of a room has its connection on. A room begins on its home; when that one has as many
/// peers of the room as it is to have, the next ones get seats on another. Thread-safe; a peer keeps its seat until it is closed.
/// </summary>
internal sealed class RoomSeats
{
    private readonly Lock _gate = new();
    private readonly List<MediaShard> _shards;
    private readonly Dictionary<string, MediaShard> _seats = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> _taken = [];
    private Task _growth = Task.CompletedTask;
    private bool _isClosed;

    public RoomSeats(MediaShard home)
    {
        Home = home;
        _shards = [home];
    }

    /// <summary>The shard that decides for the room.</summary>
    public MediaShard Home { get; }

    public long Epoch { get; set; }

    public RoomMediaPolicy Policy { get; set; } = RoomMediaPolicy.Default;

    /// <summary>Shards the room lives on, its home first.</summary>
    public MediaShard[] Shards
    {
        get
        {
            lock (_gate)
                return [.. _shards];
        }
    }

    /// <summary>Done when every shard of the room knows every other.</summary>
    public Task Growth
    {
        get
        {
            lock (_gate)
                return _growth;
        }
    }

    /// <summary>Null for a peer that has no seat.</summary>
    public MediaShard? Find(string peer)
    {
        lock (_gate)
            return _seats.GetValueOrDefault(peer);
    }

    /// <summary>The peer's seat; a new one on the first shard of the room with fewer than <paramref name="most"/> taken, else where most are free.</summary>
    /// <returns>Null when the room has closed meanwhile.</returns>
    /// <param name="all">Shards of the node.</param>
    /// <param name="grow">Connects one more shard with those the room has; awaited by everybody who gets a seat meanwhile.</param>
    public MediaShard? Take(string peer, int most, IReadOnlyList<MediaShard> all, Func<MediaShard[], MediaShard, Task> grow)
    {
        lock (_gate)
        {
            if (_isClosed)
                return null;
            if (_seats.TryGetValue(peer, out var seat))
                return seat;
            seat = _shards.Find(shard => Taken(shard) < most);
            if (seat is null && all.Count > _shards.Count)
            {
                seat = all.Except(_shards).MinBy(shard => shard.PeerCount)!;
                _growth = GrowAfter(_growth, [.. _shards], seat, grow);
                _shards.Add(seat);
            }

            seat ??= _shards.MinBy(Taken)!;
            _seats[peer] = seat;
            _taken[seat.Index] = Taken(seat) + 1;
            return seat;
        }
    }

    /// <summary>No seats are given any more.</summary>
    public async Task CloseAsync()
    {
        lock (_gate)
            _isClosed = true;
        await Growth.ConfigureAwait(false);
    }

    public void Release(string peer)
    {
        lock (_gate)
            if (_seats.Remove(peer, out var seat))
                _taken[seat.Index]--;
    }

    private static async Task GrowAfter(Task former, MediaShard[] known, MediaShard added, Func<MediaShard[], MediaShard, Task> grow)
    {
        await former.ConfigureAwait(false);
        await grow(known, added).ConfigureAwait(false);
    }

    private int Taken(MediaShard shard) => _taken.GetValueOrDefault(shard.Index);
}
