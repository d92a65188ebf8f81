namespace Sylk.Conference.Sfu.Routing.Relays;

/// <summary>The links between the shards of a node, each made when the first room needs it. Thread-safe; control path only.</summary>
internal sealed class RelayLinks
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Action> _wakes = [];
    private readonly Dictionary<(int From, int To), RelayLink> _links = [];

    /// <summary>Memory of each link's ring, a power of two.</summary>
    public int RingBytes { get; init; } = RelayRing.DefaultBytes;

    /// <param name="wake">Ends the shard's wait; any thread.</param>
    public void Register(int shard, Action wake)
    {
        lock (_gate)
            _wakes[shard] = wake;
    }

    public RelayLink Between(int from, int to)
    {
        lock (_gate)
        {
            if (!_links.TryGetValue((from, to), out var link))
                _links[(from, to)] = link = new RelayLink(_wakes[to], RingBytes);
            return link;
        }
    }
}
