namespace Sylk.Conference.Rooms;

/// <summary>What this node says of itself.</summary>
public sealed class NodeState
{
    private volatile bool _draining;

    /// <summary>About to stop: unready, takes no new rooms, sends away those it has (product §17).</summary>
    public bool IsDraining
    {
        get => _draining;
        set => _draining = value;
    }
}
