using System.Globalization;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <content>What is asked of the room and of those inside (sections 11.3, MUC-10).</content>
internal sealed partial class MucRoom
{
    private const string RelayPrefix = "via-";
    private const int MostRelayed = 500;

    private readonly Dictionary<string, RoomStanza> _relayed = new(StringComparer.Ordinal);
    private int _relays;

    private void TakeQuestion(RoomStanza asked)
    {
        var payload = asked.Stanza.Elements.FirstOrDefault();
        if (asked.Stanza["type"] is "result" or "error")
            TakeAnswer(asked);
        else if (asked.Stanza["type"] is not ("get" or "set") || payload is null)
            Refuse(asked, StanzaErrors.BadRequest);
        else if (!asked.To.IsBare)
            AskSomebody(asked, payload);
        else if (payload.Is("ping", XmppNames.Ping))
            Send(ServiceDesk.Result(asked.Stanza));
        else if (payload.Is("query", XmppNames.DiscoInfo) && asked.Stanza["type"] is "get")
            DescribeRoom(asked, payload["node"]);
        else if (payload.Is("query", XmppNames.DiscoItems) && asked.Stanza["type"] is "get")
            ListPeople(asked);
        else if (payload.Is("query", XmppNames.MucAdmin) || payload.Is("query", XmppNames.MucOwner))
            TakeOrder(asked, payload);
        else
            Refuse(asked, StanzaErrors.ServiceUnavailable);
    }

    private void TakeAnswer(RoomStanza answer)
    {
        var id = answer.Stanza["id"] ?? "";
        if (id.StartsWith(AskPrefix, StringComparison.Ordinal) && answer.Stanza["type"] is "error" && FindBy(answer.From) is { } who)
        {
            if (StanzaErrors.ConditionOf(answer.Stanza) is not StanzaErrors.FeatureNotImplemented)
                NoteBounce(who, answer);
        }
        else if (_relayed.Remove(id, out var asked) && _nicks.OwnerOf(asked.To.Resource) is { } owner && _occupants.GetValueOrDefault(owner)?.Has(answer.From) == true)
        {
            Send(new XmppElement("iq", XmppNames.Component).Set("type", answer.Stanza["type"]).Set("from", asked.Stanza["to"]).Set("to", asked.Stanza["from"])
                .Set("id", asked.Stanza["id"]).Add(answer.Stanza.Elements));
        }
    }

    private void AskSomebody(RoomStanza asked, XmppElement payload)
    {
        var who = FindBy(asked.From);
        var owner = _nicks.OwnerOf(asked.To.Resource);
        if (who is null || !who.IsInside)
            Refuse(asked, StanzaErrors.NotAcceptable, "You are not in this room.");
        else if (owner is null || !_people.TryGetValue(owner, out var other))
            Refuse(asked, StanzaErrors.ItemNotFound);
        else if (owner == who.Id && payload.Is("ping", XmppNames.Ping))
            Send(ServiceDesk.Result(asked.Stanza));
        else if (_occupants.GetValueOrDefault(owner) is { } reader)
            Relay(asked, reader);
        else if (payload.Is("ping", XmppNames.Ping))
            Send(ServiceDesk.Result(asked.Stanza));
        else if (payload.Is("query", XmppNames.DiscoInfo))
            Send(ServiceDesk.Result(asked.Stanza, Described(other)));
        else
            Refuse(asked, StanzaErrors.ServiceUnavailable);
    }

    private void Relay(RoomStanza asked, Occupant reader)
    {
        if (_relayed.Count >= MostRelayed)
            _relayed.Clear(); // their askers gave up long ago
        var id = string.Create(CultureInfo.InvariantCulture, $"{RelayPrefix}{++_relays}");
        _relayed[id] = asked;
        Send(_stanzas.New("iq", _nicks.Of(FindBy(asked.From)!.Id)).Set("type", asked.Stanza["type"]).Set("to", reader.Sessions[0].ToString()).Set("id", id)
            .Add(asked.Stanza.Elements));
    }

    private static XmppElement Described(ParticipantInfo one) => new XmppElement("query", XmppNames.DiscoInfo)
        .Add(ServiceDesk.Identity("client", one.Kind == ParticipantKind.Sip ? "phone" : "web", one.DisplayName))
        .Add(ServiceDesk.Feature(XmppNames.DiscoInfo)).Add(ServiceDesk.Feature(XmppNames.Ping));

    private void DescribeRoom(RoomStanza asked, string? node) => Ask(asked, Room.Lobby, facts =>
    {
        if (node is "x-roomuser-item" or "http://jabber.org/protocol/muc#traffic")
            Refuse(asked, StanzaErrors.FeatureNotImplemented);
        else if (!facts.Exists && _people.Count == 0)
            Refuse(asked, StanzaErrors.ItemNotFound, "There is no such room yet.");
        else
            Send(ServiceDesk.Result(asked.Stanza, Described(facts).Set("node", node)));
    });

    private XmppElement Described(LobbyFacts facts)
    {
        string[] features =
        [
            XmppNames.Muc, XmppNames.DiscoInfo, XmppNames.DiscoItems, XmppNames.Ping, XmppNames.MucStableId, XmppNames.StableIds, XmppNames.OccupantId,
            facts.NeedsToken ? "muc_membersonly" : "muc_open", "muc_unmoderated", "muc_semianonymous", "muc_hidden",
            facts.NeedsPasscode ? "muc_passwordprotected" : "muc_unsecured", facts.Permanent ? "muc_persistent" : "muc_temporary",
        ];
        var form = new XmppElement("x", XmppNames.Forms).Set("type", "result").Add(ConfigForm.Field("FORM_TYPE", "hidden", null, XmppNames.MucRoomInfo))
            .Add(ConfigForm.Field("muc#roominfo_description", null, null, facts.Title)).Add(ConfigForm.Field("muc#roominfo_subject", null, null, facts.Title))
            .Add(ConfigForm.Field("muc#roominfo_occupants", null, null, facts.ParticipantCount.ToString(CultureInfo.InvariantCulture)));
        if (facts.Language is { Length: > 0 } language)
            form.Add(ConfigForm.Field("muc#roominfo_lang", null, null, language));
        return new XmppElement("query", XmppNames.DiscoInfo).Add(ServiceDesk.Identity("conference", "text", facts.Title.Length > 0 ? facts.Title : Name))
            .Add(features.Select(ServiceDesk.Feature)).Add(form);
    }

    /// <summary>Who is inside is told to those inside.</summary>
    private void ListPeople(RoomStanza asked)
    {
        var list = new XmppElement("query", XmppNames.DiscoItems);
        if (FindBy(asked.From) is { IsInside: true })
            list.Add(_people.Keys.Select(id => new XmppElement("item", XmppNames.DiscoItems).Set("jid", _stanzas.From(_nicks.Of(id))).Set("name", _nicks.Of(id))));
        Send(ServiceDesk.Result(asked.Stanza, list));
    }
}
