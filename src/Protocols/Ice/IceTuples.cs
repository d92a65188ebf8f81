using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Ice;

/// <summary>What a lite agent knows of one path it has had authentic STUN from.</summary>
internal struct IceTuple
{
    public NetworkPath Path;
    public Instant LastHeard;
    public uint Priority;

    /// <summary>The very first check already carried USE-CANDIDATE: this peer nominates aggressively.</summary>
    public bool NominatedAtOnce;

    /// <summary>It completed DTLS, or answered a Binding request of ours: it can receive (TU-07).</summary>
    public bool Proven;

    public StunTransactionId Probe;
    public bool ProbeOpen;

    /// <summary>Probes we may still send without hearing anything authentic from there.</summary>
    public byte ProbesLeft;
}

/// <summary>The at most eight validated tuples of a session (limit L3).</summary>
internal sealed class IceTuples
{
    public const int Capacity = 8;
    public const int None = -1;
    private readonly IceTuple[] _tuples = new IceTuple[Capacity];

    public int Count { get; private set; }

    /// <summary>The nominated tuple, or <see cref="None"/>.</summary>
    public int Selected { get; set; } = None;

    /// <summary>The tuple media goes to, or <see cref="None"/>.</summary>
    public int Media { get; set; } = None;

    public ref IceTuple this[int index] => ref _tuples[index];

    public int Find(in NetworkPath path)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_tuples[i].Path == path)
            {
                return i;
            }
        }

        return None;
    }

    /// <summary>There must be room: see <see cref="OldestSpare"/>.</summary>
    public int Add(in NetworkPath path)
    {
        _tuples[Count] = new IceTuple { Path = path };
        return Count++;
    }

    /// <summary>The tuple heard longest ago that carries nothing; with eight places and two in use there always is one.</summary>
    public int OldestSpare()
    {
        var oldest = None;
        for (var i = 0; i < Count; i++)
        {
            if (i != Selected && i != Media && (oldest == None || _tuples[i].LastHeard < _tuples[oldest].LastHeard))
            {
                oldest = i;
            }
        }

        return oldest;
    }

    public void Remove(int index)
    {
        var last = --Count;
        _tuples[index] = _tuples[last];
        _tuples[last] = default;
        Selected = Moved(Selected, index, last);
        Media = Moved(Media, index, last);
    }

    private static int Moved(int reference, int removed, int last) => reference == removed ? None : reference == last ? removed : reference;
}
