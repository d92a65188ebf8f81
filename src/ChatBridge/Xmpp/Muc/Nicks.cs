using System.Globalization;
using Sylk.Conference.Protocols.Xmpp;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>Under which nick each participant of a room is shown: their name, made unique with a number (rule MUC-9).</summary>
internal sealed class Nicks
{
    private const string Nameless = "Guest";

    private readonly Dictionary<string, string> _nicks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _owners = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Null for who is not here.</summary>
    public string? Of(string participantId) => _nicks.GetValueOrDefault(participantId);

    /// <returns>Null when nobody is called that.</returns>
    public string? OwnerOf(string nick) => _owners.GetValueOrDefault(nick);

    /// <summary>Keeps a nick for somebody who is about to have it.</summary>
    /// <returns>False when it is another's.</returns>
    public bool TryReserve(string participantId, string nick)
    {
        if (_owners.TryGetValue(nick, out var owner) && owner != participantId)
            return false;
        _owners[nick] = participantId;
        return true;
    }

    /// <summary>They have it now; the one they had is free.</summary>
    public string Give(string participantId, string displayName)
    {
        var old = Of(participantId);
        var wanted = Shown(displayName);
        var nick = wanted;
        for (var number = 2; !TryReserve(participantId, nick); number++)
            nick = string.Create(CultureInfo.InvariantCulture, $"{wanted} ({number})");
        if (old is not null && !old.Equals(nick, StringComparison.OrdinalIgnoreCase))
            _owners.Remove(old);
        _nicks[participantId] = nick;
        return nick;
    }

    /// <summary>Gives back what was reserved or had.</summary>
    public void Release(string participantId)
    {
        foreach (var (nick, owner) in _owners.ToArray())
        {
            if (owner == participantId)
                _owners.Remove(nick);
        }
        _nicks.Remove(participantId);
    }

    public void Unreserve(string participantId, string nick)
    {
        if (_owners.GetValueOrDefault(nick) == participantId && !nick.Equals(Of(participantId), StringComparison.OrdinalIgnoreCase))
            _owners.Remove(nick);
    }

    /// <summary>A name as it can stand in an address.</summary>
    private static string Shown(string displayName) =>
        Jid.TryMake("", "x", displayName.Trim(), out var jid) && jid.Resource.Length > 0 ? jid.Resource : Nameless;
}
