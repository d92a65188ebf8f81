using System.Globalization;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>How much of the past a newcomer wants (XEP-0045 section 7.2.13).</summary>
internal readonly record struct HistoryWish(int Stanzas, int Characters, DateTimeOffset? Since)
{
    /// <summary>Lines shown to who asks for nothing in particular.</summary>
    private const int Usual = 20;

    public static HistoryWish Of(XmppElement? join, DateTimeOffset now)
    {
        var history = join?.Child("history", XmppNames.Muc);
        var since = DateTimeOffset.TryParse(history?["since"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : (DateTimeOffset?)null;
        if (Number(history?["seconds"]) is { } seconds && now.AddSeconds(-seconds) is var from && (since is null || from > since))
            since = from;
        return new(Math.Min(Usual, Number(history?["maxstanzas"]) ?? Usual), Number(history?["maxchars"]) ?? int.MaxValue, since);
    }

    /// <summary>Public lines that were not taken back, oldest first; each is given to <paramref name="write"/>.</summary>
    public IReadOnlyList<XmppElement> Choose(IReadOnlyList<ChatMessage> lines, Func<ChatMessage, XmppElement> write)
    {
        var chosen = new List<XmppElement>();
        var left = (long)Characters;
        for (var i = lines.Count - 1; i >= 0 && chosen.Count < Stanzas; i--)
        {
            var line = lines[i];
            if (line.To is not null || line.Deleted)
                continue;
            if (line.Timestamp < Since)
                break;
            var stanza = write(line);
            left -= Characters == int.MaxValue ? 0 : stanza.ToString().Length;
            if (left < 0)
                break;
            chosen.Add(stanza);
        }
        chosen.Reverse();
        return chosen;
    }

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, 100_000_000) : null;
}
