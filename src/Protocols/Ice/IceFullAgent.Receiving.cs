using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.Protocols.Ice;

public sealed partial class IceFullAgent
{
    /// <inheritdoc cref="IceLiteAgent.Receive"/>
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
        var isOld = _oldKeys is not null && _oldKeys.Authenticates(request);
        if (!isOld && !_keys.Authenticates(request))
        {
            return IceOutcome.Unauthenticated;
        }

        var key = isOld ? _oldKeys!.LocalPassword : _keys.LocalPassword;
        if (request.UnknownRequired != 0)
        {
            replyLength = BindingAnswer.UnknownAttribute(reply, request, key);
        }
        else if (!request.TryGetPriority(out var priority))
        {
            replyLength = BindingAnswer.BadRequest(reply, request, key);
        }
        else if (LosesConflict(request))
        {
            replyLength = BindingAnswer.RoleConflict(reply, request, key);
        }
        else
        {
            if (!isOld)
            {
                AcceptCheck(now, path, priority, request.UseCandidate);
            }

            replyLength = BindingAnswer.Success(reply, request, path.Remote, key);
        }

        return IceOutcome.Replied;
    }

    /// <summary>RFC 8445 section 7.3.1.1: the larger tie-breaker controls. True when the peer has to change its role.</summary>
    private bool LosesConflict(in StunMessage request)
    {
        if (_controlling && request.TryGetControlling(out var theirs))
        {
            SwitchRole(_tieBreaker >= theirs);
            return _controlling;
        }

        if (!_controlling && request.TryGetControlled(out theirs))
        {
            SwitchRole(_tieBreaker >= theirs);
            return !_controlling;
        }

        return false;
    }

    private void AcceptCheck(Instant now, in NetworkPath path, uint priority, bool useCandidate)
    {
        var pair = _list.Find(path) ?? LearnPeerReflexive(path, priority);
        if (pair is null)
        {
            return;
        }

        var nominated = useCandidate && !_controlling;
        if (nominated && pair.Validated)
        {
            Select(now, pair);
            return;
        }

        pair.Nominating |= nominated;
        if (!pair.Validated && pair.State != IcePairState.InProgress)
        {
            pair.Reset();
            pair.Triggered = true;
        }
    }

    private IcePair? LearnPeerReflexive(in NetworkPath path, uint priority)
    {
        if (_remotes.Count >= MaxRemoteCandidates)
        {
            return null;
        }

        foreach (var local in _locals)
        {
            if (local.Link == path.Link)
            {
                _remotes.Add((local.IsTcp ? IceTransport.Tcp : IceTransport.Udp, path.Remote, priority));
                return _list.Add(local, path.Remote, priority);
            }
        }

        return null;
    }

    private IceOutcome ReceiveAnswer(Instant now, in NetworkPath path, in StunMessage answer)
    {
        if (IsConsentAnswer(path, answer))
        {
            _consentOpen = false;
            _lastConsent = now;
            Revive();
            return IceOutcome.Answered;
        }

        // RFC 8445 7.2.5.2.1: an answer from elsewhere than the request went to is no answer.
        var pair = _list.Find(path);
        if (pair is null || !pair.TransactionOpen || pair.Transaction != answer.TransactionId || !_keys.AuthenticatesAnswer(answer))
        {
            return IceOutcome.Unauthenticated;
        }

        pair.TransactionOpen = false;
        pair.Due = Instant.Never;
        if (answer.Class == StunClass.Success)
        {
            Succeed(now, pair);
        }
        else
        {
            Refuse(pair, answer.ErrorCode);
        }

        return IceOutcome.Answered;
    }

    private void Refuse(IcePair pair, int code)
    {
        if (code != 487)
        {
            pair.State = IcePairState.Failed;
            LoseNomination(pair);
            return;
        }

        SwitchRole(!_controlling);
        _tieBreaker = NextRandom();
        pair.Reset();
        pair.Triggered = true;
    }

    private void Succeed(Instant now, IcePair pair)
    {
        pair.State = IcePairState.Succeeded;
        if (!pair.Validated)
        {
            pair.Validated = true;
            _events.Add(IceEventKind.PathValidated, pair.Path);
        }

        if (pair.Nominating)
        {
            Select(now, pair);
        }
        else if (_controlling && !_nominated)
        {
            // Regular nomination, of the first pair that works: a user waits.
            _nominated = true;
            pair.Nominating = true;
            pair.Triggered = true;
            _nextCheck = now;
            Tick(now);
        }
    }

    private bool IsConsentAnswer(in NetworkPath path, in StunMessage answer) =>
        _consentOpen && _selected is not null && _selected.Path == path && answer.Class == StunClass.Success
        && answer.TransactionId == _consentTransaction && (_oldKeys ?? _keys).AuthenticatesAnswer(answer);
}
