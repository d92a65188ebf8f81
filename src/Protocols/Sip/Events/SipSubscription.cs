using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>Somebody's subscription to us: the notifier's side (RFC 6665 section 4.2), also the implicit one of REFER (RFC 3515).</summary>
public sealed class SipSubscription : ISipUsage
{
    private readonly SipUserAgent _agent;
    private readonly SipEventRules _rules;
    private readonly string _event;
    private Instant _expiresAt;
    private bool _over;
    private bool _takesNoStreams;

    private SipSubscription(SipUserAgent agent, SipServerTransaction request, SipDialog dialog, SipEventRules rules)
    {
        _agent = agent;
        _rules = rules;
        Dialog = dialog;
        var isRefer = request.Request.Method == SipMethod.Refer;
        _event = isRefer ? $"refer;id={request.Request.CSeq!.Value.Number}" : request.Request.First(SipHeader.Event) ?? "";
        Request = request.Request;
    }

    public object? Owner { get; set; }

    /// <summary>The SUBSCRIBE or REFER it began with.</summary>
    public SipMessage Request { get; }

    public SipDialog Dialog { get; }

    public string Package => SipEventRules.PackageOf(Request) is { Length: > 0 } package ? package : "refer";

    public Instant ExpiresAt => _expiresAt;

    /// <summary>Nothing is sent any more.</summary>
    public bool IsOver => _over;

    Instant ISipUsage.Deadline => _over ? Instant.Never : _expiresAt;

    /// <summary>Accepts: 200 for SUBSCRIBE, 202 for REFER. Send the first NOTIFY at once. Null when the request has no Contact; it is answered with 400.</summary>
    public static SipSubscription? Accept(SipUserAgent agent, Instant now, SipServerTransaction request, SipEventRules rules)
    {
        var response = request.Answer(request.Request.Method == SipMethod.Refer ? 202 : 200).Add(SipHeader.Contact, agent.ContactFor(request.Flow));
        if (SipDialog.FromRequest(request.Request, request.ToTag, request.Flow) is not { } dialog)
        {
            agent.Respond(now, request, 400);
            return null;
        }

        var seconds = rules.Grant(request.Request);
        var subscription = new SipSubscription(agent, request, dialog, rules)
        {
            // A fetch lives until its one NOTIFY is sent, or for a moment.
            _expiresAt = now + TimeSpan.FromSeconds(Math.Max(seconds, 32)),
        };
        dialog.Contact = agent.ContactFor(request.Flow);
        response.Copy(request.Request, SipHeader.RecordRoute);
        if (request.Request.Method == SipMethod.Subscribe)
        {
            response.Add(SipHeader.Expires, Text(seconds));
        }

        agent.Respond(now, request, response);
        agent.Add(SipUserAgent.Key(dialog.CallId, dialog.LocalTag), subscription);
        agent.Watch(subscription);
        return subscription;
    }

    /// <summary>
    /// Accepts a SUBSCRIBE or REFER inside a call: the subscription shares the call's dialog, whose requests go on being the call's. Further
    /// ones of the same package are given to <see cref="Renew"/>; the call's end is not its end.
    /// </summary>
    public static SipSubscription? Accept(SipUserAgent agent, Instant now, SipServerTransaction request, SipEventRules rules, SipCall call)
    {
        if (call.Dialog is not { } dialog)
        {
            agent.Respond(now, request, 481);
            return null;
        }

        var subscription = new SipSubscription(agent, request, dialog, rules);
        subscription.Grant(now, request);
        agent.Watch(subscription);
        return subscription;
    }

    /// <summary>Sends the state; false when the subscription is over.</summary>
    /// <param name="now">The instant of the call.</param>
    /// <param name="contentType">Of the body.</param>
    /// <param name="body">May be empty.</param>
    /// <param name="isPending">It is not decided whether they may know the state.</param>
    /// <param name="datagram">A shorter body for a subscriber that only datagrams reach, where <paramref name="body"/> is too long for one.</param>
    public bool Notify(Instant now, string contentType, ReadOnlyMemory<byte> body, bool isPending = false, ReadOnlyMemory<byte> datagram = default)
    {
        var left = Math.Max(0, (long)Math.Ceiling((_expiresAt - now).TotalSeconds));
        return Send(now, string.Create(CultureInfo.InvariantCulture, $"{(isPending ? "pending" : "active")};expires={left}"), contentType, body, datagram);
    }

    /// <summary>Sends the last state and ends.</summary>
    /// <param name="now">The instant of the call.</param>
    /// <param name="reason">deactivated, probation, rejected, timeout, giveup, noresource or invariant (RFC 6665 section 4.1.3).</param>
    /// <param name="contentType">Of the body.</param>
    /// <param name="body">May be empty.</param>
    /// <param name="datagram">As in <see cref="Notify"/>.</param>
    public bool Terminate(Instant now, string reason, string contentType = "", ReadOnlyMemory<byte> body = default, ReadOnlyMemory<byte> datagram = default)
    {
        var sent = Send(now, $"terminated;reason={reason}", contentType, body, datagram);
        Finish();
        return sent;
    }

    void ISipUsage.Tick(Instant now)
    {
        if (!_over && now >= _expiresAt)
        {
            Terminate(now, "timeout");
            _agent.Emit(new SipSubscriptionEnded(this, "timeout"));
        }
    }

    void ISipUsage.TakeRequest(Instant now, SipServerTransaction transaction)
    {
        var request = transaction.Request;
        if (Dialog.Take(request) is { } fault)
        {
            _agent.Stack.Respond(now, transaction, fault.Status, fault.Reason);
        }
        else if (request.Method != SipMethod.Subscribe)
        {
            _agent.Stack.Respond(now, transaction, 481);
        }
        else
        {
            Dialog.Flow = transaction.Flow;
            Renew(now, transaction);
        }
    }

    /// <summary>Answers a SUBSCRIBE that prolongs this subscription, or ends it; <see cref="SipSubscriptionRefreshed"/> follows.</summary>
    public void Renew(Instant now, SipServerTransaction transaction)
    {
        if (transaction.Request.Number(SipHeader.Expires) is > 0 and var asked && asked < _rules.MinExpires)
        {
            _agent.Respond(now, transaction, transaction.Answer(423).Add(SipHeader.MinExpires, Text(_rules.MinExpires)));
            return;
        }

        Dialog.Refresh(transaction.Request);
        var seconds = Grant(now, transaction);
        _agent.Watch(this);
        _agent.Emit(new SipSubscriptionRefreshed(this, IsLast: seconds == 0));
    }

    void ISipUsage.TakeAck(Instant now, SipMessage ack)
    {
    }

    /// <summary>A subscriber that is not there is forgotten (section 4.2.2).</summary>
    void ISipUsage.TakeResponse(Instant now, SipClientTransaction transaction, int status, SipMessage? response)
    {
        _takesNoStreams |= transaction.HasFallenBack;
        if (!_over && status is 404 or 405 or 408 or 410 or 416 or 480 or 481 or 482 or 483 or 484 or 485 or 489 or 501 or 503 or 604)
        {
            Finish();
            _agent.Emit(new SipSubscriptionEnded(this, "noresource"));
        }
    }

    /// <summary>200 with the seconds granted, 202 for a REFER (RFC 3515 section 2.4.2). A fetch lives until its one NOTIFY is sent, or for a moment.</summary>
    private uint Grant(Instant now, SipServerTransaction transaction)
    {
        var seconds = _rules.Grant(transaction.Request);
        _expiresAt = now + TimeSpan.FromSeconds(Math.Max(seconds, 32));
        var isRefer = transaction.Request.Method == SipMethod.Refer;
        var answer = transaction.Answer(isRefer ? 202 : 200).Add(SipHeader.Contact, ContactOf(transaction));
        _agent.Respond(now, transaction, isRefer ? answer : answer.Add(SipHeader.Expires, Text(seconds)));
        return seconds;
    }

    private string ContactOf(SipServerTransaction transaction) => Dialog.Contact.Length > 0 ? Dialog.Contact : _agent.ContactFor(transaction.Flow);

    private bool Send(Instant now, string state, string contentType, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> datagram = default)
    {
        if (_over)
        {
            return false;
        }

        var contact = Dialog.Contact.Length > 0 ? Dialog.Contact : _agent.ContactFor(Dialog.Flow);
        var notify = Dialog.Request(SipMethod.Notify).Add(SipHeader.Contact, contact).AddTheirs(SipHeader.Event, _event).Add(SipHeader.SubscriptionState, state);
        var shorter = datagram.IsEmpty ? null : notify.Clone().Body(contentType, datagram);
        var flow = _agent.NextHop(Dialog.NextHop, Dialog.Flow);
        notify.Body(contentType, body);
        if (flow.Transport == SipTransport.Udp && (_takesNoStreams || SipText.Same(Dialog.Target.Transport, "udp")))
        {
            _agent.Stack.SendDatagram(now, shorter ?? notify, flow, this);
        }
        else
        {
            _agent.Stack.Send(now, notify, flow, this, shorter);
        }

        return true;
    }

    private void Finish()
    {
        _over = true;
        _agent.Forget(this);
    }

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
