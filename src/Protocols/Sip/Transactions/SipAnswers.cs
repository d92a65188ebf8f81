namespace Sylk.Conference.Protocols.Sip;

/// <summary>Where responses go (RFC 3261 section 18.2.2, RFC 3581 section 4). maddr is not honoured: it would send us anywhere (TS-15).</summary>
internal static class SipAnswers
{
    public static SipFlow FlowOf(SipMessage request, SipFlow flow)
    {
        if (flow.Transport.IsReliable() || request.TopVia is not { WantsPort: false } via)
        {
            return flow;
        }

        return flow with { Remote = flow.Remote with { Port = PortOf(via, flow) } };
    }

    /// <summary>The connection is gone: a new one to where it came from, at the port it says it listens on.</summary>
    public static SipFlow NewFlow(SipMessage request, SipFlow flow) =>
        flow with { Connection = 0, Remote = flow.Remote with { Port = request.TopVia is { } via ? PortOf(via, flow) : flow.Remote.Port } };

    private static ushort PortOf(SipVia via, SipFlow flow) => via.Port == 0 ? flow.Transport.DefaultPort() : (ushort)via.Port;
}
