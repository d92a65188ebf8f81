namespace Sylk.Conference.Rooms;

/// <summary>The nodes there are, for operators: to look at and to give orders to.</summary>
public sealed class NodeRegister
{
    private readonly NodeState _self;
    private readonly LocalMediaNode _local;
    private readonly RoomFeedHub _feeds;
    private readonly ClusterNodes? _others;

    internal NodeRegister(NodeState self, LocalMediaNode local, RoomFeedHub feeds, ClusterNodes? others) =>
        (_self, _local, _feeds, _others) = (self, local, feeds, others);

    public string LocalId => _local.Id;

    /// <summary>Somebody else could take what this node has.</summary>
    public bool HasOthers => _others?.Others.Any(node => node is { Media.IsLost: false, IsDraining: false }) == true;

    public NodeFacts Self => new(
        _local.Id, _self.Version, _self.StartedAt, _self.Busy(), _local.Rooms.Count(), _feeds.Listeners, _self.IsDraining, _self.Roles);

    public IReadOnlyList<NodeFacts> All =>
        [Self, .. _others?.Others.Where(node => node.Facts is not null).Select(node => node.Facts! with { Lost = node.Media.IsLost }) ?? []];

    /// <returns>False when there is no such node, or it does not answer.</returns>
    public async Task<bool> OrderAsync(string id, NodeOrder order)
    {
        if (id != _local.Id)
            return _others?.Others.FirstOrDefault(node => node.Media.Id == id) is { } other && await other.Media.GiveAsync(order).ConfigureAwait(false);
        _self.Order(order);
        return true;
    }
}
