using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Routing.Relays;

/// <summary>A shard's links to the other shards of its node; none until a room spans two.</summary>
internal sealed class ShardRelays
{
    private RelayPort[] _ports = [];

    public IReadOnlyList<RelayPort> Ports => _ports;

    public bool HasWaiting
    {
        get
        {
            foreach (var port in _ports)
                if (port.HasWaiting)
                    return true;
            return false;
        }
    }

    /// <summary>The end here of the links to another shard, made on first use.</summary>
    public RelayPort PortTo(int other, int self, RelayLinks links)
    {
        if (Array.Find(_ports, port => port.Shard == other) is { } known)
            return known;
        var added = new RelayPort(other, links.Between(self, other), links.Between(other, self));
        _ports = [.. _ports, added];
        return added;
    }

    public void Drain(Instant now)
    {
        foreach (var port in _ports)
            port.Drain(now);
    }

    /// <summary>Once a turn, after all that may write.</summary>
    public void WakeReaders()
    {
        foreach (var port in _ports)
            port.Outgoing.WakeReader();
    }
}
