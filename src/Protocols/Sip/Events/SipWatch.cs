using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>Our subscription to somebody: the subscriber's side (RFC 6665 section 4.1). Refreshes itself until stopped.</summary>
public sealed class SipWatch : ISipUsage
{
    private readonly SipUserAgent _agent;
    private readonly SipWatchTarget _target;
    private readonly SipBuilder _first;
    private SipDialog? _dialog;
    private SipMessage? _request;
    private Instant _refreshAt = Instant.Never;
    private Instant _giveUpAt = Instant.Never;
    private bool _over;

    private SipWatch(SipUserAgent agent, SipWatchTarget target, SipBuilder first)
    {
        _agent = agent;
        _target = target;
        _first = first;
    }

    public object? Owner { get; set; }

    public bool IsActive => !_over && _dialog is not null;

    Instant ISipUsage.Deadline => _over ? Instant.Never : Instant.Earlier(_refreshAt, _giveUpAt);

    /// <summary>Sends the first SUBSCRIBE.</summary>
    public static SipWatch Subscribe(SipUserAgent agent, Instant now, SipWatchTarget target)
    {
        var tag = agent.Stack.Ids.Tag();
        var callId = agent.Stack.Ids.CallId();
        var uri = target.Target.ForRequest();
        var first = SipBuilder.Request(SipMethod.Subscribe, uri).Add(SipHeader.From, target.From.WithTag(tag).ToString())
            .Add(SipHeader.To, $"<{uri}>").Add(SipHeader.CallId, callId).Add(SipHeader.CSeq, "1 SUBSCRIBE").Add(SipHeader.Accept, target.Accept);
        var watch = new SipWatch(agent, target, first);
        agent.Add(SipUserAgent.Key(callId, tag), watch);
        watch.Send(now, first);
        agent.Watch(watch);
        return watch;
    }

    /// <summary>Wants no more; the last NOTIFY still comes.</summary>
    public void Stop(Instant now)
    {
        if (_dialog is { } dialog && !_over)
        {
            _refreshAt = Instant.Never;
            _giveUpAt = now + _agent.Stack.Settings.T1Times64;
            Send(now, dialog.Request(SipMethod.Subscribe).Set(SipHeader.Expires, "0"));
            _agent.Watch(this);
        }
    }

    void ISipUsage.Tick(Instant now)
    {
        if (now >= _giveUpAt)
        {
            // Timer N: accepted, but nothing was ever told (section 4.1.2.4).
            End(408, "", null);
        }
        else if (now >= _refreshAt && _dialog is { } dialog)
        {
            _refreshAt = Instant.Never;
            Send(now, dialog.Request(SipMethod.Subscribe));
        }
    }

    void ISipUsage.TakeRequest(Instant now, SipServerTransaction transaction)
    {
        var notify = transaction.Request;
        var foreign = notify.Method != SipMethod.Notify || !SipText.Same(SipEventRules.PackageOf(notify), Bare(_target.Package));
        _dialog ??= foreign ? null : DialogOf(transaction);
        if (foreign || _dialog is null || _dialog.RemoteTag != notify.FromTag)
        {
            _agent.Stack.Respond(now, transaction, foreign ? 489 : 481);
            return;
        }

        if (_dialog.Take(notify) is { } fault)
        {
            _agent.Stack.Respond(now, transaction, fault.Status, fault.Reason);
            return;
        }

        _agent.Stack.Respond(now, transaction, 200);
        _dialog.Flow = transaction.Flow;
        _dialog.Refresh(notify);
        _agent.Emit(new SipNotified(this, notify));
        TakeState(now, notify.First(SipHeader.SubscriptionState) ?? "");
    }

    void ISipUsage.TakeAck(Instant now, SipMessage ack)
    {
    }

    void ISipUsage.TakeResponse(Instant now, SipClientTransaction transaction, int status, SipMessage? response)
    {
        if (status < 200 || _over)
        {
            return;
        }

        if (response is { IsSuccess: true })
        {
            _dialog ??= SipDialog.FromResponse(transaction.Request, response, transaction.Flow);
            Schedule(now, response.Number(SipHeader.Expires) ?? _target.Expires);
        }
        else if (response is { Status: 401 or 407 } && _agent.Credentials?.Invoke(transaction.Request, response) is { } headers)
        {
            var again = _dialog?.Request(SipMethod.Subscribe) ?? _first.Clone().Set(SipHeader.CSeq, string.Create(
                CultureInfo.InvariantCulture, $"{transaction.Request.CSeq!.Value.Number + 1} SUBSCRIBE"));
            Send(now, again.AddAll(headers));
        }
        else
        {
            End(status, "", response?.Number(SipHeader.RetryAfter));
        }
    }

    private void TakeState(Instant now, string value)
    {
        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        var parameters = semicolon >= 0 && SipParameters.TryParse(value.AsSpan(semicolon), lenient: true, out var read) ? read : SipParameters.None;
        _giveUpAt = Instant.Never;
        if (!SipText.Same((semicolon < 0 ? value : value[..semicolon]).Trim(), "terminated"))
        {
            Schedule(now, parameters["expires"] is { } text && SipText.TryReadNumber(text, out var left) ? left : _target.Expires);
            return;
        }

        var reason = parameters["reason"] ?? "";
        var after = parameters["retry-after"] is { } wait && SipText.TryReadNumber(wait, out var seconds) ? seconds : (uint?)null;
        End(200, reason, reason.ToLowerInvariant() switch
        {
            "deactivated" or "timeout" => 0,
            "rejected" or "noresource" or "invariant" => null,
            "probation" or "giveup" => after ?? 60,
            _ => after ?? 0,
        });
    }

    private void Schedule(Instant now, uint seconds)
    {
        if (seconds > 0 && _target.Expires > 0)
        {
            _refreshAt = now + (TimeSpan.FromSeconds(seconds) * 0.9);
        }
    }

    private SipDialog? DialogOf(SipServerTransaction notify)
    {
        var dialog = SipDialog.FromRequest(notify.Request, notify.Request.ToTag!, notify.Flow);
        if (dialog is not null)
        {
            dialog.LocalSequence = _request!.CSeq!.Value.Number;
            dialog.ForgetSequence();
        }

        return dialog;
    }

    private void Send(Instant now, SipBuilder request)
    {
        if (!request.Has(SipHeader.Expires))
        {
            request.Add(SipHeader.Expires, _target.Expires.ToString(CultureInfo.InvariantCulture));
        }

        if (_dialog is null)
        {
            _giveUpAt = now + _agent.Stack.Settings.T1Times64;
        }

        request.Set(SipHeader.Event, _target.Package).Set(SipHeader.Contact, _agent.ContactFor(_target.Flow));
        var flow = _dialog is null ? _target.Flow : _agent.NextHop(_dialog.NextHop, _dialog.Flow);
        _request = _agent.Stack.Send(now, request, flow, this).Request;
    }

    private void End(int status, string reason, uint? retryAfter)
    {
        _over = true;
        _agent.Forget(this);
        _agent.Emit(new SipWatchEnded(this, status, reason, retryAfter));
    }

    private static string Bare(string package)
    {
        var semicolon = package.IndexOf(';', StringComparison.Ordinal);
        return semicolon < 0 ? package : package[..semicolon];
    }
}

/// <summary>What we subscribe to.</summary>
/// <param name="Target">Request-URI and To.</param>
/// <param name="From">Who subscribes; the tag is added.</param>
/// <param name="Flow">The next hop, resolved.</param>
/// <param name="Package">The value of Event.</param>
/// <param name="Accept">The value of Accept.</param>
public sealed record SipWatchTarget(SipUri Target, SipNameAddress From, SipFlow Flow, string Package, string Accept)
{
    /// <summary>Seconds; 0 fetches once.</summary>
    public uint Expires { get; init; } = 3600;
}
