namespace Sylk.Conference.Protocols.Ice;

/// <summary>What an agent tells its owner.</summary>
public enum IceEventKind : byte
{
    /// <summary>Authenticated STUN was seen from this path: DTLS from it may be heard.</summary>
    PathValidated,

    /// <summary>The path was forgotten (limit L3, or silent for 30 s).</summary>
    PathEvicted,

    /// <summary>The nominated path changed. Media may still go elsewhere: see <see cref="MediaPathChanged"/>.</summary>
    SelectedChanged,

    /// <summary>The path media is sent to changed: it is nominated and has proved that it can receive.</summary>
    MediaPathChanged,

    /// <summary>Nothing authentic for 30 s: stop sending (RFC 7675).</summary>
    ConsentExpired,

    ConsentRevived,

    /// <summary>The first nominated path under the new credentials; the old ones live 3 s more.</summary>
    RestartCompleted,

    /// <summary>No nomination under the new credentials for 20 s: the old ones stay.</summary>
    RestartAbandoned,

    /// <summary>A full agent's every pair failed.</summary>
    Failed,
}

public readonly record struct IceEvent(IceEventKind Kind, NetworkPath Path);

/// <summary>What became of one datagram.</summary>
public enum IceOutcome : byte
{
    /// <summary>Not a STUN message we read.</summary>
    Malformed,

    /// <summary>Wrong or missing credentials, or an answer nobody asked for: nothing is sent, nothing is remembered.</summary>
    Unauthenticated,

    /// <summary>Authentic, and the reply is to be sent to where it came from.</summary>
    Replied,

    /// <summary>Authentic answer to a request of ours.</summary>
    Answered,

    /// <summary>Legal and without effect (an indication).</summary>
    Ignored,

    /// <summary>The owner has not taken the events: nothing is read until it does.</summary>
    EventsPending,
}

/// <summary>A short queue that never grows: the owner drains it after each call.</summary>
internal sealed class IceEventQueue
{
    /// <summary>More than one call can add: 8 evictions and one of each other kind.</summary>
    private const int Reserve = 24;
    private const int Capacity = 64;
    private readonly IceEvent[] _events = new IceEvent[Capacity];
    private int _head;
    private int _count;

    public bool HasRoom => _count <= Capacity - Reserve;

    public void Add(IceEventKind kind, in NetworkPath path)
    {
        if (_count < Capacity)
        {
            _events[(_head + _count++) % Capacity] = new IceEvent(kind, path);
        }
    }

    public bool TryTake(out IceEvent taken)
    {
        taken = _count == 0 ? default : _events[_head];
        if (_count == 0)
        {
            return false;
        }

        _head = (_head + 1) % Capacity;
        _count--;
        return true;
    }
}
