using System.Globalization;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <content>Clients that are gone without a word (rules MUC-10, MUC-12, XMPP-S-5).</content>
internal sealed partial class MucRoom
{
    private const string AskPrefix = "there-";
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(7);

    /// <summary>Who was asked whether they are there, and when.</summary>
    private readonly Dictionary<Jid, DateTimeOffset> _asked = [];
    private int _asks;

    private void AskEverybody()
    {
        foreach (var who in Inside)
            AskWhetherThere(who);
    }

    private void AskWhetherThere(Occupant who)
    {
        foreach (var session in who.Sessions)
        {
            _asked[session] = Now;
            Send(_stanzas.New("iq", _nicks.Of(who.Id)).Set("type", "get").Set("to", session.ToString())
                .Set("id", string.Create(CultureInfo.InvariantCulture, $"{AskPrefix}{++_asks}")).Add(new XmppElement("ping", XmppNames.Ping)));
        }
    }

    private void LookForGhosts()
    {
        foreach (var (session, _) in _asked.Where(one => Now - one.Value >= AnswerPatience).ToList())
        {
            _asked.Remove(session);
            if (FindBy(session) is { } gone)
                Lose(gone, session);
        }
        foreach (var who in Inside.Where(one => Now - one.HeardAt >= Silence).ToList())
        {
            who.HeardAt = Now;
            AskWhetherThere(who);
        }
    }

    /// <summary>Something of ours came back from a client.</summary>
    private void NoteBounce(Occupant who, RoomStanza bounced)
    {
        if (StanzaErrors.ConditionOf(bounced.Stanza) is "gone" or "item-not-found" or "recipient-unavailable" or "remote-server-not-found"
            or "remote-server-timeout" or "service-unavailable")
            Lose(who, bounced.From);
    }

    private void Lose(Occupant who, Jid session)
    {
        if (who.Sessions.Count > 1)
        {
            who.Sessions.Remove(session);
            return;
        }
        if (who.IsLeaving)
            return;
        who.IsLeaving = true;
        _removals[who.Id] = new Removal(333, null, null);
        if (!who.IsInside)
            return;
        var asked = new RoomStanza(new XmppElement("presence", XmppNames.Component).Set("type", "error"), session, _address);
        Ask(asked, () => Room.Do(new Leave(who.Id)), _ => { });
    }
}
