using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Ice;

public sealed partial class IceLiteAgent
{
    /// <summary>A forged source gets at most this many requests per signed check (TU-06, TU-07).</summary>
    private const byte ProbesPerCheck = 2;
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan OldKeysLife = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RestartLimit = TimeSpan.FromSeconds(20);

    private IceKeys? _next;
    private IceKeys? _old;
    private Instant _restartGivenUpAt = Instant.Never;
    private Instant _oldDroppedAt = Instant.Never;
    private bool _probeDue;

    /// <summary>One clock for all tuples: switching among forged sources buys no extra requests.</summary>
    private Instant _nextProbe;

    /// <summary>Before media flows anywhere DTLS is given the chance to prove the path first.</summary>
    private Instant _probesHeldUntil;

    /// <summary>When <see cref="Tick"/> next has something to do.</summary>
    public Instant NextDeadline
    {
        get
        {
            var deadline = Instant.Earlier(_restartGivenUpAt, _oldDroppedAt);
            for (var i = 0; i < _tuples.Count; i++)
            {
                deadline = Instant.Earlier(deadline, DeadlineOf(i));
            }

            return deadline;
        }
    }

    /// <summary>
    /// Starts an ICE restart: both credential sets are accepted until the first nomination under the new one; the old set dies
    /// 3 s after that, the attempt dies after 20 s without it. DTLS and SRTP are not touched.
    /// </summary>
    public void Restart(Instant now, IceCredentials newLocal, IceCredentials newRemote)
    {
        _next = new IceKeys(newLocal);
        _next.SetRemote(newRemote);
        _restartGivenUpAt = now + RestartLimit;
        Local = newLocal;
    }

    /// <summary>Does what is due: consent, probes, forgetting.</summary>
    public void Tick(Instant now)
    {
        TickRestart(now);
        TickConsent(now);
        for (var i = _tuples.Count - 1; i >= 0; i--)
        {
            TickTuple(now, i);
        }
    }

    /// <summary>A Binding request of ours to a nominated tuple that has not proved itself.</summary>
    /// <param name="destination">At least 256 bytes plus both ufrags; a request that does not fit is not sent.</param>
    /// <param name="length">Bytes written.</param>
    /// <param name="path">Where to send it.</param>
    public bool TryTakeTransmit(Span<byte> destination, out int length, out NetworkPath path)
    {
        length = 0;
        path = default;
        var index = _tuples.Selected;
        if (!_probeDue || index == IceTuples.None || _tuples[index].Proven)
        {
            return false;
        }

        _probeDue = false;
        path = _tuples[index].Path;
        length = WriteProbe(destination, index);
        return length > 0;
    }

    private int WriteProbe(Span<byte> destination, int index)
    {
        ref var tuple = ref _tuples[index];
        tuple.Probe = StunTransactionId.Create();
        tuple.ProbeOpen = true;
        var writer = new StunWriter(destination, StunClass.Request, tuple.Probe);
        writer.AddUsername(_current.RemoteUfrag, _current.LocalUfrag);
        writer.AddPriority(tuple.Priority);
        writer.AddUInt64(StunAttribute.IceControlled, _tieBreaker);
        return writer.Finish(_current.RemotePassword);
    }

    private void ScheduleFirstProbe(Instant now, int index)
    {
        if (_tuples.Media == IceTuples.None)
        {
            _probesHeldUntil = now + ProbeInterval;
        }

        TryProbe(now, index);
    }

    private Instant ProbeTime => _nextProbe > _probesHeldUntil ? _nextProbe : _probesHeldUntil;

    private bool NeedsProbe(int index)
    {
        ref var tuple = ref _tuples[index];
        return index == _tuples.Selected && !tuple.Proven && tuple.ProbesLeft > 0 && _current.HasRemote;
    }

    private void TryProbe(Instant now, int index)
    {
        if (!NeedsProbe(index) || now < ProbeTime)
        {
            return;
        }

        _tuples[index].ProbesLeft--;
        _nextProbe = now + ProbeInterval;
        _probeDue = true;
    }

    private void TickTuple(Instant now, int index)
    {
        TryProbe(now, index);
        if (index != _tuples.Selected && index != _tuples.Media && now >= _tuples[index].LastHeard + TupleLife)
        {
            Evict(index);
        }
    }

    private void TickConsent(Instant now)
    {
        var index = ConsentTuple;
        if (index != IceTuples.None && !_expired && now >= _tuples[index].LastHeard + Consent)
        {
            _expired = true;
            _events.Add(IceEventKind.ConsentExpired, _tuples[index].Path);
        }
    }

    private void TickRestart(Instant now)
    {
        if (now >= _oldDroppedAt)
        {
            _old = null;
            _oldDroppedAt = Instant.Never;
        }

        if (now >= _restartGivenUpAt)
        {
            _next = null;
            _restartGivenUpAt = Instant.Never;
            _events.Add(IceEventKind.RestartAbandoned, default);
        }
    }

    private void CompleteRestart(Instant now, int index)
    {
        _old = _current;
        _oldDroppedAt = now + OldKeysLife;
        _current = _next!;
        _next = null;
        _restartGivenUpAt = Instant.Never;
        _nomination = 0;
        _events.Add(IceEventKind.RestartCompleted, _tuples[index].Path);
    }

    private Instant DeadlineOf(int index)
    {
        ref var tuple = ref _tuples[index];
        var deadline = NeedsProbe(index) ? ProbeTime : Instant.Never;
        var carries = index == _tuples.Selected || index == _tuples.Media;
        if (!carries)
        {
            return Instant.Earlier(deadline, tuple.LastHeard + TupleLife);
        }

        return index == ConsentTuple && !_expired ? Instant.Earlier(deadline, tuple.LastHeard + Consent) : deadline;
    }
}
