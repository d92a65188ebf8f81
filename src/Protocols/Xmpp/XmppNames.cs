namespace Sylk.Conference.Protocols.Xmpp;

/// <summary>Namespaces, as the documents of the XMPP Standards Foundation give them.</summary>
public static class XmppNames
{
    public const string Component = "jabber:component:accept";
    public const string Streams = "http://etherx.jabber.org/streams";
    public const string StreamErrors = "urn:ietf:params:xml:ns:xmpp-streams";
    public const string StanzaErrors = "urn:ietf:params:xml:ns:xmpp-stanzas";
    public const string Xml = "http://www.w3.org/XML/1998/namespace";
    public const string Ping = "urn:xmpp:ping";
    public const string DiscoInfo = "http://jabber.org/protocol/disco#info";
    public const string DiscoItems = "http://jabber.org/protocol/disco#items";
    public const string Muc = "http://jabber.org/protocol/muc";
    public const string MucUser = "http://jabber.org/protocol/muc#user";
    public const string MucAdmin = "http://jabber.org/protocol/muc#admin";
    public const string MucOwner = "http://jabber.org/protocol/muc#owner";
    public const string MucRoomInfo = "http://jabber.org/protocol/muc#roominfo";
    public const string MucRoomConfig = "http://jabber.org/protocol/muc#roomconfig";
    public const string MucRequest = "http://jabber.org/protocol/muc#request";
    public const string MucStableId = "http://jabber.org/protocol/muc#stable_id";
    public const string Forms = "jabber:x:data";
    public const string Delay = "urn:xmpp:delay";
    public const string DirectInvitation = "jabber:x:conference";
    public const string Correction = "urn:xmpp:message-correct:0";
    public const string StableIds = "urn:xmpp:sid:0";
    public const string OccupantId = "urn:xmpp:occupant-id:0";
    public const string OutOfBand = "jabber:x:oob";
    public const string ChatStates = "http://jabber.org/protocol/chatstates";
    public const string Receipts = "urn:xmpp:receipts";
    public const string Markers = "urn:xmpp:chat-markers:0";
    public const string Retraction = "urn:xmpp:message-retract:0";
    public const string Fastening = "urn:xmpp:fasten:0";
    public const string Fallback = "urn:xmpp:fallback:0";
    public const string Hints = "urn:xmpp:hints";
    public const string Forwarding = "urn:xmpp:forward:0";
    public const string Carbons = "urn:xmpp:carbons:2";
    public const string Html = "http://jabber.org/protocol/xhtml-im";
    public const string VCard = "vcard-temp";
    public const string Version = "jabber:iq:version";
}
