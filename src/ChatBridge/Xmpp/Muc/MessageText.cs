using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>Words out of message stanzas. Formatted text is not looked at (attack TX-06): plain text is the truth.</summary>
internal static class MessageText
{
    /// <summary>Bytes of what else a message may carry along (rule MUC-4).</summary>
    private const int MostExtensions = 16 * 1024;

    /// <returns>Null when there are none.</returns>
    public static string? Of(XmppElement stanza)
    {
        var text = Clean(stanza.Child("body")?.Text ?? "");
        if (text.Length == 0)
            text = Clean(stanza.Child("x", XmppNames.OutOfBand)?.Child("url")?.Text ?? ""); // a link, never fetched by us
        return text.Length == 0 ? null : text;
    }

    /// <summary>As at every door (section 12.3); empty when nothing can be read. What a room refuses is left for it to refuse.</summary>
    public static string Clean(string text)
    {
        var words = ChatContent.Read(text, contentType: null);
        return words.IsEmpty ? "" : words.Refusal is null ? words.Content : text;
    }

    /// <summary>Encrypted from end to end: a room cannot read it.</summary>
    public static bool IsSealed(string body, XmppElement stanza) => ChatContent.Read(body, contentType: null).Refusal is { Code: ErrorCodes.FileTypeRefused }
        || stanza.Elements.Any(child => child.Name == "encrypted" && child.Namespace.StartsWith("eu.siacs.conversations.axolotl", StringComparison.Ordinal))
        || stanza.Elements.Any(child => child.Is("encrypted", "urn:xmpp:omemo:2") || child.Is("openpgp", "urn:xmpp:openpgp:0") || child.Is("x", "jabber:x:encrypted"));

    /// <summary>What goes along as it is: all but what we say ourselves, and formatted text. Nothing when it is too much.</summary>
    public static IReadOnlyList<XmppElement> Extensions(XmppElement stanza, Jid room)
    {
        var along = stanza.Elements.Where(child => !IsOurs(child, room)).ToList();
        return along.Sum(child => child.ToString().Length) <= MostExtensions ? along : [];
    }

    private static bool IsOurs(XmppElement child, Jid room) => child.Namespace switch
    {
        XmppNames.Component => child.Name is not "thread",
        XmppNames.StableIds => child.Name == "stanza-id" && child["by"] == room.ToString(),
        XmppNames.MucUser or XmppNames.Muc or XmppNames.OccupantId or XmppNames.Delay or XmppNames.Html or XmppNames.Carbons or XmppNames.Forwarding => true,
        _ => false,
    };
}
