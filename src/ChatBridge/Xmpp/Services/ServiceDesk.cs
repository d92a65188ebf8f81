using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>What is asked of the service itself (XEP-0030, XEP-0199).</summary>
internal sealed class ServiceDesk(string domain, Action<XmppElement> send)
{
    private static readonly string[] Features =
        [XmppNames.Muc, XmppNames.DiscoInfo, XmppNames.DiscoItems, XmppNames.Ping, XmppNames.StableIds, XmppNames.OccupantId];

    public void Answer(XmppElement stanza)
    {
        if (!StanzaErrors.MayAnswer(stanza))
            return;
        if (stanza.Name == "iq")
            send(AnswerIq(stanza));
        else if (stanza.Name == "message")
            send(StanzaErrors.Answer(stanza, StanzaErrors.ServiceUnavailable));
    }

    public static XmppElement Result(XmppElement asked, XmppElement? content = null) =>
        new XmppElement("iq", XmppNames.Component).Set("type", "result").Set("from", asked["to"]).Set("to", asked["from"]).Set("id", asked["id"]).Add(content);

    public static XmppElement Feature(string name) => new XmppElement("feature", XmppNames.DiscoInfo).Set("var", name);

    public static XmppElement Identity(string category, string type, string name) =>
        new XmppElement("identity", XmppNames.DiscoInfo).Set("category", category).Set("type", type).Set("name", name);

    private XmppElement AnswerIq(XmppElement asked)
    {
        var payload = asked.Elements.FirstOrDefault();
        if (asked["type"] is not "get" || payload is null)
            return StanzaErrors.Answer(asked, asked["type"] is "set" ? StanzaErrors.ServiceUnavailable : StanzaErrors.BadRequest);
        if (payload.Is("ping", XmppNames.Ping))
            return Result(asked);
        if (payload.Is("query", XmppNames.DiscoInfo) && payload["node"] is null or "")
        {
            return Result(asked, new XmppElement("query", XmppNames.DiscoInfo).Add(Identity("conference", "text", domain)).Add(Features.Select(Feature)));
        }
        // Rooms are found by who knows their name: none is listed.
        return payload.Is("query", XmppNames.DiscoItems)
            ? Result(asked, new XmppElement("query", XmppNames.DiscoItems))
            : StanzaErrors.Answer(asked, StanzaErrors.ServiceUnavailable);
    }
}
