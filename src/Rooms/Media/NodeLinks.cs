using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans.Runtime.Services;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>Ways to other nodes, by the id of their start.</summary>
internal sealed class NodeLinks(IServiceProvider services, string localId) : GrainServiceClient<INodeService>(services)
{
    private readonly ConcurrentDictionary<string, SiloAddress> _silos = new(StringComparer.Ordinal);

    public string LocalId => localId;

    public INodeService To(SiloAddress silo) => GetGrainService(silo);

    public void Learn(string node, SiloAddress silo) => _silos[node] = silo;

    public void Forget(string node) => _silos.TryRemove(node, out _);

    /// <summary>May be lost on the way.</summary>
    public Task HearLegAsync(string node, LegEvent happened) =>
        _silos.TryGetValue(node, out var silo) ? To(silo).HearLeg(NodeWire.Write(happened)) : Task.CompletedTask;

    /// <summary>May be lost on the way.</summary>
    public Task HearAsync(string node, ImmutableArray<MediaSignal> signals) => _silos.TryGetValue(node, out var silo)
        ? To(silo).Hear(NodeWire.Write(SignalBatch.Of(signals)))
        : Task.CompletedTask;
}
