namespace Sylk.Conference.Protocols.Sip;

/// <summary>Requests that belong to another one and share its branch.</summary>
internal static class SipHopRequests
{
    /// <summary>The ACK of a refused INVITE (RFC 3261 section 17.1.1.3).</summary>
    public static SipBuilder Ack(SipMessage invite, SipMessage response) =>
        Like(invite, SipMethod.Ack).Set(SipHeader.To, response.First(SipHeader.To) ?? invite.First(SipHeader.To)!);

    /// <summary>A CANCEL (section 9.1): no Require, no body, To as it was.</summary>
    public static SipBuilder Cancel(SipMessage invite) => Like(invite, SipMethod.Cancel);

    private static SipBuilder Like(SipMessage invite, string method) => SipBuilder.Request(method, invite.RequestUri)
        .Add(SipHeader.Via, invite.TopVia!.ToString())
        .Add(SipHeader.MaxForwards, "70")
        .Copy(invite, SipHeader.Route)
        .Copy(invite, SipHeader.From)
        .Copy(invite, SipHeader.To)
        .Copy(invite, SipHeader.CallId)
        .Add(SipHeader.CSeq, $"{invite.CSeq!.Value.Number} {method}");
}
