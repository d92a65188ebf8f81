using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <content>What the room says, and who is told.</content>
internal sealed partial class MucRoom
{
    private const int MostRecent = 200;
    private const int MostEarly = 4_096;

    private readonly Dictionary<string, ParticipantInfo> _people = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Removal> _removals = new(StringComparer.Ordinal);
    private readonly List<FeedItem> _early = [];
    private readonly List<ChatMessage> _recent = [];
    private bool _isLoaded;
    private bool _isLoading;

    /// <summary>The room could not be read after something was missed.</summary>
    private bool _isBehind;
    private long _rev;
    private string _title = "";
    private string? _titleBy;
    private RoomRules? _rules;
    private bool _isPermanent;

    private void Hear(FeedItem item)
    {
        switch (item)
        {
            case ResyncNeeded:
                Reload();
                return;
            case Dismissed dismissed:
                HearDismissed(dismissed);
                return;
            case { IsFact: false }:
                HearWord(item);
                return;
        }
        if (!_isLoaded)
        {
            if (_early.Count < MostEarly)
                _early.Add(item);
            return;
        }
        if (item.Rev <= _rev)
            return;
        _rev = item.Rev;
        HearFact(item);
    }

    private void HearFact(FeedItem item)
    {
        switch (item)
        {
            case Joined { Participant: var newcomer } when !newcomer.Caps.HasFlag(Caps.Hidden):
                Appear(newcomer);
                break;
            case Updated { Participant: var changed } when _people.ContainsKey(changed.Id):
                Change(changed);
                break;
            case Departed departed when _people.ContainsKey(departed.ParticipantId):
                Depart(departed);
                break;
            case RoomChanged { Rules: var rules }:
                ChangeRules(rules);
                break;
            case ChatSaid { Message: var line }:
                Say(line);
                break;
            case ChatAmended { Message: var line }:
                Amend(line);
                break;
            case FileAppeared file:
                ShowFile(file);
                break;
        }
    }

    private void HearWord(FeedItem item)
    {
        switch (item)
        {
            case ChatSaid { Message: var line }:
                SayPrivately(line);
                break;
            case TypingChanged typing:
                ShowTyping(typing);
                break;
            case ChatReceipt receipt:
                ShowReceipt(receipt);
                break;
            case Announced { Text: var text }:
                ToAll(_stanzas.Notice(text));
                break;
        }
    }

    /// <summary>Begins with the room as somebody saw it on coming in.</summary>
    private void Load(RoomSnapshot snapshot)
    {
        (_isLoaded, _rev, _title, _rules) = (true, snapshot.Rev, snapshot.Room.Rules.Title, snapshot.Room.Rules);
        _isPermanent = snapshot.Room.Permanent;
        foreach (var one in snapshot.Participants.Where(one => !one.Caps.HasFlag(Caps.Hidden)))
        {
            _people[one.Id] = one;
            _nicks.Give(one.Id, one.DisplayName);
        }
        foreach (var item in _early.Where(item => item.Rev > _rev).ToList())
            Hear(item);
        _early.Clear();
    }

    /// <summary>Something was missed: the room is asked, and the difference told as if it had happened now.</summary>
    private void Reload()
    {
        if (_isLoading || !_isLoaded || _occupants.Values.FirstOrDefault(one => one.IsInside) is not { } somebody)
            return;
        _isLoading = true;
        var asked = new RoomStanza(new XmppElement("presence", XmppNames.Component).Set("type", "error"), somebody.Sessions[0], _address);
        Ask(asked, () => ReadAsync(somebody.Id), found =>
        {
            (_isLoading, _isBehind) = (false, found.Snapshot is null);
            if (found.Snapshot is { } snapshot)
                CatchUp(snapshot, found.Lines);
        });
    }

    private async Task<(RoomSnapshot? Snapshot, IReadOnlyList<ChatMessage> Lines)> ReadAsync(string reader)
    {
        try
        {
            var snapshot = await Room.Snapshot().ConfigureAwait(false);
            var page = await Room.LoadChat(new ChatRequest(reader, null, MostRecent)).ConfigureAwait(false);
            return (snapshot, page.Refusal is null ? page.Messages : []);
        }
        catch (Exception problem) when (problem is RoomRefusedException or OrleansException or TimeoutException)
        {
            return (null, []); // it is asked again with the next turn of the clock
        }
    }

    private void CatchUp(RoomSnapshot snapshot, IReadOnlyList<ChatMessage> lines)
    {
        _rev = snapshot.Rev;
        var now = snapshot.Participants.Where(one => !one.Caps.HasFlag(Caps.Hidden)).ToDictionary(one => one.Id, StringComparer.Ordinal);
        foreach (var gone in _people.Keys.Where(id => !now.ContainsKey(id)).ToList())
            Depart(new Departed(_rev, gone, "left", null));
        foreach (var one in now.Values)
        {
            if (!_people.TryGetValue(one.Id, out var known))
                Appear(one);
            else if (known != one)
                Change(one);
        }
        ChangeRules(snapshot.Room.Rules);
        foreach (var line in lines.Where(line => line.To is null && !line.Deleted))
            Say(line);
    }

    private void Appear(ParticipantInfo newcomer)
    {
        _people[newcomer.Id] = newcomer;
        _nicks.Give(newcomer.Id, newcomer.DisplayName);
        var presence = PresenceOf(newcomer);
        foreach (var reader in Inside.Where(one => one.Id != newcomer.Id))
            ToOne(reader, presence, [], JidFor(reader, newcomer));
        if (_entering.Remove(newcomer.Id, out var entering))
            Enter(entering.Joining, entering.Outcome);
    }

    private void Change(ParticipantInfo changed)
    {
        var old = _people[changed.Id];
        _people[changed.Id] = changed;
        var (oldNick, nick) = (_nicks.Of(changed.Id)!, old.DisplayName == changed.DisplayName ? _nicks.Of(changed.Id)! : _nicks.Give(changed.Id, changed.DisplayName));
        if (nick != oldNick)
        {
            var leaving = _stanzas.Gone(changed.Id, oldNick, RoomStanzas.Item(changed).Set("nick", nick));
            leaving.Child("x", XmppNames.MucUser)!.Child("item")!.Set("role", RoomStanzas.RoleOf(changed.Role));
            foreach (var reader in Inside)
                ToOne(reader, leaving, reader.Id == changed.Id ? [303, 110] : [303], JidFor(reader, changed));
            if (_occupants.GetValueOrDefault(changed.Id) is { } renamed)
                renamed.Nick = nick;
        }
        ShowToAll(changed.Id);
    }

    private void Depart(Departed departed)
    {
        var one = _people[departed.ParticipantId];
        var nick = _nicks.Of(one.Id) ?? one.DisplayName;
        _people.Remove(one.Id);
        _removals.Remove(one.Id, out var removal);
        int[] codes = removal is not null ? [removal.Code] : departed.Reason switch
        {
            "removed" => [307],
            "timeout" or "mediaLost" => [333],
            _ => [],
        };
        var actor = removal?.Actor ?? (departed.By is { } by ? _nicks.Of(by) : null);
        var item = RoomStanzas.Item(one).Set("affiliation", removal?.Code == 301 ? "outcast" : "none");
        if (codes is [301 or 307] && actor is not null)
            item.Add(new XmppElement("actor", XmppNames.MucUser).Set("nick", actor));
        item.Add(removal?.Reason is { Length: > 0 } reason ? new XmppElement("reason", XmppNames.MucUser).Say(reason) : null);
        var who = _occupants.GetValueOrDefault(one.Id);
        var leaving = _stanzas.Gone(one.Id, nick, item, codes).Add(RoomStanzas.Word("status", who?.Status));
        foreach (var reader in Inside)
            ToOne(reader, leaving, reader.Id == one.Id ? [110] : [], JidFor(reader, one));
        if (who is not null)
            Forget(who);
        else
            _nicks.Release(one.Id);
    }

    private void HearDismissed(Dismissed dismissed)
    {
        if (dismissed.Recipient is { Length: > 0 } id)
        {
            if (_occupants.ContainsKey(id) && dismissed.Code == ErrorCodes.Banned)
                _removals.TryAdd(id, new Removal(307, null, dismissed.Detail));
            return;
        }
        var ended = dismissed.Code == ErrorCodes.RoomEnded;
        SendEverybodyAway(_ => ended ? [] : [332], ended ? dismissed.Detail : null);
    }

    /// <summary>The room or the service ends for all of ours.</summary>
    private void SendEverybodyAway(Func<Occupant, int[]> codes, string? destroyed = null)
    {
        foreach (var who in _occupants.Values.ToList())
        {
            if (who.IsInside)
            {
                var leaving = _stanzas.Gone(who.Id, _nicks.Of(who.Id) ?? who.Nick, RoomStanzas.NobodysItem(), codes(who));
                leaving.Child("x", XmppNames.MucUser)!.Add(destroyed is null ? null : Destroyed(destroyed));
                ToOne(who, leaving, [110]);
            }
            var asked = new RoomStanza(new XmppElement("presence", XmppNames.Component).Set("type", "error"), who.Sessions[0], _address);
            Ask(asked, () => Room.Do(new Leave(who.Id)), _ => { });
            Forget(who);
        }
        (_isLoaded, _rev) = (false, 0);
        _early.Clear();
        _recent.Clear();
        foreach (var id in _people.Keys)
            _nicks.Release(id);
        _people.Clear();
    }

    private static XmppElement Destroyed(string reason) =>
        new XmppElement("destroy", XmppNames.MucUser).Add(new XmppElement("reason", XmppNames.MucUser).Say(reason));

    private void ChangeRules(RoomRules rules)
    {
        var old = _rules;
        _rules = rules;
        if (old is not null && (old.PasscodeSet != rules.PasscodeSet || old.Mode != rules.Mode))
        {
            ToAll(_stanzas.New("message", null).Set("type", "groupchat").Add(
                new XmppElement("x", XmppNames.MucUser).Add(new XmppElement("status", XmppNames.MucUser).Set("code", "104"))));
        }
        if (rules.Title == _title)
            return;
        _title = rules.Title;
        ToAll(_stanzas.Subject(_titleBy, _title));
        _titleBy = null;
    }

    private IEnumerable<Occupant> Inside => _occupants.Values.Where(one => one.IsInside);

    private XmppElement PresenceOf(ParticipantInfo one) => _stanzas.Presence(one, _nicks.Of(one.Id) ?? one.DisplayName, _occupants.GetValueOrDefault(one.Id));

    private void ShowToAll(string id)
    {
        if (!_people.TryGetValue(id, out var one))
            return;
        var presence = PresenceOf(one);
        foreach (var reader in Inside)
            ToOne(reader, presence, reader.Id == id ? [110] : [], JidFor(reader, one));
    }

    /// <summary>Whose address it is: moderators see it (the rooms are semi-anonymous).</summary>
    private string? JidFor(Occupant reader, ParticipantInfo one)
    {
        if (_people.GetValueOrDefault(reader.Id)?.Role != ParticipantRole.Moderator && reader.Id != one.Id)
            return null;
        return _occupants.GetValueOrDefault(one.Id) is { } who ? who.Sessions[0].ToString() : $"{one.Id.ToLowerInvariant()}@{_address.Domain}";
    }

    private void ToOne(Occupant reader, XmppElement stanza, IReadOnlyList<int> codes, string? jid = null)
    {
        foreach (var session in reader.Sessions)
            Send(RoomStanzas.For(stanza, session, codes, jid));
    }

    private void ToAll(XmppElement message)
    {
        foreach (var session in Inside.SelectMany(reader => reader.Sessions))
            Send(message.Copy().Set("to", session.ToString()));
    }

    private string? NickOf(ChatSender sender)
    {
        if (sender.ParticipantId.Length == 0)
            return null;
        return _nicks.Of(sender.ParticipantId) ?? (sender.DisplayName.Length > 0 ? sender.DisplayName : null);
    }

    /// <param name="Code">Of the status (rule MUC-7).</param>
    private sealed record Removal(int Code, string? Actor, string? Reason);
}
