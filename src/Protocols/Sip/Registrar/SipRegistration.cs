using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

public enum SipRegistrationState : byte { Unregistered, Trying, Registered, Failed }

/// <summary>Our own registration with an operator (section 6.3 of the plan). The owner gives it its answers and calls it when due.</summary>
/// <param name="agent">Sends for it.</param>
/// <param name="account">Who, where, and by which Contact.</param>
/// <param name="credentials">Answers challenges, or null.</param>
public sealed class SipRegistration(SipUserAgent agent, SipRegistrationAccount account, SipCredentials? credentials)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1800);
    private readonly string _callId = agent.Stack.Ids.CallId();
    private readonly string _tag = agent.Stack.Ids.Tag();
    private uint _sequence;
    private uint _expires = account.Expires;
    private int _failures;
    private bool _leaving;

    public SipRegistrationState State { get; private set; }

    /// <summary>The last refusal; 0 when there is none.</summary>
    public int Status { get; private set; }

    /// <summary>Routes for requests of this account (RFC 3608).</summary>
    public IReadOnlyList<string> ServiceRoute { get; private set; } = [];

    /// <summary>When <see cref="Tick"/> has something to do.</summary>
    public Instant Deadline { get; private set; } = Instant.Never;

    /// <summary>Registers, or does so again at once when the way changed.</summary>
    public void Start(Instant now)
    {
        _leaving = false;
        State = SipRegistrationState.Trying;
        Deadline = Instant.Never;
        Send(now, []);
    }

    /// <summary>Takes the binding away (clean shutdown).</summary>
    public void Stop(Instant now)
    {
        _leaving = true;
        Deadline = Instant.Never;
        Send(now, []);
    }

    public void Tick(Instant now)
    {
        if (now >= Deadline)
        {
            Start(now);
        }
    }

    /// <summary>Takes the answer whose owner is this registration.</summary>
    public void Take(Instant now, SipAnswerArrived answer)
    {
        if (answer.Response is { Status: 401 or 407 } challenge && credentials?.Answer(answer.Transaction.Request, challenge) is { } headers)
        {
            Send(now, headers);
        }
        else if (answer.Status == 423 && answer.Response?.Number(SipHeader.MinExpires) is { } least && least > _expires && least <= 86_400)
        {
            _expires = least;
            Send(now, []);
        }
        else if (answer.Response is { IsSuccess: true } granted)
        {
            TakeGrant(now, granted);
        }
        else
        {
            Fail(now, answer.Status);
        }
    }

    private void TakeGrant(Instant now, SipMessage response)
    {
        Status = 0;
        _failures = 0;
        State = _leaving ? SipRegistrationState.Unregistered : SipRegistrationState.Registered;
        ServiceRoute = response.List(SipHeader.ServiceRoute);
        if (_leaving)
        {
            return;
        }

        var granted = response.TryGetAddresses(SipHeader.Contact, out var contacts)
            ? contacts.FirstOrDefault(contact => SipNameAddress.TryParse(account.Contact, out var ours) && contact.Uri.IsSame(ours.Uri))?.Parameters["expires"]
            : null;
        var seconds = granted is not null && SipText.TryReadNumber(granted, out var number) ? number : response.Number(SipHeader.Expires) ?? _expires;

        // 80 to 90 % of what was granted, so that a thousand accounts do not come back in the same second.
        Deadline = now + (TimeSpan.FromSeconds(Math.Max(seconds, 30)) * (0.8 + (agent.Stack.Ids.Number(1001) / 10_000.0)));
    }

    private void Fail(Instant now, int status)
    {
        Status = status;
        State = _leaving ? SipRegistrationState.Unregistered : SipRegistrationState.Failed;
        if (_leaving)
        {
            return;
        }

        // RFC 5626 section 4.5: doubling, and half to all of it.
        var wait = FirstWait * Math.Pow(2, Math.Min(_failures++, 10));
        wait = wait > LongestWait ? LongestWait : wait;
        Deadline = now + (wait * (0.5 + (agent.Stack.Ids.Number(5001) / 10_000.0)));
    }

    private void Send(Instant now, IReadOnlyList<(string Name, string Value)> more)
    {
        var request = SipBuilder.Request(SipMethod.Register, account.Registrar.ForRequest())
            .Add(SipHeader.From, account.Address.WithTag(_tag).ToString())
            .Add(SipHeader.To, account.Address.ToString())
            .Add(SipHeader.CallId, _callId)
            .Add(SipHeader.CSeq, string.Create(CultureInfo.InvariantCulture, $"{++_sequence} {SipMethod.Register}"))
            .Add(SipHeader.Contact, account.Contact)
            .Add(SipHeader.Expires, (_leaving ? 0 : _expires).ToString(CultureInfo.InvariantCulture))
            .Add(SipHeader.Supported, "path, outbound, gruu");
        agent.Send(now, request.AddAll(more), account.Flow, this);
    }
}

/// <summary>An account at an operator.</summary>
/// <param name="Registrar">The Request-URI, <c>sip:operator.example</c>.</param>
/// <param name="Address">The address of record.</param>
/// <param name="Contact">Our Contact value.</param>
/// <param name="Flow">The next hop, resolved.</param>
/// <param name="Expires">Seconds asked for.</param>
public sealed record SipRegistrationAccount(SipUri Registrar, SipNameAddress Address, string Contact, SipFlow Flow, uint Expires = 600);
