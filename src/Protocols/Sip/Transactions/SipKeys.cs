namespace Sylk.Conference.Protocols.Sip;

/// <summary>What tells transactions apart (RFC 3261 section 17.2.3, rules SIP-TX-1 and SIP-TX-3).</summary>
internal static class SipKeys
{
    /// <param name="request">The request.</param>
    /// <param name="method">Whose transaction is looked for: that of INVITE for ACK and CANCEL.</param>
    public static string Server(SipMessage request, string method)
    {
        method = method == SipMethod.Ack ? SipMethod.Invite : method;
        var via = request.TopVia!;
        if (via.HasUniqueBranch)
        {
            return $"{via.Branch}\0{via.SentBy}\0{method}";
        }

        // RFC 2543: no branch to trust. The To tag of an ACK is that of the response and is looked at by the caller.
        var toTag = request.Method == SipMethod.Ack ? null : request.ToTag;
        return $"\0{request.RequestUri}\0{toTag}\0{request.FromTag}\0{request.CallId}\0{request.CSeq!.Value.Number}\0{via}\0{method}";
    }

    /// <summary>The same request that came another way (section 8.2.2.2).</summary>
    public static string Merged(SipMessage request) => $"{request.FromTag}\0{request.CallId}\0{request.CSeq}";
}
