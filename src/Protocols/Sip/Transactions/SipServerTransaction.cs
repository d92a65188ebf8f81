namespace Sylk.Conference.Protocols.Sip;

/// <summary>The server machines: INVITE (RFC 3261 section 17.2.1, RFC 6026 section 7.1) and all others (section 17.2.2).</summary>
public sealed class SipServerTransaction : SipTransaction
{
    private static readonly TimeSpan TryingDelay = TimeSpan.FromMilliseconds(200);
    private readonly SipSettings _settings;
    private readonly string _toTag;
    private SipMessage? _last;
    private bool _trying;

    internal SipServerTransaction(Instant now, SipMessage request, SipFlow flow, SipSettings settings, (string Key, string ToTag) names)
        : base(request, flow, names.Key)
    {
        _settings = settings;
        _toTag = names.ToTag;
        AnswerFlow = SipAnswers.FlowOf(request, flow);
        State = IsInvite ? SipTransactionState.Proceeding : SipTransactionState.Trying;
        ResendAt = IsInvite ? now + TryingDelay : Instant.Never;
        _trying = IsInvite;
    }

    /// <summary>The tag our answers carry in To unless the request had one.</summary>
    public string ToTag => Request.ToTag ?? _toTag;

    /// <summary>A final response was sent.</summary>
    public bool IsAnswered => State is not (SipTransactionState.Trying or SipTransactionState.Proceeding);

    internal SipFlow AnswerFlow { get; private set; }

    internal SipMessage? Last => _last;

    /// <summary>Begins a response to the request with its Via, tags and numbers.</summary>
    public SipBuilder Answer(int status, string? reason = null) => SipBuilder.ResponseTo(Request, status, reason, _toTag, Flow.Remote);

    internal void Respond(Instant now, SipMessage response, SipStack stack)
    {
        var mayRepeat = IsInvite && State == SipTransactionState.Accepted && response.IsSuccess;
        if (IsAnswered && !mayRepeat)
        {
            return;
        }

        _last = response;
        stack.Transmit(AnswerFlow, response);
        if (mayRepeat)
        {
            return;
        }

        ResendAt = Instant.Never;
        _trying = false;
        if (!response.IsFinal)
        {
            State = SipTransactionState.Proceeding;
        }
        else if (IsInvite)
        {
            FinishInvite(now, response);
        }
        else
        {
            State = SipTransactionState.Completed;
            EndAfter(now, Flow.Transport.IsReliable() ? TimeSpan.Zero : _settings.T1Times64);
        }
    }

    /// <summary>The request came again: what was said last is said again, in Accepted nothing (RFC 6026 section 7.1).</summary>
    internal void Repeat(SipStack stack)
    {
        if (_last is not null && State is SipTransactionState.Proceeding or SipTransactionState.Completed)
        {
            stack.Transmit(AnswerFlow, _last!);
        }
    }

    /// <summary>False when the ACK is for who answered with 2xx.</summary>
    internal bool TakeAck(Instant now)
    {
        if (State == SipTransactionState.Completed)
        {
            State = SipTransactionState.Confirmed;
            EndAfter(now, Flow.Transport.IsReliable() ? TimeSpan.Zero : _settings.T4);
            return true;
        }

        return State == SipTransactionState.Confirmed;
    }

    /// <summary>The connection is gone: what is still to be said goes to the sent-by port on a new one (section 18.2.2).</summary>
    internal void Fail()
    {
        AnswerFlow = SipAnswers.NewFlow(Request, Flow);
        if (Flow.Transport is SipTransport.Ws or SipTransport.Wss)
        {
            Terminate();
        }
    }

    internal override void Tick(Instant now, SipStack stack)
    {
        if (now >= EndAt)
        {
            var unacknowledged = IsInvite && State == SipTransactionState.Completed;
            Terminate();
            if (unacknowledged)
            {
                stack.Emit(new SipAckMissing(this));
            }
        }
        else if (now >= ResendAt && _trying)
        {
            _trying = false;
            ResendAt = Instant.Never;
            _last = Answer(100).Build();
            stack.Transmit(AnswerFlow, _last);
        }
        else if (now >= ResendAt)
        {
            stack.Transmit(AnswerFlow, _last!);
            Interval = Interval * 2 > _settings.T2 ? _settings.T2 : Interval * 2;
            ResendAt = now + Interval;
        }
    }

    private void FinishInvite(Instant now, SipMessage response)
    {
        EndAt = now + _settings.T1Times64;
        if (response.IsSuccess)
        {
            State = SipTransactionState.Accepted;
            return;
        }

        State = SipTransactionState.Completed;
        Interval = _settings.T1;
        ResendAt = Flow.Transport.IsReliable() ? Instant.Never : now + Interval;
    }
}
