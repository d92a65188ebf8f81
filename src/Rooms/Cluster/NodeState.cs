using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>What this node says of itself, and what it was told to do.</summary>
public sealed class NodeState
{
    private volatile bool _draining;

    /// <summary>Somebody, here or at another node, wants this one to drain or to stop draining.</summary>
    public event Action<NodeOrder>? Ordered;

    /// <summary>About to stop: unready, takes no new rooms, sends away those it has (product §17).</summary>
    public bool IsDraining
    {
        get => _draining;
        set => _draining = value;
    }

    public string Version { get; set; } = "";

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>What it does; every part of a server has a word.</summary>
    public ImmutableArray<string> Roles { get; set; } = [];

    /// <summary>Share of this machine's processors in use by the process, 0 to 1.</summary>
    public Func<double> Busy { get; set; } = () => 0;

    public void Order(NodeOrder order) => Ordered?.Invoke(order);
}

/// <param name="Drain">False: take rooms again.</param>
/// <param name="TimeoutMs">How long to wait for what does not move.</param>
public sealed record NodeOrder(bool Drain, int TimeoutMs, string Reason);

/// <summary>A node as operators see it.</summary>
/// <param name="Busy">Share of its machine's processors in use, 0 to 1.</param>
/// <param name="Rooms">Whose media it carries.</param>
/// <param name="Connections">Of people's signalling.</param>
/// <param name="Lost">It has fallen silent.</param>
[GenerateSerializer, Immutable, Alias("sylk.NodeFacts")]
public sealed record NodeFacts(
    [property: Id(0)] string Id, [property: Id(1)] string Version, [property: Id(2)] DateTimeOffset StartedAt, [property: Id(3)] double Busy,
    [property: Id(4)] int Rooms, [property: Id(5)] int Connections, [property: Id(6)] bool Draining, [property: Id(7)] ImmutableArray<string> Roles,
    [property: Id(8)] bool Lost = false);
