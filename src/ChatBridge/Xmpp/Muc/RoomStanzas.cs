using System.Globalization;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>Stanzas of one room, in its words; to whom they go is filled in by who sends them.</summary>
internal sealed class RoomStanzas(Jid room)
{
    public XmppElement Presence(ParticipantInfo one, string nick, Occupant? occupant)
    {
        var stanza = New("presence", nick).Add(Word("show", one.Away ? "away" : occupant?.Show)).Add(Word("status", StatusOf(one, occupant)));
        return stanza.Add(new XmppElement("x", XmppNames.MucUser).Add(Item(one))).Add(OccupantId(one.Id));
    }

    public XmppElement Gone(string participantId, string nick, XmppElement item, params IEnumerable<int> codes) =>
        New("presence", nick).Set("type", "unavailable")
            .Add(WithCodes(new XmppElement("x", XmppNames.MucUser).Add(item.Set("role", "none")), codes)).Add(OccupantId(participantId));

    public static XmppElement Item(ParticipantInfo one) => new XmppElement("item", XmppNames.MucUser).Set("affiliation", AffiliationOf(one)).Set("role", RoleOf(one.Role));

    public static XmppElement NobodysItem() => new XmppElement("item", XmppNames.MucUser).Set("affiliation", "none").Set("role", "none");

    /// <summary>The same presence for one reader, with codes and whose address it is.</summary>
    public static XmppElement For(XmppElement presence, Jid to, IEnumerable<int> codes, string? jid = null)
    {
        var copy = new XmppElement(presence.Name, presence.Namespace);
        foreach (var attribute in presence.Attributes)
            copy.Set(attribute.Name, attribute.Value);
        copy.Set("to", to.ToString());
        foreach (var child in presence.Elements)
            copy.Add(child.Is("x", XmppNames.MucUser) ? WithCodes(WithJid(child, jid), codes) : child);
        return copy;
    }

    public XmppElement Subject(string? nick, string title) => New("message", nick).Set("type", "groupchat").Add(new XmppElement("subject", XmppNames.Component).Say(title));

    /// <param name="nick">Of who wrote it; null where nobody inside did.</param>
    public XmppElement Line(ChatMessage line, string? nick) =>
        New("message", nick).Set("type", line.To is null ? "groupchat" : "chat").Set("id", WireIdOf(line)).Add(Word("body", BodyOf(line)))
            .Add(line.To is null ? StanzaId(line.Id) : new XmppElement("x", XmppNames.MucUser)).Add(line.From.ParticipantId.Length > 0 ? OccupantId(line.From.ParticipantId) : null);

    public XmppElement Past(ChatMessage line, string? nick) => Line(line, nick).Add(
        new XmppElement("delay", XmppNames.Delay).Set("from", room.ToString()).Set("stamp", Stamp(line.Timestamp)));

    /// <summary>Other words for a line that was said (XEP-0308), or its words taken back (XEP-0424).</summary>
    public XmppElement Amended(ChatMessage line, string? nick, string id)
    {
        var stanza = New("message", nick).Set("type", "groupchat").Set("id", id);
        if (!line.Deleted)
        {
            return stanza.Add(Word("body", BodyOf(line))).Add(new XmppElement("replace", XmppNames.Correction).Set("id", WireIdOf(line)))
                .Add(StanzaId(id));
        }
        return stanza.Add(Word("body", "This message was deleted.")).Add(new XmppElement("retract", "urn:xmpp:message-retract:1").Set("id", line.Id))
            .Add(new XmppElement("fallback", XmppNames.Fallback).Set("for", "urn:xmpp:message-retract:1")).Add(StanzaId(id));
    }

    public XmppElement File(SharedFile file, string? nick, string address) =>
        New("message", nick).Set("type", "groupchat").Set("id", file.Id).Add(Word("body", $"{file.Name} ({SizeOf(file.Size)}) {address}"))
            .Add(new XmppElement("x", XmppNames.OutOfBand).Add(new XmppElement("url", XmppNames.OutOfBand).Say(address))).Add(StanzaId(file.Id));

    public XmppElement Notice(string text) => New("message", null).Set("type", "groupchat").Add(Word("body", text));

    public XmppElement StanzaId(string id) => new XmppElement("stanza-id", XmppNames.StableIds).Set("by", room.ToString()).Set("id", id);

    public XmppElement New(string name, string? nick) => new XmppElement(name, XmppNames.Component).Set("from", From(nick));

    public string From(string? nick) => (nick is null ? room : room.With(nick) ?? room).ToString();

    public static XmppElement? Word(string name, string? text) => string.IsNullOrEmpty(text) ? null : new XmppElement(name, XmppNames.Component).Say(text);

    /// <summary>What XMPP clients know a line by: its sender's own id where that came by XMPP.</summary>
    public static string WireIdOf(ChatMessage line) => line.Via == "xmpp" ? line.ClientId : line.Id;

    public static string RoleOf(ParticipantRole role) => role switch
    {
        ParticipantRole.Moderator => "moderator",
        ParticipantRole.Member => "participant",
        _ => "visitor",
    };

    public static string AffiliationOf(ParticipantInfo one) => one.Role switch
    {
        ParticipantRole.Moderator => "owner",
        ParticipantRole.Member when one.Caps.HasFlag(Caps.Chat) => "member",
        _ => "none",
    };

    private static string BodyOf(ChatMessage line) => line.Action ? "/me " + line.Content : line.Content;

    private static XmppElement OccupantId(string participantId) => new XmppElement("occupant-id", XmppNames.OccupantId).Set("id", participantId);

    private static string Stamp(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string? StatusOf(ParticipantInfo one, Occupant? occupant) => one.Kind switch
    {
        ParticipantKind.Xmpp => occupant?.Status,
        ParticipantKind.Sip => "in call, phone",
        ParticipantKind.Web or ParticipantKind.Sylkrtc => "in call",
        _ => null,
    };

    private static XmppElement WithCodes(XmppElement x, IEnumerable<int> codes)
    {
        var copy = x.Copy();
        foreach (var code in codes)
            copy.Add(new XmppElement("status", XmppNames.MucUser).Set("code", code.ToString(CultureInfo.InvariantCulture)));
        return copy;
    }

    private static XmppElement WithJid(XmppElement x, string? jid)
    {
        if (jid is null)
            return x;
        var copy = new XmppElement(x.Name, x.Namespace);
        foreach (var child in x.Elements)
            copy.Add(child.Name == "item" ? child.Copy().Set("jid", jid) : child);
        return copy;
    }

    private static string SizeOf(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.#} MiB"),
    };
}
