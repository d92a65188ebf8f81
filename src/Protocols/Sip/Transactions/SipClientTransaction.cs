namespace Sylk.Conference.Protocols.Sip;

/// <summary>The client machines: INVITE (RFC 3261 section 17.1.1, RFC 6026 section 7.2) and all others (section 17.1.2).</summary>
public sealed class SipClientTransaction : SipTransaction
{
    private readonly SipSettings _settings;
    private SipMessage? _ack;
    private SipBuilder? _cancel;
    private SipMessage? _datagram;

    internal SipClientTransaction(SipMessage request, SipFlow flow, SipSettings settings, SipMessage? datagram)
        : base(request, flow, KeyOf(request.TopVia!, request.Method))
    {
        _settings = settings;
        _datagram = datagram;
    }

    /// <summary>A CANCEL was asked for; it goes out when a provisional response has come (section 9.1).</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>It was too long for a datagram, but no stream was to be had.</summary>
    internal bool HasFallenBack { get; private set; }

    internal static string KeyOf(SipVia via, string method) => $"{via.Branch}\0{method}";

    internal void Start(Instant now, SipStack stack)
    {
        Interval = _settings.T1;
        ResendAt = Flow.Transport.IsReliable() ? Instant.Never : now + Interval;
        EndAt = now + _settings.T1Times64;
        stack.Transmit(Flow, Request);
    }

    internal override void Tick(Instant now, SipStack stack)
    {
        if (now >= EndAt)
        {
            var unanswered = State is SipTransactionState.Trying or SipTransactionState.Proceeding;
            Terminate();
            if (unanswered)
            {
                stack.Emit(new SipTransactionFailed(this, 408));
            }
        }
        else if (now >= ResendAt)
        {
            stack.Transmit(Flow, Request);
            Interval = State == SipTransactionState.Proceeding ? _settings.T2
                : !IsInvite && Interval * 2 > _settings.T2 ? _settings.T2 : Interval * 2;
            ResendAt = now + Interval;
        }
    }

    internal void Receive(Instant now, SipMessage response, SipStack stack)
    {
        if (State is SipTransactionState.Trying or SipTransactionState.Proceeding)
        {
            if (!response.IsFinal)
            {
                Proceed(now, stack);
            }
            else if (IsInvite)
            {
                FinishInvite(now, response, stack);
            }
            else
            {
                State = SipTransactionState.Completed;
                EndAfter(now, Flow.Transport.IsReliable() ? TimeSpan.Zero : _settings.T4);
            }

            stack.Emit(new SipResponseReceived(this, response));
        }
        else if (IsInvite && State == SipTransactionState.Completed && response.Status >= 300)
        {
            stack.Transmit(Flow, _ack!);
        }
        else if (IsInvite && State == SipTransactionState.Accepted && response.IsSuccess)
        {
            stack.Emit(new SipResponseReceived(this, response));
        }
    }

    /// <summary>503 as RFC 3261 section 17.1.4 has it, unless a datagram may do where the stream did not (section 18.1.1).</summary>
    internal void Fail(Instant now, SipStack stack)
    {
        if (State == SipTransactionState.Trying && _datagram is { } datagram)
        {
            _datagram = null;
            HasFallenBack = true;
            Request = datagram;
            Flow = Flow with { Transport = SipTransport.Udp, Connection = 0 };
            Start(now, stack);
            return;
        }

        var unanswered = State is SipTransactionState.Trying or SipTransactionState.Proceeding;
        Terminate();
        if (unanswered)
        {
            stack.Emit(new SipTransactionFailed(this, 503));
        }
    }

    internal void Cancel(Instant now, SipStack stack, IReadOnlyList<(string Name, string Value)> headers)
    {
        if (IsCancelled || !IsInvite || State is not (SipTransactionState.Trying or SipTransactionState.Proceeding))
        {
            return;
        }

        IsCancelled = true;
        _cancel = SipHopRequests.Cancel(Request).AddAll(headers);
        if (State == SipTransactionState.Proceeding)
        {
            SendCancel(now, stack);
        }
    }

    private void Proceed(Instant now, SipStack stack)
    {
        State = SipTransactionState.Proceeding;
        if (IsInvite)
        {
            ResendAt = Instant.Never;
            EndAt = _cancel is null && IsCancelled ? EndAt : Instant.Never;
            SendCancel(now, stack);
        }
        else if (!Flow.Transport.IsReliable())
        {
            Interval = _settings.T2;
            ResendAt = now + Interval;
        }
    }

    private void FinishInvite(Instant now, SipMessage response, SipStack stack)
    {
        if (response.IsSuccess)
        {
            State = SipTransactionState.Accepted;
            EndAfter(now, _settings.T1Times64);
            return;
        }

        State = SipTransactionState.Completed;
        _ack = SipHopRequests.Ack(Request, response).Build();
        stack.Transmit(Flow, _ack);
        EndAfter(now, Flow.Transport.IsReliable() ? TimeSpan.Zero : _settings.TimerD);
    }

    /// <summary>After a CANCEL the final response must come within 64·T1 or never (section 9.1).</summary>
    private void SendCancel(Instant now, SipStack stack)
    {
        if (_cancel is { } cancel)
        {
            _cancel = null;
            EndAt = now + _settings.T1Times64;
            stack.Start(now, new SipClientTransaction(cancel.Build(), Flow, _settings, null));
        }
    }
}
