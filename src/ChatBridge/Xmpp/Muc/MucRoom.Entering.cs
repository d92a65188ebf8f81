using System.Collections.Immutable;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <content>Presence: coming in, changing, leaving (rules MUC-1, MUC-2, MUC-6, MUC-13).</content>
internal sealed partial class MucRoom
{
    private const int MostSessions = 8;

    private readonly Dictionary<string, (Joining Joining, JoinOutcome Outcome)> _entering = new(StringComparer.Ordinal);

    private void TakePresence(RoomStanza asked)
    {
        var who = FindBy(asked.From);
        switch (asked.Stanza["type"])
        {
            case null:
                Available(asked, who);
                break;
            case "unavailable" when who is not null:
                LeaveWith(who, asked);
                break;
            case "error" when who is not null:
                NoteBounce(who, asked);
                break;
        }
    }

    private void Available(RoomStanza asked, Occupant? who)
    {
        if (asked.To.IsBare)
            RefuseJoin(asked, StanzaErrors.JidMalformed, "A nickname is needed.");
        else if (who is null && asked.Stanza.Child("x", XmppNames.Muc) is null)
            TellOutside(asked);
        else if (who is null)
            Join(asked);
        else if (!who.IsInside || who.IsLeaving)
            return;
        else if (!who.Presences.TrySpend(Now))
            Refuse(asked, StanzaErrors.ResourceConstraint);
        else if (asked.To.Resource != _nicks.Of(who.Id))
            ChangeNick(who, asked);
        else if (asked.Stanza.Child("x", XmppNames.Muc) is not null)
            Refresh(who, asked);
        else
            ChangeStatus(who, asked);
    }

    /// <summary>They believe to be here, but are not: their server or ours was away.</summary>
    private void TellOutside(RoomStanza asked) =>
        Send(RoomStanzas.For(_stanzas.Gone("", asked.To.Resource, RoomStanzas.NobodysItem()), asked.From, [110, 333]));

    private void Join(RoomStanza asked)
    {
        var nick = asked.To.Resource;
        var owner = _nicks.OwnerOf(nick);
        if (owner is not null && _occupants.GetValueOrDefault(owner) is { IsInside: true, IsLeaving: false } same && same.Bare == asked.From.Bare && same.Sessions.Count < MostSessions)
        {
            same.Sessions.Add(asked.From);
            Refresh(same, asked);
            return;
        }
        if (owner is not null)
        {
            RefuseJoin(asked, StanzaErrors.Conflict, "Somebody else here has this nickname.");
            return;
        }
        if (People.CleanName(nick) != nick)
        {
            RefuseJoin(asked, StanzaErrors.NotAcceptable, "This is no nickname here.");
            return;
        }
        var who = new Occupant(Ids.New(Ids.Participant, Now), asked.From, nick) { HeardAt = Now };
        _nicks.TryReserve(who.Id, nick);
        ListenOnce();
        _listener.Carry(new Attendant(who.Id, ConnectionOf(who)));
        var joining = new Joining(who, asked, HistoryWish.Of(asked.Stanza.Child("x", XmppNames.Muc), Now));
        _occupants[who.Id] = who;
        Ask(asked, () => JoinAsync(who, asked), outcome => Joined(joining, outcome));
    }

    private static string ConnectionOf(Occupant who) => "xmpp-" + who.Id;

    private async Task<JoinOutcome> JoinAsync(Occupant who, RoomStanza asked)
    {
        PasscodeProof? proof = null;
        var password = asked.Stanza.Child("x", XmppNames.Muc)?.Child("password")?.Text;
        if (!string.IsNullOrEmpty(password))
        {
            (proof, var refusal) = await _tools.Passcodes.ProveAsync(Room, SourceOf(who), password).ConfigureAwait(false);
            if (refusal is not null)
                return JoinOutcome.Refused(refusal);
        }
        var request = new JoinRequest
        {
            ParticipantId = who.Id,
            Kind = ParticipantKind.Xmpp,
            DisplayName = who.Nick,
            UniqueName = true,
            Identity = who.Bare.ToString(),
            ConnectionId = ConnectionOf(who),
            Node = _tools.Tools.Node,
            Feed = _tools.Tools.Feeds.Reference,
            WantSnapshot = true,
            Source = SourceOf(who),
            Passcode = proof,
        };
        var outcome = await Room.Join(request).ConfigureAwait(false);
        return outcome.Refusal is { Code: ErrorCodes.IdentityInUse }
            ? await Room.Join(request with { Identity = null }).ConfigureAwait(false) // a second device of somebody who is here already is a guest
            : outcome;
    }

    /// <summary>By whom wrong passwords are counted: everybody comes from one server.</summary>
    private static string SourceOf(Occupant who) => "xmpp:" + who.Bare;

    private void Joined(Joining joining, JoinOutcome outcome)
    {
        var who = joining.Who;
        if (outcome.Refusal is { } refusal)
        {
            Forget(who);
            Log.Refused(_tools.Log, Name, refusal.Code);
            RefuseJoin(joining.Asked, MucErrors.ConditionOf(refusal.Code), refusal.Detail);
            return;
        }
        if (outcome.Waiting)
        {
            GiveUp(joining, StanzaErrors.RegistrationRequired, $"A moderator lets people into this room. {_tools.Settings.PageOf(Name)}".Trim());
            return;
        }
        if (outcome.Snapshot!.Participants.Any(other => other.Id != who.Id && other.DisplayName.Equals(who.Nick, StringComparison.OrdinalIgnoreCase)))
        {
            GiveUp(joining, StanzaErrors.Conflict, "Somebody else here has this nickname.");
            return;
        }
        if (!_isLoaded)
            Load(outcome.Snapshot);
        if (_people.ContainsKey(who.Id))
            Enter(joining, outcome);
        else
            _entering[who.Id] = (joining, outcome); // until the room says so to everybody
    }

    private void GiveUp(Joining joining, string condition, string text)
    {
        Forget(joining.Who);
        RefuseJoin(joining.Asked, condition, text);
        Ask(joining.Asked, () => Room.Do(new Leave(joining.Who.Id)), _ => { });
    }

    private void Forget(Occupant who)
    {
        _occupants.Remove(who.Id);
        _entering.Remove(who.Id);
        _listener.SetDown(who.Id);
        _nicks.Release(who.Id);
        foreach (var session in who.Sessions)
            _asked.Remove(session);
    }

    private void Enter(Joining joining, JoinOutcome outcome)
    {
        joining.Who.IsInside = true;
        Log.Entered(_tools.Log, joining.Who.Id, Name);
        NoteStatus(joining.Who, joining.Asked.Stanza);
        Tell(joining, outcome.Snapshot!, outcome.Opened ? [201] : []);
        if (joining.Who.IsLeaving)
            Ask(joining.Asked, () => Room.Do(new Leave(joining.Who.Id)), _ => { });
    }

    /// <summary>In the order of rule MUC-2: who is here, oneself, what was said, what it is about; then what is said now.</summary>
    private void Tell(Joining joining, RoomSnapshot snapshot, IEnumerable<int> codes)
    {
        var (who, to) = (joining.Who, joining.Asked.From);
        foreach (var other in _people.Values.Where(one => one.Id != who.Id))
            Send(RoomStanzas.For(PresenceOf(other), to, [], JidFor(who, other)));
        Send(RoomStanzas.For(PresenceOf(_people[who.Id]), to, [110, .. codes], JidFor(who, _people[who.Id])).Set("id", joining.Asked.Stanza["id"]));
        foreach (var line in joining.Wish.Choose(snapshot.Chat, one => _stanzas.Past(one, NickOf(one.From))))
            Send(line.Set("to", to.ToString()));
        Send(_stanzas.Subject(null, _title).Set("to", to.ToString()));
        var last = snapshot.Chat.IsDefaultOrEmpty ? 0 : snapshot.Chat[^1].Sequence;
        foreach (var line in _recent.Where(line => line.Sequence > last && line.To is null))
            Send(_stanzas.Line(line, NickOf(line.From)).Set("to", to.ToString()));
        who.LastSequence = Math.Max(who.LastSequence, Math.Max(last, _recent.Count > 0 ? _recent[^1].Sequence : 0));
    }

    /// <summary>A client that joins again, or another one of the same person, is told everything.</summary>
    private void Refresh(Occupant who, RoomStanza asked)
    {
        var joining = new Joining(who, asked, HistoryWish.Of(asked.Stanza.Child("x", XmppNames.Muc), Now));
        Ask(asked, () => Room.Snapshot(who.Id), snapshot =>
        {
            if (snapshot is null || !_people.ContainsKey(who.Id))
                TellOutside(asked);
            else
                Tell(joining, snapshot with { Chat = PastOf(who, snapshot) }, []);
        });
    }

    /// <summary>What the room has not said to their other clients yet is no past: it comes to all of them.</summary>
    private ImmutableArray<ChatMessage> PastOf(Occupant who, RoomSnapshot snapshot)
    {
        var past = snapshot.Chat.Where(line => line.To is null && line.Sequence <= who.LastSequence).ToImmutableArray();
        return past.IsEmpty ? [.. _recent.TakeLast(snapshot.Chat.Length)] : past;
    }

    private void ChangeStatus(Occupant who, RoomStanza asked)
    {
        NoteStatus(who, asked.Stanza);
        var away = who.Show is "away" or "xa" or "dnd";
        if (_people.GetValueOrDefault(who.Id) is { } one && one.Away != away)
            Order(who, asked, new UpdateSelf(who.Id, null, null, null, Away: away));
        else
            ShowToAll(who.Id);
    }

    private static void NoteStatus(Occupant who, XmppElement presence)
    {
        who.Show = presence.Child("show")?.Text is "away" or "xa" or "dnd" or "chat" ? presence.Child("show")!.Text : null;
        var status = presence.Child("status")?.Text;
        who.Status = status is { Length: > 512 } ? status[..512] : status;
    }

    private void ChangeNick(Occupant who, RoomStanza asked)
    {
        var nick = asked.To.Resource;
        if (People.CleanName(nick) != nick)
            RefuseJoin(asked, StanzaErrors.NotAcceptable, "This is no nickname here.");
        else if (!_nicks.TryReserve(who.Id, nick))
            RefuseJoin(asked, StanzaErrors.Conflict, "Somebody else here has this nickname.");
        else
        {
            Order(who, asked, room => room.Do(new ClaimNick(who.Id, nick)), refusal =>
            {
                if (refusal is null)
                    return; // everybody is told when the room says so
                _nicks.Unreserve(who.Id, nick);
                RefuseJoin(asked, MucErrors.ConditionOf(refusal.Code), refusal.Detail);
            });
        }
    }

    private void LeaveWith(Occupant who, RoomStanza asked)
    {
        if (who.Sessions.Count > 1)
        {
            who.Sessions.Remove(asked.From);
            if (_people.GetValueOrDefault(who.Id) is { } self)
                Send(RoomStanzas.For(_stanzas.Gone(who.Id, _nicks.Of(who.Id) ?? who.Nick, RoomStanzas.Item(self)), asked.From, [110]));
            return;
        }
        who.IsLeaving = true;
        NoteStatus(who, asked.Stanza);
        if (who.IsInside)
            Ask(asked, () => Room.Do(new Leave(who.Id)), _ => { });
    }

    private void RefuseJoin(RoomStanza asked, string condition, string text) =>
        Send(MucErrors.WithMuc(StanzaErrors.Answer(asked.Stanza, condition, text)));
}
