using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>Requests outside of calls: who may ask at all, and the answers that need no room.</summary>
internal sealed class RequestDesk(SipBridgeSettings settings, DialDesk dial, AccountDesk accounts)
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

    public static void Answer(Instant now, SipUserAgent agent, SipServerTransaction asked)
    {
        switch (asked.Request.Method)
        {
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
}
