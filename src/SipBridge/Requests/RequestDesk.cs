using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>Requests outside of calls: who may ask at all, and the answers that need no room.</summary>
internal sealed class RequestDesk(SipBridgeSettings settings, DialDesk dial, AccountDesk accounts, OwnNames names)
{
    private readonly SourceRates _rates = new();
    private readonly SourceRates _refusals = new();

    /// <summary>Asked before anything is kept of a request (attack TS-02): limit L11 for who is not a named peer.</summary>
    public SipFault? Refuse(Instant now, SipMessage request, SipFlow flow)
    {
        if (request.Method == SipMethod.Invite && dial.IsLoop(request))
            return new SipFault(482, SipReasons.Of(482));
        if (settings.Trusts(flow) || _rates.TryTake(now, flow.Remote))
            return accounts.Judge(now, request, flow);
        return _refusals.TryTake(now, flow.Remote)
            ? new SipFault(503, "Service Unavailable") { Headers = [("Retry-After", "5")] }
            : new SipFault(0, ""); // then silence: an answer to each would make us an amplifier
    }

    public void Answer(Instant now, SipUserAgent agent, SipServerTransaction asked)
    {
        switch (asked.Request.Method)
        {
            case SipMethod.Options when !IsHere(asked):
                agent.Respond(now, asked, 404);
                break;
            case SipMethod.Options:
                agent.Respond(now, asked, agent.Capabilities(asked));
                break;
            case SipMethod.Notify:
                agent.Respond(now, asked, 481);
                break;
            default:
                agent.Respond(now, asked, 403); // from strangers nothing is relayed (attack TS-06)
                break;
        }
    }

    /// <summary>The server itself, what can be a room, or an account (section 6.4).</summary>
    private bool IsHere(SipServerTransaction asked) =>
        SipUri.TryParse(asked.Request.RequestUri, out var uri)
        && (uri.User is null || DialPlan.TryFindRoom(asked.Request.RequestUri, host => names.IsOurs(host, asked.Flow), out _)
            || accounts.AccountAt(uri, asked.Flow) is not null || DialPlan.IsFor(asked.Request.RequestUri, settings.AccessNumbers));
}
