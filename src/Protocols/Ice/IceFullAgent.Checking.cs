using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Ice;

public sealed partial class IceFullAgent
{
    private const int MaxSends = 7;
    private const int LastWaitFactor = 16;
    private const int OutboxCapacity = 32;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan MinimumRto = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ConsentLife = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConsentInterval = TimeSpan.FromSeconds(5);

    private readonly Queue<IcePair> _outbox = new();
    private Instant _nextCheck;
    private Instant _nextConsent = Instant.Never;
    private Instant _lastConsent;
    private StunTransactionId _consentTransaction;
    private bool _consentOpen;
    private bool _consentDue;
    private bool _nominated;
    private bool _expired;
    private bool _failed;

    /// <summary>When <see cref="Tick"/> next has something to do; in the past when a check can go at once.</summary>
    public Instant NextDeadline
    {
        get
        {
            var deadline = Instant.Earlier(_nextConsent, _selected is not null && !_expired ? _lastConsent + ConsentLife : Instant.Never);
            if (!_keys.HasRemote)
            {
                return deadline;
            }

            foreach (var pair in _list.Pairs)
            {
                deadline = Instant.Earlier(deadline, pair.Due);
            }

            return _list.NextToCheck() is not null && IsChecking ? Instant.Earlier(deadline, _nextCheck) : deadline;
        }
    }

    /// <summary>Sends what is due: one new check per 50 ms (the first at once), repetitions, consent checks.</summary>
    public void Tick(Instant now)
    {
        TickConsent(now);
        if (!_keys.HasRemote)
        {
            return;
        }

        TickRepetitions(now);
        var next = IsChecking && now >= _nextCheck ? _list.NextToCheck() : null;
        if (next is not null)
        {
            StartCheck(now, next);
        }

        NoteFailure();
    }

    /// <summary>Takes one datagram to send.</summary>
    /// <param name="destination">At least 256 bytes plus both ufrags.</param>
    /// <param name="length">Bytes written.</param>
    /// <param name="path">Where to send it.</param>
    public bool TryTakeTransmit(Span<byte> destination, out int length, out NetworkPath path)
    {
        length = 0;
        path = default;
        if (_consentDue && _selected is not null)
        {
            _consentDue = false;
            path = _selected.Path;
            length = Write(destination, _selected, _oldKeys ?? _keys, _consentTransaction, false);
            return length > 0;
        }

        while (length == 0 && _outbox.TryDequeue(out var pair))
        {
            path = pair.Path;
            length = pair.TransactionOpen ? Write(destination, pair, _keys, pair.Transaction, pair.Nominating && _controlling) : 0;
        }

        return length > 0;
    }

    /// <summary>Ordinary checks stop once a pair is nominated; the nomination itself is a triggered one.</summary>
    private bool IsChecking => !_nominated || _selected is null || _oldKeys is not null || !_controlling;

    private int Write(Span<byte> destination, IcePair pair, IceKeys keys, StunTransactionId transaction, bool useCandidate)
    {
        var writer = new StunWriter(destination, StunClass.Request, transaction);
        writer.AddUsername(keys.RemoteUfrag, keys.LocalUfrag);
        writer.AddUInt64(_controlling ? StunAttribute.IceControlling : StunAttribute.IceControlled, _tieBreaker);
        if (useCandidate)
        {
            writer.AddUseCandidate();
        }

        writer.AddPriority(pair.Local.PeerReflexivePriority);
        return writer.Finish(keys.RemotePassword);
    }

    private void StartCheck(Instant now, IcePair pair)
    {
        pair.Triggered = false;
        pair.State = pair.Validated ? pair.State : IcePairState.InProgress;
        pair.Transaction = StunTransactionId.Create();
        pair.TransactionOpen = true;
        pair.Sent = 0;
        _nextCheck = now + Pace;
        Send(now, pair);
    }

    private void Send(Instant now, IcePair pair)
    {
        var rto = TimeSpan.FromTicks(Math.Max(MinimumRto.Ticks, Pace.Ticks * _list.Active));
        pair.Sent++;
        pair.Due = now + rto * (pair.Sent == MaxSends ? LastWaitFactor : 1 << (pair.Sent - 1));
        if (_outbox.Count < OutboxCapacity)
        {
            _outbox.Enqueue(pair);
        }
    }

    private void TickRepetitions(Instant now)
    {
        foreach (var pair in _list.Pairs)
        {
            if (now < pair.Due)
            {
                continue;
            }

            if (pair.Sent < MaxSends)
            {
                Send(now, pair);
            }
            else
            {
                GiveUp(pair);
            }
        }
    }

    private void GiveUp(IcePair pair)
    {
        pair.State = IcePairState.Failed;
        pair.TransactionOpen = false;
        pair.Validated = false;
        pair.Due = Instant.Never;
        LoseNomination(pair);
    }

    /// <summary>Where the nominated pair died or was refused under the nomination: one that worked before is nominated, or the next one that does.</summary>
    private void LoseNomination(IcePair pair)
    {
        var isLost = pair.Nominating && _controlling && !ReferenceEquals(pair, _selected);
        pair.Nominating = false;
        if (!isLost)
        {
            return;
        }

        pair.Validated = false;
        var next = _list.Pairs.Find(static other => other.State == IcePairState.Succeeded);
        _nominated = next is not null;
        if (next is not null)
        {
            (next.Nominating, next.Triggered) = (true, true);
        }
    }

    private void NoteFailure()
    {
        if (!_failed && _selected is null && _list.Pairs.Count > 0 && _list.Pairs.TrueForAll(static pair => pair.State == IcePairState.Failed))
        {
            _failed = true;
            _events.Add(IceEventKind.Failed, default);
        }
    }

    private void TickConsent(Instant now)
    {
        if (_selected is null)
        {
            return;
        }

        if (!_expired && now >= _lastConsent + ConsentLife)
        {
            _expired = true;
            _events.Add(IceEventKind.ConsentExpired, _selected.Path);
        }

        if (now >= _nextConsent)
        {
            _consentTransaction = StunTransactionId.Create();
            _consentOpen = true;
            _consentDue = true;
            ScheduleConsent(now);
        }
    }

    /// <summary>RFC 7675 section 5.1: 5 s times 0.8 to 1.2.</summary>
    private void ScheduleConsent(Instant now)
    {
        var factor = 0.8 + 0.4 * (NextRandom() >> 11) / (1ul << 53);
        _nextConsent = now + ConsentInterval * factor;
    }

    private void Revive()
    {
        if (_expired && _selected is not null)
        {
            _expired = false;
            _events.Add(IceEventKind.ConsentRevived, _selected.Path);
        }
    }
}
