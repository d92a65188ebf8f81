using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Ice;

public sealed partial class IceLiteAgent
{
    /// <summary>Handles one datagram classified as STUN. Allocates nothing.</summary>
    /// <param name="now">The turn's time.</param>
    /// <param name="path">Where it came from; a reply goes back there from the same local address.</param>
    /// <param name="datagram">The whole datagram.</param>
    /// <param name="reply">At least 128 bytes.</param>
    /// <param name="replyLength">Bytes to send back, 0 for none. Always 0 for what is not authentic (TU-05).</param>
    public IceOutcome Receive(Instant now, in NetworkPath path, ReadOnlySpan<byte> datagram, Span<byte> reply, out int replyLength)
    {
        replyLength = 0;
        if (!_events.HasRoom)
        {
            return IceOutcome.EventsPending;
        }

        if (!StunMessage.TryParse(datagram, out var message, out _) || message.Method != StunMethod.Binding
            || (message.HasFingerprint && !message.VerifyFingerprint()))
        {
            return IceOutcome.Malformed;
        }

        return message.Class switch
        {
            StunClass.Request => ReceiveRequest(now, path, message, reply, out replyLength),
            StunClass.Indication => IceOutcome.Ignored,
            _ => ReceiveAnswer(now, path, message),
        };
    }

    private IceOutcome ReceiveRequest(Instant now, in NetworkPath path, in StunMessage request, Span<byte> reply, out int replyLength)
    {
        replyLength = 0;
        var keys = FindKeys(request);
        if (keys is null)
        {
            return IceOutcome.Unauthenticated;
        }

        var key = keys.LocalPassword;
        if (request.UnknownRequired != 0)
        {
            replyLength = BindingAnswer.UnknownAttribute(reply, request, key);
        }
        else if (request.TryGetControlled(out _))
        {
            // A lite agent is controlled and stays so; the peer takes the other role and asks again.
            replyLength = BindingAnswer.RoleConflict(reply, request, key);
        }
        else if (!request.TryGetPriority(out var priority))
        {
            replyLength = BindingAnswer.BadRequest(reply, request, key);
        }
        else
        {
            AcceptCheck(now, path, request, priority, keys);
            replyLength = BindingAnswer.Success(reply, request, path.Remote, key);
        }

        return IceOutcome.Replied;
    }

    private IceOutcome ReceiveAnswer(Instant now, in NetworkPath path, in StunMessage answer)
    {
        var index = _tuples.Find(path);
        if (index == IceTuples.None || !_tuples[index].ProbeOpen || _tuples[index].Probe != answer.TransactionId || !IsAuthenticAnswer(answer))
        {
            return IceOutcome.Unauthenticated;
        }

        _tuples[index].LastHeard = now;
        Prove(index);
        Revive(index);
        return IceOutcome.Answered;
    }

    private void AcceptCheck(Instant now, in NetworkPath path, in StunMessage request, uint priority, IceKeys keys)
    {
        var index = _tuples.Find(path);
        if (index == IceTuples.None)
        {
            index = Admit(path, request.UseCandidate);
        }

        ref var tuple = ref _tuples[index];
        tuple.Path = path;
        tuple.LastHeard = now;
        tuple.Priority = priority;
        tuple.ProbesLeft = ProbesPerCheck;
        if (request.UseCandidate)
        {
            Nominate(now, index, request, keys);
        }

        Revive(index);
    }

    private int Admit(in NetworkPath path, bool nominated)
    {
        if (_tuples.Count == IceTuples.Capacity)
        {
            Evict(_tuples.OldestSpare());
        }

        var index = _tuples.Add(path);
        _tuples[index].NominatedAtOnce = nominated;
        _events.Add(IceEventKind.PathValidated, path);
        return index;
    }

    private void Evict(int index)
    {
        _events.Add(IceEventKind.PathEvicted, _tuples[index].Path);
        _tuples.Remove(index);
    }

    private void Nominate(Instant now, int index, in StunMessage request, IceKeys keys)
    {
        if (ReferenceEquals(keys, _old))
        {
            return;
        }

        var hasCounter = request.TryGetNomination(out var counter);
        if (ReferenceEquals(keys, _next))
        {
            CompleteRestart(now, index);
        }
        else if (index != _tuples.Selected && !(hasCounter ? counter > _nomination : IsPreferred(now, index)))
        {
            return;
        }

        _nomination = hasCounter ? Math.Max(counter, _nomination) : _nomination;
        Select(now, index);
    }

    /// <summary>
    /// The newest nomination wins, except while an aggressive nominator (RFC 5245) marks every check: then the highest
    /// priority wins among the tuples that are alive.
    /// </summary>
    private bool IsPreferred(Instant now, int index)
    {
        if (_tuples.Selected == IceTuples.None)
        {
            return true;
        }

        ref var selected = ref _tuples[_tuples.Selected];
        ref var candidate = ref _tuples[index];
        var bothAggressive = candidate.NominatedAtOnce && selected.NominatedAtOnce;
        return !bothAggressive || candidate.Priority >= selected.Priority || now - selected.LastHeard > AggressiveMemory;
    }

    private void Select(Instant now, int index)
    {
        if (_tuples.Selected == index)
        {
            return;
        }

        _tuples.Selected = index;
        _events.Add(IceEventKind.SelectedChanged, _tuples[index].Path);
        if (_tuples[index].Proven)
        {
            MoveMediaTo(index);
        }
        else
        {
            ScheduleFirstProbe(now, index);
        }
    }

    private IceKeys? FindKeys(in StunMessage request) =>
        _current.Authenticates(request) ? _current
        : _next is not null && _next.Authenticates(request) ? _next
        : _old is not null && _old.Authenticates(request) ? _old
        : null;

    private bool IsAuthenticAnswer(in StunMessage answer) =>
        _current.AuthenticatesAnswer(answer)
        || (_next is not null && _next.AuthenticatesAnswer(answer))
        || (_old is not null && _old.AuthenticatesAnswer(answer));
}
