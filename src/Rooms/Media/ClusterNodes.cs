using System.Collections.Concurrent;

namespace Sylk.Conference.Rooms;

/// <summary>The nodes this one hears, and the choice among them. What is known here is at most a pulse old.</summary>
internal sealed class ClusterNodes(LocalMediaNode local, NodeState self, NodeLinks links, RoomClock clock, ClusterSettings cluster) : IMediaNodes
{
    /// <summary>Who has been silent for longer gets no new rooms.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(600);

    private readonly ConcurrentDictionary<string, KnownNode> _nodes = new(StringComparer.Ordinal);
    private Func<string, bool> _isMember = _ => true;
    private long _placed;

    public string LocalId => local.Id;

    public IEnumerable<KnownNode> Others => _nodes.Values;

    /// <param name="isMember">Whether the cluster counts a node of this id among the living: asked about those never heard of.</param>
    public void Begin(Func<string, bool> isMember) => _isMember = isMember;

    public NodePulse Pulse(Orleans.Runtime.SiloAddress silo, NodeFacts facts) => new(local.Id, silo, LocalLoad, self.IsDraining, cluster.CarriesMedia, facts);

    public void Heard(NodePulse pulse)
    {
        links.Learn(pulse.Id, pulse.Silo);
        var node = _nodes.GetOrAdd(pulse.Id, static (id, with) => new KnownNode(new RemoteMediaNode(id, with.Silo, with.links)), (pulse.Silo, links));
        (node.Load, node.IsDraining, node.CarriesMedia) = (pulse.Load, pulse.Draining, pulse.CarriesMedia);
        (node.Placed, node.Facts) = (0, pulse.Facts);
        node.HeardAt = clock.Time.GetTimestamp();
        node.Media.IsLost = false;
    }

    /// <summary>It is dead by everybody's word: its id never comes back.</summary>
    public void Bury(KnownNode node)
    {
        node.Media.IsLost = true;
        _nodes.TryRemove(node.Media.Id, out _);
        links.Forget(node.Media.Id);
    }

    public IMediaNode? Find(string id) => id == local.Id ? local : _nodes.GetValueOrDefault(id) is { Media.IsLost: false } node ? node.Media : null;

    public bool IsLost(string id)
    {
        if (id == local.Id)
            return false;
        return _nodes.TryGetValue(id, out var node) ? node.Media.IsLost : !_isMember(id);
    }

    public IMediaNode? Place(string room, string? except = null)
    {
        IMediaNode? best = cluster.CarriesMedia && !self.IsDraining && except != local.Id ? local : null;
        var least = best is null ? double.MaxValue : LocalLoad;
        KnownNode? chosen = null;
        foreach (var node in _nodes.Values)
        {
            var load = node.Load + node.Placed;
            if (load >= least || !node.CarriesMedia || node.IsDraining || node.Media.IsLost || node.Media.Id == except || SilenceOf(node) > Fresh)
                continue;
            (best, least, chosen) = (node.Media, load, node);
        }
        if (chosen is not null)
            chosen.Placed++;
        else if (best is not null)
            Interlocked.Increment(ref _placed);
        return best;
    }

    public TimeSpan SilenceOf(KnownNode node) => clock.Time.GetElapsedTime(node.HeardAt);

    /// <summary>Our own sleep says nothing about others.</summary>
    public void Forgive()
    {
        foreach (var node in _nodes.Values)
            node.HeardAt = clock.Time.GetTimestamp();
    }

    /// <summary>Rooms given away a moment ago count until people are in them.</summary>
    public void Settle() => Interlocked.Exchange(ref _placed, 0);

    private double LocalLoad
    {
        get
        {
            var now = local.Engine.Statistics;
            return now.Peers + (now.Rooms / 2.0) + Interlocked.Read(ref _placed);
        }
    }
}

/// <summary>Another node as it last said it was.</summary>
internal sealed class KnownNode(RemoteMediaNode media)
{
    private int _checking;

    public RemoteMediaNode Media => media;

    public double Load { get; set; }

    public NodeFacts? Facts { get; set; }

    /// <summary>Rooms we gave it since it last spoke.</summary>
    public int Placed { get; set; }

    public bool IsDraining { get; set; }

    public bool CarriesMedia { get; set; }

    public long HeardAt { get; set; }

    /// <returns>False while somebody checks already.</returns>
    public bool TryBeginCheck() => Interlocked.Exchange(ref _checking, 1) == 0;

    public void EndCheck() => Interlocked.Exchange(ref _checking, 0);
}
