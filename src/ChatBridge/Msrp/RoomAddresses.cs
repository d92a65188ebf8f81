using Sylk.Conference.Protocols.Cpim;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge;

/// <summary>What people of a room are called in CPIM: who proved who they are by that, others by a name of this room.</summary>
/// <param name="roomUri"><c>sip:room@host</c></param>
internal sealed class RoomAddresses(string roomUri)
{
    private const string Unproved = "anonymous:";
    private readonly string _host = SipUri.TryParse(roomUri, out var uri) ? HostOf(uri) : "invalid";

    public CpimAddress Room { get; } = new("", roomUri);

    /// <summary>The same as in the room's conference events.</summary>
    public string Of(string participantId, string identity)
    {
        var at = identity.LastIndexOf('@');
        var isProved = at > 0 && !identity.StartsWith(Unproved, StringComparison.Ordinal);
        return isProved && SipUri.TryParse($"sip:{SipText.EscapeUser(identity[..at])}@{identity[(at + 1)..]}", out var proved)
            ? proved.ToString()
            : $"sip:guest.{participantId}@{_host}";
    }

    public CpimAddress Of(ParticipantInfo one) => new(one.DisplayName, Of(one.Id, one.Identity));

    public CpimAddress Of(ChatSender sender) => sender.ParticipantId.Length == 0
        ? Room with { Name = sender.DisplayName }
        : new(sender.DisplayName, Of(sender.ParticipantId, sender.Identity));

    /// <summary>Same user at the same host; ports and parameters do not make another person.</summary>
    public static bool AreSame(string a, string b) => a == b || (SipUri.TryParse(a, out var one) && SipUri.TryParse(b, out var two)
        && one.PlainUser == two.PlainUser && string.Equals(one.Host, two.Host, StringComparison.OrdinalIgnoreCase));

    private static string HostOf(SipUri uri)
    {
        var text = SipUri.Create(null, uri.Host, uri.Port).ToString();
        return text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }
}
