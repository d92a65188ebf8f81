namespace Sylk.Conference.Protocols.Ice;

/// <summary>
/// A full ICE agent (RFC 8445) for one component: pairs its paths with the remote candidates, checks them every 50 ms, nominates
/// the first pair that works where it controls and follows nominations where not, keeps consent (RFC 7675). The owner gives it time
/// through <see cref="Tick"/>, drains <see cref="TryTakeTransmit"/> and <see cref="TryTakeEvent"/> after each call. Not thread safe.
/// </summary>
public sealed partial class IceFullAgent
{
    private const int MaxRemoteCandidates = 64;
    private readonly List<IceLocalPath> _locals = [];
    private readonly List<(IceTransport Transport, TransportAddress Address, uint Priority)> _remotes = [];
    private readonly IceEventQueue _events = new();
    private IceCheckList _list = new();
    private IceKeys _keys;
    private IceKeys? _oldKeys;
    private IcePair? _selected;
    private ulong _random;
    private ulong _tieBreaker;
    private readonly int _component;
    private bool _controlling;

    /// <param name="local">Our credentials.</param>
    /// <param name="seed">Spreads the consent checks and breaks role ties; secrets come from the system.</param>
    /// <param name="controlling">The role to begin with: whoever offered, and whoever's other end is lite (RFC 8445 section 6.1.1).</param>
    /// <param name="component">1 for RTP, 2 for RTCP on a port of its own; remote candidates of others are left out.</param>
    public IceFullAgent(IceCredentials local, ulong seed, bool controlling = true, int component = 1)
    {
        (_controlling, _component) = (controlling, component);
        _keys = new IceKeys(local);
        Local = local;
        _random = seed;
        _tieBreaker = NextRandom();
    }

    public IceCredentials Local { get; private set; }

    /// <summary>As told, or after a role conflict as that came out.</summary>
    public bool IsControlling => _controlling;

    public bool MaySendMedia => _selected is not null && !_expired;

    public void AddLocal(IceLocalPath local)
    {
        _locals.Add(local);
        foreach (var (transport, address, priority) in _remotes)
        {
            Pair(local, transport, address, priority);
        }
    }

    public void SetRemote(IceCredentials remote) => _keys.SetRemote(remote);

    /// <summary>
    /// Adds one remote candidate, now or later (trickle). Names, other components, active TCP candidates and what exceeds
    /// 64 candidates (L3) are left out; the result says whether it was taken.
    /// </summary>
    public bool AddRemote(IceCandidate candidate)
    {
        var usable = candidate.Component == _component && candidate.Port != 0 && candidate.TcpType != IceTcpType.Active;
        if (!usable || _remotes.Count >= MaxRemoteCandidates || !candidate.TryGetAddress(out var address))
        {
            return false;
        }

        _remotes.Add((candidate.Transport, address, candidate.Priority));
        foreach (var local in _locals)
        {
            Pair(local, candidate.Transport, address, candidate.Priority);
        }

        return true;
    }

    /// <summary>
    /// New credentials of ours; remote credentials and candidates follow. The selected path keeps working until a new one is
    /// nominated.
    /// </summary>
    /// <param name="newLocal">Ours from now on.</param>
    /// <param name="controlling">Roles are told anew (RFC 8445 section 9); null keeps ours.</param>
    public void Restart(IceCredentials newLocal, bool? controlling = null)
    {
        _controlling = controlling ?? _controlling;
        _oldKeys ??= _selected is null ? null : _keys;
        _keys = new IceKeys(newLocal);
        Local = newLocal;
        _remotes.Clear();
        _list = new IceCheckList();
        _nominated = false;
        _failed = false;
    }

    /// <summary>The selected path while there is consent to send there (RFC 7675).</summary>
    public bool TryGetMediaPath(out NetworkPath path) => TryGetSelected(out path) && !_expired;

    public bool IsValidated(in NetworkPath path) => _list.Find(path) is { Validated: true } || (_selected is not null && _selected.Path == path);

    public bool TryGetSelected(out NetworkPath path)
    {
        path = _selected?.Path ?? default;
        return _selected is not null;
    }

    public bool TryTakeEvent(out IceEvent taken) => _events.TryTake(out taken);

    private void Pair(IceLocalPath local, IceTransport transport, in TransportAddress remote, uint priority)
    {
        if (local.Reaches(transport, remote) && _list.Add(local, remote, priority) is not null)
        {
            _failed = false;
        }
    }

    private void Select(Instant now, IcePair pair)
    {
        _nominated = true;
        if (ReferenceEquals(_selected, pair))
        {
            return;
        }

        var moved = _selected is null || _selected.Path != pair.Path;
        var restarted = _oldKeys is not null;
        _oldKeys = null;
        _selected = pair;
        _lastConsent = now;
        ScheduleConsent(now);
        StopOtherChecks(pair);
        if (moved)
        {
            _events.Add(IceEventKind.SelectedChanged, pair.Path);
        }

        if (restarted)
        {
            _events.Add(IceEventKind.RestartCompleted, pair.Path);
        }

        Revive();
    }

    private void StopOtherChecks(IcePair chosen)
    {
        foreach (var pair in _list.Pairs)
        {
            if (!ReferenceEquals(pair, chosen) && (pair.State is IcePairState.Waiting or IcePairState.InProgress))
            {
                pair.Reset();
                pair.Triggered = false;
            }
        }
    }

    private void SwitchRole(bool controlling)
    {
        if (_controlling == controlling)
        {
            return;
        }

        _controlling = controlling;
        _nominated = false;
        foreach (var pair in _list.Pairs)
        {
            pair.Nominating = false;
        }
    }

    /// <summary>SplitMix64: enough for spreading checks in time, repeatable in tests.</summary>
    private ulong NextRandom()
    {
        _random += 0x9E37_79B9_7F4A_7C15;
        var value = (_random ^ (_random >> 30)) * 0xBF58_476D_1CE4_E5B9;
        value = (value ^ (value >> 27)) * 0x94D0_49BB_1331_11EB;
        return value ^ (value >> 31);
    }
}
