using System.Globalization;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>The state two ends share (RFC 3261 section 12): identifiers, sequence numbers, the route set and where the other end is.</summary>
public sealed class SipDialog
{
    private SipDialog(string callId, SipNameAddress local, SipNameAddress remote, SipUri target, IReadOnlyList<string> routes)
    {
        CallId = callId;
        Local = local;
        Remote = remote;
        Target = target;
        Routes = routes;
    }

    public string CallId { get; }

    /// <summary>Our address with our tag.</summary>
    public SipNameAddress Local { get; }

    /// <summary>Theirs with their tag; RFC 2543 ends have none.</summary>
    public SipNameAddress Remote { get; }

    public string LocalTag => Local.Tag ?? "";

    public string RemoteTag => Remote.Tag ?? "";

    /// <summary>Their Contact, as last heard.</summary>
    public SipUri Target { get; private set; }

    public IReadOnlyList<string> Routes { get; }

    public bool IsConfirmed { get; internal set; }

    /// <summary>The CSeq number of our last request; 0 before the first.</summary>
    public uint LocalSequence { get; internal set; }

    /// <summary>The CSeq number of their last request.</summary>
    public uint? RemoteSequence { get; private set; }

    /// <summary>The flow their last message came on.</summary>
    public SipFlow Flow { get; internal set; }

    /// <summary>Our Contact header, written into requests and responses that refresh the target.</summary>
    public string Contact { get; internal set; } = "";

    /// <summary>What our next request would travel to: the first route, or the target.</summary>
    public SipUri NextHop => Routes.Count > 0 && SipNameAddress.TryParse(Routes[0], out var route) ? route.Uri : Target;

    /// <summary>The UAS side (section 12.1.1); null without a usable Contact.</summary>
    public static SipDialog? FromRequest(SipMessage request, string localTag, SipFlow flow)
    {
        if (request.Address(SipHeader.Contact) is not { Uri.IsSip: true } contact)
        {
            return null;
        }

        return new SipDialog(request.CallId!, request.To!.WithTag(localTag), request.From!, contact.Uri, request.List(SipHeader.RecordRoute))
        {
            RemoteSequence = request.CSeq!.Value.Number,
            Flow = flow,
        };
    }

    /// <summary>The UAC side (section 12.1.2): the route set turned round; null without tag or usable Contact.</summary>
    public static SipDialog? FromResponse(SipMessage request, SipMessage response, SipFlow flow)
    {
        if (response.ToTag is null || response.Address(SipHeader.Contact) is not { Uri.IsSip: true } contact)
        {
            return null;
        }

        return new SipDialog(response.CallId!, request.From!, response.To!, contact.Uri, [.. response.List(SipHeader.RecordRoute).Reverse()])
        {
            LocalSequence = request.CSeq!.Value.Number,
            Flow = flow,
            Contact = request.First(SipHeader.Contact) ?? "",
        };
    }

    /// <summary>Whether this message, sent by the other end, belongs here.</summary>
    public bool Owns(SipMessage message) => message.IsRequest
        ? message.CallId == CallId && message.ToTag == LocalTag && (message.FromTag ?? "") == RemoteTag
        : message.CallId == CallId && message.FromTag == LocalTag && (message.ToTag ?? "") == RemoteTag;

    /// <summary>Begins our next request.</summary>
    public SipBuilder Request(string method) => Build(method, ++LocalSequence);

    /// <summary>The ACK of a 2xx: the number of its INVITE (section 13.2.2.4).</summary>
    public SipBuilder Ack(uint sequence) => Build(SipMethod.Ack, sequence);

    /// <summary>Order of their requests (section 12.2.2): a lower number is answered with 500, the same one with another branch too.</summary>
    public SipFault? Take(SipMessage request)
    {
        var number = request.CSeq!.Value.Number;
        if (number <= RemoteSequence)
        {
            return new SipFault(500, "CSeq Out Of Order");
        }

        RemoteSequence = number;
        return null;
    }

    /// <summary>A target-refresh request or its 2xx moves the target (section 12.2).</summary>
    public void Refresh(SipMessage message)
    {
        if (message.Address(SipHeader.Contact) is { Uri.IsSip: true } contact)
        {
            Target = contact.Uri;
        }
    }

    /// <summary>The dialog was made from a NOTIFY that is still to be taken.</summary>
    internal void ForgetSequence() => RemoteSequence = null;

    /// <summary>The route set of a 2xx is the dialog's, whatever earlier responses said (section 13.2.2.4).</summary>
    internal SipDialog WithRoutesOf(SipMessage response, SipFlow flow)
    {
        var target = response.Address(SipHeader.Contact) is { Uri.IsSip: true } contact ? contact.Uri : Target;
        return new SipDialog(CallId, Local, Remote, target, [.. response.List(SipHeader.RecordRoute).Reverse()])
        {
            LocalSequence = LocalSequence,
            RemoteSequence = RemoteSequence,
            Flow = flow,
            Contact = Contact,
            IsConfirmed = true,
        };
    }

    /// <summary>With loose routes the target is the Request-URI; a strict first hop takes its place (section 12.2.1.1).</summary>
    private SipBuilder Build(string method, uint sequence)
    {
        var strict = Routes.Count > 0 && SipNameAddress.TryParse(Routes[0], out var first) && !first.Uri.IsLoose ? first.Uri : null;
        var request = SipBuilder.Request(method, (strict ?? Target).ForRequest());
        foreach (var route in strict is null ? Routes : [.. Routes.Skip(1), $"<{Target}>"])
        {
            request.AddTheirs(SipHeader.Route, route);
        }

        return request.AddTheirs(SipHeader.From, Local.ToString()).AddTheirs(SipHeader.To, Remote.ToString()).AddTheirs(SipHeader.CallId, CallId)
            .Add(SipHeader.CSeq, string.Create(CultureInfo.InvariantCulture, $"{sequence} {method}"));
    }
}
