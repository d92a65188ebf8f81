using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Ice;

internal enum IcePairState : byte { Waiting, InProgress, Succeeded, Failed }

/// <summary>A local path and a remote candidate with the one check that may be open on it.</summary>
internal sealed class IcePair(IceLocalPath local, NetworkPath path, ulong priority)
{
    public IceLocalPath Local => local;

    public NetworkPath Path => path;

    public ulong Priority => priority;

    public IcePairState State { get; set; }

    public bool Validated { get; set; }

    /// <summary>Check again before the ordinary ones, because a check came from there.</summary>
    public bool Triggered { get; set; }

    /// <summary>The open check carries USE-CANDIDATE, or (controlled) the peer nominated before our own check succeeded.</summary>
    public bool Nominating { get; set; }

    public StunTransactionId Transaction { get; set; }

    public bool TransactionOpen { get; set; }

    public int Sent { get; set; }

    public Instant Due { get; set; } = Instant.Never;

    public void Reset()
    {
        State = IcePairState.Waiting;
        TransactionOpen = false;
        Sent = 0;
        Due = Instant.Never;
    }
}

/// <summary>At most 100 pairs in order of priority (RFC 8445 section 6.1.2), from at most 64 remote candidates (L3).</summary>
internal sealed class IceCheckList
{
    private const int MaxPairs = 100;
    private readonly List<IcePair> _pairs = [];

    public List<IcePair> Pairs => _pairs;

    public IcePair? Find(in NetworkPath path)
    {
        foreach (var pair in _pairs)
        {
            if (pair.Path == path)
            {
                return pair;
            }
        }

        return null;
    }

    /// <summary>Null when the list is full; the pair already there when there is one.</summary>
    public IcePair? Add(IceLocalPath local, in TransportAddress remote, uint remotePriority)
    {
        var path = new NetworkPath(remote, local.Link, local.Address);
        var existing = Find(path);
        if (existing is not null || _pairs.Count == MaxPairs)
        {
            return existing;
        }

        var pair = new IcePair(local, path, PairPriority(local.HostPriority, remotePriority));
        var index = _pairs.FindIndex(other => other.Priority < pair.Priority);
        _pairs.Insert(index < 0 ? _pairs.Count : index, pair);
        return pair;
    }

    /// <summary>The next pair to check: triggered ones first, then by priority.</summary>
    public IcePair? NextToCheck()
    {
        IcePair? waiting = null;
        foreach (var pair in _pairs)
        {
            if (pair.Triggered)
            {
                return pair;
            }

            waiting ??= pair.State == IcePairState.Waiting ? pair : null;
        }

        return waiting;
    }

    public int Active
    {
        get
        {
            var count = 0;
            foreach (var pair in _pairs)
            {
                count += pair.State is IcePairState.Waiting or IcePairState.InProgress ? 1 : 0;
            }

            return count;
        }
    }

    /// <summary>RFC 8445 section 6.1.2.3; the formula is symmetric but for the last bit.</summary>
    private static ulong PairPriority(uint controlling, uint controlled) =>
        ((ulong)Math.Min(controlling, controlled) << 32) + 2ul * Math.Max(controlling, controlled) + (controlling > controlled ? 1ul : 0);
}
