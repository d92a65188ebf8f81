using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <content>Orders of moderators (rules MUC-7, MUC-8): kick, ban, roles, settings, the end. The room decides whether they may.</content>
internal sealed partial class MucRoom
{
    private const int MostItems = 20;

    private void TakeOrder(RoomStanza asked, XmppElement query)
    {
        if (FindBy(asked.From) is not { IsInside: true } who || !_people.TryGetValue(who.Id, out var self))
            Refuse(asked, StanzaErrors.NotAcceptable, "You are not in this room.");
        else if (!self.Caps.HasFlag(Caps.Moderate))
            Refuse(asked, StanzaErrors.Forbidden, "Only moderators may do that.");
        else if (query.Namespace == XmppNames.MucOwner)
            Configure(who, asked, query);
        else if (asked.Stanza["type"] is "get")
            ListBy(asked, query);
        else
            Moderate(who, asked, [.. query.Elements.Where(child => child.Name == "item")]);
    }

    private void ListBy(RoomStanza asked, XmppElement query)
    {
        var (role, affiliation) = (query.Child("item")?["role"], query.Child("item")?["affiliation"]);
        var list = new XmppElement("query", XmppNames.MucAdmin).Add(_people.Values
            .Where(one => role is not null ? RoomStanzas.RoleOf(one.Role) == role : RoomStanzas.AffiliationOf(one) == affiliation)
            .Select(one => new XmppElement("item", XmppNames.MucAdmin).Set("affiliation", RoomStanzas.AffiliationOf(one)).Set("role", RoomStanzas.RoleOf(one.Role))
                .Set("nick", _nicks.Of(one.Id)).Set("jid", BareOf(one))));
        Send(ServiceDesk.Result(asked.Stanza, list));
    }

    private string BareOf(ParticipantInfo one) =>
        _occupants.GetValueOrDefault(one.Id)?.Bare.ToString() ?? $"{one.Id.ToLowerInvariant()}@{_address.Domain}";

    private void Moderate(Occupant who, RoomStanza asked, IReadOnlyList<XmppElement> items)
    {
        var orders = items.Select(item => (Item: item, Target: TargetOf(item))).Select(one => (one.Target, Order: OrderOf(who, one.Item, one.Target))).ToList();
        if (orders.Count is 0 or > MostItems || orders.Any(one => one.Order is null))
        {
            Refuse(asked, orders.Any(one => one.Target is null) ? StanzaErrors.ItemNotFound : StanzaErrors.BadRequest);
            return;
        }
        foreach (var (order, item) in orders.Zip(items))
        {
            if (order.Order is Remove { Ban: var ban, Reason: var reason })
                _removals[order.Target!] = new Removal(ban == BanLength.None ? 307 : 301, _nicks.Of(who.Id), reason);
        }
        Order(who, asked, room => AllAsync(room, [.. orders.Select(one => one.Order!)]), refusal =>
        {
            if (refusal is null)
            {
                Send(ServiceDesk.Result(asked.Stanza));
                return;
            }
            foreach (var (target, _) in orders)
                _removals.Remove(target!);
            Refuse(asked, refusal);
        });
    }

    private static async Task<Refusal?> AllAsync(IRoomGrain room, IReadOnlyList<RoomCommand> orders)
    {
        foreach (var order in orders)
        {
            if (await room.Do(order).ConfigureAwait(false) is { } refusal)
                return refusal;
        }
        return null;
    }

    private string? TargetOf(XmppElement item)
    {
        if (item["nick"] is { } nick)
            return _nicks.OwnerOf(nick) is { } owner && _people.ContainsKey(owner) ? owner : null;
        return Jid.TryParse(item["jid"], out var jid) ? _people.Values.FirstOrDefault(one => BareOf(one) == jid.Bare.ToString())?.Id : null;
    }

    private static RoomCommand? OrderOf(Occupant who, XmppElement item, string? target)
    {
        if (target is null)
            return null;
        var reason = item.Child("reason")?.Text is { Length: > 0 } said ? MessageText.Clean(said) : null;
        return (item["role"], item["affiliation"]) switch
        {
            (_, "outcast") => new Remove(who.Id, target, BanLength.Day, reason),
            ("none", _) => new Remove(who.Id, target, BanLength.None, reason),
            ("moderator", _) or (null, "owner" or "admin") => new SetRole(who.Id, target, ParticipantRole.Moderator),
            ("participant", _) or (null, "member" or "none") => new SetRole(who.Id, target, ParticipantRole.Member),
            ("visitor", _) => new SetRole(who.Id, target, ParticipantRole.Listener),
            _ => null,
        };
    }

    private void Configure(Occupant who, RoomStanza asked, XmppElement query)
    {
        var form = query.Child("x", XmppNames.Forms);
        if (query.Child("destroy") is { } destroy)
            Order(who, asked, new EndRoom(who.Id, destroy.Child("reason")?.Text is { Length: > 0 } reason ? MessageText.Clean(reason) : null), () => Send(ServiceDesk.Result(asked.Stanza)));
        else if (asked.Stanza["type"] is "get")
            Send(ServiceDesk.Result(asked.Stanza, new XmppElement("query", XmppNames.MucOwner).Add(ConfigForm.Of(_rules!, _isPermanent))));
        else if (form is null || form["type"] is not ("submit" or "cancel"))
            Refuse(asked, StanzaErrors.BadRequest);
        else if (form["type"] is "cancel" || ConfigForm.Read(form, _rules!, who.Id) is not ({ } order, var passcode))
            Send(ServiceDesk.Result(asked.Stanza));
        else
            Order(who, asked, room => ChangeAsync(room, order, passcode), refusal => AnswerOrder(asked, refusal));
    }

    private async Task<Refusal?> ChangeAsync(IRoomGrain room, UpdateRoom order, string? passcode)
    {
        if (passcode is null)
            return await room.Do(order).ConfigureAwait(false);
        if (!Passcodes.IsPasscode(passcode))
            return new(ErrorCodes.ValidationFailed, "The password: 1 to 64 characters.");
        return await _tools.Passcodes.HashAsync(passcode).ConfigureAwait(false) is { } hash
            ? await room.Do(order with { PasscodeHash = hash }).ConfigureAwait(false)
            : new(ErrorCodes.Overloaded, "Try again in a moment.");
    }

    private void AnswerOrder(RoomStanza asked, Refusal? refusal)
    {
        if (refusal is null)
            Send(ServiceDesk.Result(asked.Stanza));
        else
            Refuse(asked, refusal);
    }
}
