using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <content>What occupants say and send (rules MUC-4, MUC-5, MUC-11, MUC-15).</content>
internal sealed partial class MucRoom
{
    private const int MostId = 64;
    private const int MostKept = 1_000;

    /// <summary>Stanzas of lines and corrections that the room has not said yet, by the line's id.</summary>
    private readonly Dictionary<string, XmppElement> _said = new(StringComparer.Ordinal);

    private void TakeMessage(RoomStanza asked)
    {
        var who = FindBy(asked.From);
        if (asked.Stanza["type"] is "error")
        {
            if (who is not null)
                NoteBounce(who, asked);
        }
        else if (asked.Stanza.Child("x", XmppNames.MucUser)?.Child("decline") is { } decline)
            RelayDecline(asked, decline);
        else if (who is null || !who.IsInside)
            Refuse(asked, StanzaErrors.NotAcceptable, "You are not in this room.");
        else if (!asked.To.IsBare)
            TakePrivate(who, asked);
        else if (asked.Stanza["type"] is "groupchat")
            TakeGroupchat(who, asked);
        else
            TakeNormal(who, asked);
    }

    private void TakeGroupchat(Occupant who, RoomStanza asked)
    {
        var stanza = asked.Stanza;
        var body = MessageText.Of(stanza);
        if (stanza.Child("subject") is { } subject && stanza.Child("body") is null && stanza.Child("thread") is null)
            ChangeSubject(who, asked, subject.Text);
        else if (body is null)
            Reflect(who, asked);
        else if (MessageText.IsSealed(body, stanza))
            Refuse(asked, StanzaErrors.NotAcceptable, "A room cannot read what is encrypted from end to end.");
        else if (stanza.Child("replace", XmppNames.Correction) is { } replace)
            Correct(who, asked, replace["id"] ?? "", body);
        else
            Post(who, asked, body, null);
    }

    private void Post(Occupant who, RoomStanza asked, string body, string? to)
    {
        var (wireId, messageId) = (ClientIdOf(asked.Stanza), Ids.New(Ids.Message, Now));
        if (ChatText.Complain(body, "text/plain", wireId, null) is { } complaint)
        {
            Refuse(asked, StanzaErrors.NotAcceptable, complaint);
            return;
        }
        if (_said.Count < MostKept)
            _said[messageId] = asked.Stanza;
        who.NoteSent(asked.Stanza["id"] ?? wireId, messageId);
        var line = new PostChat { ParticipantId = who.Id, MessageId = messageId, ClientId = wireId, Content = body, To = to, Via = "xmpp" };
        Order(who, asked, room => room.PostChat(line), outcome =>
        {
            if (outcome.Refusal is null && outcome.Message!.Id == messageId)
                return; // everybody is told when the room says so, and that is the answer (rule MUC-4)
            _said.Remove(messageId);
            if (outcome.Refusal is { } refusal)
                Refuse(asked, refusal);
            else if (to is null)
                Send(_stanzas.Line(outcome.Message!, NickOf(outcome.Message!.From)).Set("to", asked.From.ToString())); // sent twice: the same answer (rule CH-4)
        });
    }

    private void Correct(Occupant who, RoomStanza asked, string wireId, string body)
    {
        var messageId = who.FindSent(wireId) ?? _recent.FindLast(line => line.From.ParticipantId == who.Id && RoomStanzas.WireIdOf(line) == wireId)?.Id;
        if (messageId is null)
        {
            Refuse(asked, StanzaErrors.ItemNotFound, "There is no such message of yours.");
            return;
        }
        if (_said.Count < MostKept)
            _said[messageId] = asked.Stanza;
        Order(who, asked, room => room.Do(new EditChat(who.Id, messageId, body)), refusal =>
        {
            if (refusal is null)
                return;
            _said.Remove(messageId);
            Refuse(asked, refusal);
        });
    }

    private void ChangeSubject(Occupant who, RoomStanza asked, string subject)
    {
        var title = MessageText.Clean(subject).ReplaceLineEndings(" ").Trim();
        if (title.Length > 200)
        {
            Refuse(asked, StanzaErrors.NotAcceptable, "A subject has at most 200 characters.");
            return;
        }
        _titleBy = _nicks.Of(who.Id);
        Order(who, asked, room => room.Do(new UpdateRoom(who.Id) { Title = title }), refusal =>
        {
            if (refusal is null)
                return;
            _titleBy = null;
            Refuse(asked, refusal);
        });
    }

    /// <summary>Nothing to keep: states, markers, reactions go to the other clients as they are.</summary>
    private void Reflect(Occupant who, RoomStanza asked)
    {
        if (!who.Signals.TrySpend(Now))
        {
            Refuse(asked, StanzaErrors.ResourceConstraint);
            return;
        }
        if (_people.GetValueOrDefault(who.Id)?.Caps.HasFlag(Caps.Chat) != true)
        {
            Refuse(asked, StanzaErrors.Forbidden);
            return;
        }
        if (StateOf(asked.Stanza) is { } state)
        {
            Ask(asked, () => Room.Do(new SetTyping(who.Id, state == "composing", null)), _ => { });
            if (!_tools.Settings.GroupChatStates)
                return;
        }
        var id = Ids.New(Ids.Message, Now);
        ToAll(_stanzas.New("message", _nicks.Of(who.Id)).Set("type", "groupchat").Set("id", asked.Stanza["id"]).Add(MessageText.Extensions(asked.Stanza, _address))
            .Add(_stanzas.StanzaId(id)));
    }

    private void TakePrivate(Occupant who, RoomStanza asked)
    {
        var to = _nicks.OwnerOf(asked.To.Resource);
        var body = MessageText.Of(asked.Stanza);
        if (asked.Stanza["type"] is "groupchat")
            Refuse(asked, StanzaErrors.BadRequest, "To one person nothing is said to everybody.");
        else if (to is null || !_people.ContainsKey(to))
            Refuse(asked, StanzaErrors.ItemNotFound, "There is nobody of this name here.");
        else if (body is null)
            TakeSignal(who, asked, to);
        else if (MessageText.IsSealed(body, asked.Stanza))
            Refuse(asked, StanzaErrors.NotAcceptable, "What is encrypted from end to end is not taken here.");
        else
            Post(who, asked, body, to);
    }

    private void TakeSignal(Occupant who, RoomStanza asked, string to)
    {
        if (!who.Signals.TrySpend(Now))
            Refuse(asked, StanzaErrors.ResourceConstraint);
        else if (StateOf(asked.Stanza) is { } state)
            Ask(asked, () => Room.Do(new SetTyping(who.Id, state == "composing", to)), _ => { });
        else if (ReceiptOf(asked.Stanza) is var (kind, wireId))
        {
            var messageId = _received.GetValueOrDefault((who.Id, wireId)) ?? wireId;
            Ask(asked, () => Room.Do(new AcknowledgeChat(who.Id, messageId, kind)), _ => { });
        }
        else if (_occupants.GetValueOrDefault(to) is { IsInside: true } reader)
        {
            var message = _stanzas.New("message", _nicks.Of(who.Id)).Set("type", asked.Stanza["type"]).Set("id", asked.Stanza["id"])
                .Add(MessageText.Extensions(asked.Stanza, _address)).Add(new XmppElement("x", XmppNames.MucUser));
            foreach (var session in reader.Sessions)
                Send(message.Copy().Set("to", session.ToString()));
        }
    }

    private void TakeNormal(Occupant who, RoomStanza asked)
    {
        var form = asked.Stanza.Child("x", XmppNames.Forms);
        if (asked.Stanza.Child("x", XmppNames.MucUser)?.Elements.Where(child => child.Name == "invite").ToList() is { Count: > 0 and <= 10 } invitations)
        {
            foreach (var invitation in invitations)
                Invite(who, asked, invitation);
        }
        else if (form is not null && ConfigForm.TypeOf(form) == XmppNames.MucRequest)
            Order(who, asked, new UpdateSelf(who.Id, null, HandRaised: true, null, null));
        else
            Refuse(asked, StanzaErrors.BadRequest, "To everybody things are said with type groupchat.");
    }

    /// <summary>A mediated invitation goes on as one, and as a direct one (XEP-0249), with the way in for who has no such client.</summary>
    private void Invite(Occupant who, RoomStanza asked, XmppElement invitation)
    {
        var isJid = Jid.TryParse(invitation["to"], out var to);
        var address = isJid && to.Domain == _address.Domain ? DirectDesk.AddressOf(to) : null;
        if (!isJid || (to.Domain == _address.Domain && address is null))
        {
            Refuse(asked, StanzaErrors.ItemNotFound);
            return;
        }
        if (!who.Signals.TrySpend(Now))
        {
            Refuse(asked, StanzaErrors.ResourceConstraint);
            return;
        }
        var (nick, page) = (_nicks.Of(who.Id) ?? who.Nick, _tools.Settings.PageOf(Name));
        var reason = invitation.Child("reason")?.Text;
        var words = $"{nick} invites you to {_address}{(page.Length > 0 ? ", " + page : "")}{(string.IsNullOrEmpty(reason) ? "" : $": {reason}")}";
        if (address is not null)
        {
            InviteByMessage(who, asked, address, MessageText.Clean(words));
            return;
        }
        Send(_stanzas.New("message", null).Set("to", to.ToString()).Set("id", Ids.New(Ids.Message, Now)).Add(RoomStanzas.Word("body", words))
            .Add(new XmppElement("x", XmppNames.MucUser).Add(new XmppElement("invite", XmppNames.MucUser).Set("from", who.Bare.ToString())
                .Add(string.IsNullOrEmpty(reason) ? null : new XmppElement("reason", XmppNames.MucUser).Say(reason))))
            .Add(new XmppElement("x", XmppNames.DirectInvitation).Set("jid", _address.ToString()).Set("reason", reason)));
    }

    /// <summary>Who has no XMPP is invited in words, by the wire their address is of (rule MUC-11); the inviter hears why that failed.</summary>
    private void InviteByMessage(Occupant who, RoomStanza asked, string address, string words)
    {
        if (_tools.Tools.Post() is not { } post)
        {
            Refuse(asked, StanzaErrors.ServiceUnavailable);
            return;
        }
        var message = new DirectMessage
        {
            Id = Ids.New(Ids.Message, Now),
            From = who.Bare.ToString(),
            FromName = who.Nick,
            To = address,
            Content = words,
            ClientId = asked.Stanza["id"] is { Length: > 0 } id ? Ids.Fingerprint($"{Name} {address} {id}") : Ids.Secret(),
            SentAt = Now,
            Via = "xmpp",
        };
        Ask(asked, () => post.SendAsync(message, CancellationToken.None), outcome =>
        {
            if (outcome.Refusal is { } refusal)
                Refuse(asked, DirectDesk.ConditionOf(refusal.Code), refusal.Detail);
        });
    }

    private void RelayDecline(RoomStanza asked, XmppElement decline)
    {
        if (!Jid.TryParse(decline["to"], out var to) || Inside.FirstOrDefault(one => one.Bare == to.Bare) is not { } inviter)
            return;
        var message = _stanzas.New("message", null).Add(new XmppElement("x", XmppNames.MucUser).Add(
            new XmppElement("decline", XmppNames.MucUser).Set("from", asked.From.Bare.ToString()).Add(decline.Child("reason"))));
        foreach (var session in inviter.Sessions)
            Send(message.Copy().Set("to", session.ToString()));
    }

    private static string? StateOf(XmppElement stanza) => stanza.Elements.FirstOrDefault(child => child.Namespace == XmppNames.ChatStates)?.Name;

    private static (ReceiptKind Kind, string WireId)? ReceiptOf(XmppElement stanza)
    {
        if (stanza.Child("received", XmppNames.Receipts)?["id"] is { } received)
            return (ReceiptKind.Delivered, received);
        return stanza.Child("displayed", XmppNames.Markers)?["id"] is { } displayed ? (ReceiptKind.Displayed, displayed) : null;
    }

    /// <summary>The sender's own id as the room may have it (rule CH-4): one that it may not have is hashed.</summary>
    private static string ClientIdOf(XmppElement stanza)
    {
        var id = stanza["id"] ?? stanza.Child("origin-id", XmppNames.StableIds)?["id"];
        if (string.IsNullOrEmpty(id))
            return Ids.Secret();
        return id.Length <= MostId && id.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '.' or '_' or ':') ? id : Ids.Fingerprint(id)[..MostId];
    }
}
