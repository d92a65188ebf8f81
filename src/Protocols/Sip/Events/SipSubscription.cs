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

    /// <summary>Sends the state; false when the subscription is over.</summary>
    public bool Notify(Instant now, string contentType, ReadOnlyMemory<byte> body, bool isPending = false)
    {
        var left = Math.Max(0, (long)Math.Ceiling((_expiresAt - now).TotalSeconds));
        return Send(now, string.Create(CultureInfo.InvariantCulture, $"{(isPending ? "pending" : "active")};expires={left}"), contentType, body);
    }

    /// <summary>Sends the last state and ends.</summary>
    /// <param name="now">The instant of the call.</param>
    /// <param name="reason">deactivated, probation, rejected, timeout, giveup, noresource or invariant (RFC 6665 section 4.1.3).</param>
    /// <param name="contentType">Of the body.</param>
    /// <param name="body">May be empty.</param>
    public bool Terminate(Instant now, string reason, string contentType = "", ReadOnlyMemory<byte> body = default)
    {
        var sent = Send(now, $"terminated;reason={reason}", contentType, body);
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
        else if (request.Number(SipHeader.Expires) is > 0 and var asked && asked < _rules.MinExpires)
        {
            _agent.Respond(now, transaction, transaction.Answer(423).Add(SipHeader.MinExpires, Text(_rules.MinExpires)));
        }
        else
        {
            var seconds = _rules.Grant(request);
            Dialog.Flow = transaction.Flow;
            Dialog.Refresh(request);
            _expiresAt = now + TimeSpan.FromSeconds(Math.Max(seconds, 32));
            _agent.Respond(now, transaction, transaction.Answer(200).Add(SipHeader.Contact, Dialog.Contact).Add(SipHeader.Expires, Text(seconds)));
            _agent.Emit(new SipSubscriptionRefreshed(this, IsLast: seconds == 0));
        }
    }

    void ISipUsage.TakeAck(Instant now, SipMessage ack)
    {
    }

    /// <summary>A subscriber that is not there is forgotten (section 4.2.2).</summary>
    void ISipUsage.TakeResponse(Instant now, SipClientTransaction transaction, int status, SipMessage? response)
    {
        if (!_over && status is 404 or 405 or 408 or 410 or 416 or 480 or 481 or 482 or 483 or 484 or 485 or 489 or 501 or 503 or 604)
        {
            Finish();
            _agent.Emit(new SipSubscriptionEnded(this, "noresource"));
        }
    }

    private bool Send(Instant now, string state, string contentType, ReadOnlyMemory<byte> body)
    {
        if (_over)
        {
            return false;
        }

        var notify = Dialog.Request(SipMethod.Notify).Add(SipHeader.Contact, Dialog.Contact).AddTheirs(SipHeader.Event, _event)
            .Add(SipHeader.SubscriptionState, state).Body(contentType, body);
        _agent.Stack.Send(now, notify, _agent.NextHop(Dialog.NextHop, Dialog.Flow), this);
        return true;
    }

    private void Finish()
    {
        _over = true;
        _agent.Forget(this);
    }

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
