using System.Collections.Frozen;

namespace Sylk.Conference.Protocols.Sip;

/// <summary>Header names in their long form, as we write them. Looking one up also finds its compact form.</summary>
public static class SipHeader
{
    public const string Accept = "Accept";
    public const string AcceptEncoding = "Accept-Encoding";
    public const string Allow = "Allow";
    public const string AllowEvents = "Allow-Events";
    public const string Authorization = "Authorization";
    public const string CallId = "Call-ID";
    public const string Contact = "Contact";
    public const string ContentDisposition = "Content-Disposition";
    public const string ContentEncoding = "Content-Encoding";
    public const string ContentLength = "Content-Length";
    public const string ContentType = "Content-Type";
    public const string CSeq = "CSeq";
    public const string Event = "Event";
    public const string Expires = "Expires";
    public const string FlowTimer = "Flow-Timer";
    public const string From = "From";
    public const string MaxForwards = "Max-Forwards";
    public const string MinExpires = "Min-Expires";
    public const string MinSessionExpires = "Min-SE";
    public const string Path = "Path";
    public const string ProxyAuthenticate = "Proxy-Authenticate";
    public const string ProxyAuthorization = "Proxy-Authorization";
    public const string ProxyRequire = "Proxy-Require";
    public const string ReliableAck = "RAck";
    public const string Reason = "Reason";
    public const string RecordRoute = "Record-Route";
    public const string ReferredBy = "Referred-By";
    public const string ReferSub = "Refer-Sub";
    public const string ReferTo = "Refer-To";
    public const string Replaces = "Replaces";
    public const string Require = "Require";
    public const string RetryAfter = "Retry-After";
    public const string Route = "Route";
    public const string ReliableSequence = "RSeq";
    public const string ServiceRoute = "Service-Route";
    public const string SessionExpires = "Session-Expires";
    public const string Subject = "Subject";
    public const string SubscriptionState = "Subscription-State";
    public const string Supported = "Supported";
    public const string To = "To";
    public const string Unsupported = "Unsupported";
    public const string UserAgent = "User-Agent";
    public const string Via = "Via";
    public const string Warning = "Warning";
    public const string WwwAuthenticate = "WWW-Authenticate";

    private static readonly string[] Known =
    [
        Accept, AcceptEncoding, Allow, AllowEvents, Authorization, CallId, Contact, ContentDisposition, ContentEncoding, ContentLength,
        ContentType, CSeq, Event, Expires, FlowTimer, From, MaxForwards, MinExpires, MinSessionExpires, Path, ProxyAuthenticate,
        ProxyAuthorization, ProxyRequire, ReliableAck, Reason, RecordRoute, ReferredBy, ReferSub, ReferTo, Replaces, Require, RetryAfter,
        Route, ReliableSequence, ServiceRoute, SessionExpires, Subject, SubscriptionState, Supported, To, Unsupported, UserAgent, Via,
        Warning, WwwAuthenticate, "Accept-Contact", "Reject-Contact", "Request-Disposition", "Identity", "Identity-Info",
    ];

    /// <summary>RFC 3261 section 7.3.3 and those that came later.</summary>
    private static readonly (string Compact, string Name)[] Compact =
    [
        ("i", CallId), ("m", Contact), ("e", ContentEncoding), ("l", ContentLength), ("c", ContentType), ("f", From), ("s", Subject),
        ("k", Supported), ("t", To), ("v", Via), ("o", Event), ("u", AllowEvents), ("r", ReferTo), ("b", ReferredBy),
        ("x", SessionExpires), ("a", "Accept-Contact"), ("j", "Reject-Contact"), ("d", "Request-Disposition"), ("y", "Identity"),
        ("n", "Identity-Info"),
    ];

    private static readonly FrozenDictionary<string, byte> Numbers = Known.Select((name, i) => (name, Number: (byte)(i + 1)))
        .Concat(Compact.Select(pair => (name: pair.Compact, Number: (byte)(Array.IndexOf(Known, pair.Name) + 1))))
        .ToFrozenDictionary(pair => pair.name, pair => pair.Number, StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, byte>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Numbers.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>A number for a name we know, in either form; 0 for the others.</summary>
    internal static byte NumberOf(ReadOnlySpan<char> name) => Lookup.TryGetValue(name, out var number) ? number : (byte)0;

    internal static byte NumberOf(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[24];
        if (name.Length > text.Length)
        {
            return 0;
        }

        for (var i = 0; i < name.Length; i++)
        {
            text[i] = (char)name[i];
        }

        return NumberOf(text[..name.Length]);
    }
}
