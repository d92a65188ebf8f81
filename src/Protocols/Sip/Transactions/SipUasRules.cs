namespace Sylk.Conference.Protocols.Sip;

/// <summary>What a UAS checks before it looks at who is called (RFC 3261 section 8.2), in the order of rule 5.2 of the plan.</summary>
public sealed record SipUasRules
{
    private static readonly string[] SessionTypes = [SipContentType.Sdp];

    /// <summary>Methods we answer; the value of Allow.</summary>
    public IReadOnlyList<string> Methods { get; init; } =
    [
        SipMethod.Invite, SipMethod.Ack, SipMethod.Bye, SipMethod.Cancel, SipMethod.Options, SipMethod.ProvisionalAck, SipMethod.Update,
        SipMethod.Info, SipMethod.Message, SipMethod.Subscribe, SipMethod.Notify, SipMethod.Refer,
    ];

    /// <summary>Option tags we know; the value of Supported.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = ["100rel", "timer", "replaces", "join", "norefersub", "gruu", "outbound", "path"];

    /// <summary>The value of Allow-Events.</summary>
    public IReadOnlyList<string> Events { get; init; } = ["conference", "refer"];

    /// <summary>Body types by method (rule SIP-BODY-4); a method that is not listed takes any.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Types { get; init; } = new Dictionary<string, IReadOnlyList<string>>
    {
        [SipMethod.Invite] = SessionTypes,
        [SipMethod.Update] = SessionTypes,
        [SipMethod.ProvisionalAck] = SessionTypes,
        [SipMethod.Message] =
        [
            "text/plain", "message/cpim", "message/imdn+xml", "application/im-iscomposing+xml",
        ],
        [SipMethod.Info] = ["application/dtmf-relay", "application/dtmf", "application/media_control+xml"],
        [SipMethod.Notify] =
        [
            SipContentType.Fragment, "application/conference-info+xml", "application/pidf+xml", "application/simple-message-summary",
        ],
    };

    /// <summary>The answer a request deserves for what it asks of us, or null.</summary>
    public SipFault? Check(SipMessage request) =>
        CheckMethod(request) ?? CheckScheme(request) ?? CheckRequired(request) ?? CheckBody(request) ?? CheckAccept(request);

    private SipFault? CheckMethod(SipMessage request)
    {
        if (Methods.Contains(request.Method))
        {
            return null;
        }

        var known = SipMethod.IsKnown(request.Method);
        return new SipFault(known ? 405 : 501, SipReasons.Of(known ? 405 : 501)) { Headers = [(SipHeader.Allow, string.Join(", ", Methods))] };
    }

    private static SipFault? CheckScheme(SipMessage request) =>
        SipUri.TryParse(request.RequestUri, out var uri) && (uri.IsSip || uri.Scheme == "tel") ? null : new SipFault(416, SipReasons.Of(416));

    /// <summary>Each unknown tag is listed; ACK and CANCEL are never asked (section 8.2.2.3).</summary>
    private SipFault? CheckRequired(SipMessage request)
    {
        if (request.Method is SipMethod.Ack or SipMethod.Cancel)
        {
            return null;
        }

        var unknown = request.List(SipHeader.Require).Where(tag => !Extensions.Contains(tag, StringComparer.OrdinalIgnoreCase)).ToList();
        return unknown.Count == 0 ? null : new SipFault(420, SipReasons.Of(420)) { Headers = [(SipHeader.Unsupported, string.Join(", ", unknown))] };
    }

    private SipFault? CheckBody(SipMessage request)
    {
        if (request.Body.IsEmpty || request.Method is SipMethod.Ack || !Types.TryGetValue(request.Method, out var types))
        {
            return null;
        }

        if (request.First(SipHeader.ContentEncoding) is { } encoding && !SipText.Same(encoding, "identity"))
        {
            return new SipFault(415, SipReasons.Of(415)) { Headers = [(SipHeader.AcceptEncoding, "identity")] };
        }

        if (request.ContentType is null || !SipMultipart.TryRead(request, out var parts))
        {
            return SipFault.Bad("Bad Body");
        }

        // Of alternatives one that we know is enough (RFC 5621 section 8.2).
        var isChoice = request.ContentType.Subtype == "alternative" && parts.Any(part => types.Contains(part.Type.Name));
        return !isChoice && parts.Any(part => part.IsRequired && !types.Contains(part.Type.Name))
            ? new SipFault(415, SipReasons.Of(415)) { Headers = [(SipHeader.Accept, string.Join(", ", types))] }
            : null;
    }

    private static SipFault? CheckAccept(SipMessage request) =>
        request.Method == SipMethod.Invite && request.Has(SipHeader.Accept) && !SipContentType.IsAccepted(SipContentType.Sdp, request.List(SipHeader.Accept))
            ? new SipFault(406, SipReasons.Of(406))
            : null;
}
