namespace Sylk.Conference.Protocols.Xmpp;

/// <summary>Answers that say no (RFC 6120 section 8.3).</summary>
public static class StanzaErrors
{
    public const string BadRequest = "bad-request";
    public const string Conflict = "conflict";
    public const string FeatureNotImplemented = "feature-not-implemented";
    public const string Forbidden = "forbidden";
    public const string ItemNotFound = "item-not-found";
    public const string JidMalformed = "jid-malformed";
    public const string NotAcceptable = "not-acceptable";
    public const string NotAllowed = "not-allowed";
    public const string NotAuthorized = "not-authorized";
    public const string RecipientUnavailable = "recipient-unavailable";
    public const string RegistrationRequired = "registration-required";
    public const string RemoteServerTimeout = "remote-server-timeout";
    public const string ResourceConstraint = "resource-constraint";
    public const string ServiceUnavailable = "service-unavailable";

    /// <summary>Whether a stanza may be answered with an error: answers and errors never are (rule XMPP-S-7).</summary>
    public static bool MayAnswer(XmppElement stanza) => stanza["type"] is not ("error" or "result");

    /// <summary>The answer to a stanza, from where it went to where it came from.</summary>
    public static XmppElement Answer(XmppElement stanza, string condition, string? text = null) =>
        new XmppElement(stanza.Name, XmppNames.Component).Set("type", "error").Set("from", stanza["to"]).Set("to", stanza["from"])
            .Set("id", stanza["id"]).Add(Error(condition, text));

    public static XmppElement Error(string condition, string? text = null)
    {
        var error = new XmppElement("error", XmppNames.Component).Set("type", TypeOf(condition)).Add(new XmppElement(condition, XmppNames.StanzaErrors));
        return text is null ? error : error.Add(new XmppElement("text", XmppNames.StanzaErrors).Say(text));
    }

    /// <summary>What an error that came in says; null when it says nothing.</summary>
    public static string? ConditionOf(XmppElement stanza) => stanza.Child("error")?.Elements
        .FirstOrDefault(child => child.Namespace == XmppNames.StanzaErrors && child.Name != "text")?.Name;

    private static string TypeOf(string condition) => condition switch
    {
        BadRequest or JidMalformed or NotAcceptable => "modify",
        Forbidden or NotAuthorized or RegistrationRequired => "auth",
        RecipientUnavailable or ResourceConstraint or RemoteServerTimeout => "wait",
        _ => "cancel",
    };
}
