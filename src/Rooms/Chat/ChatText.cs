using System.Security.Cryptography;
using System.Text;

namespace Sylk.Conference.Rooms;

/// <summary>The rules for lines that doors apply before they ask a room.</summary>
public static class ChatText
{
    private const int DigestLetters = 48;

    /// <returns>What is wrong with it; null when it can be said.</returns>
    public static string? Complain(string? content, string? contentType, string? clientId, string? replyTo) =>
        ChatRules.Complain(content, contentType, clientId, replyTo);

    /// <summary>
    /// What a wire calls a message as the sender's own id, of whatever length and letters: the same id is the same line for as long as
    /// the room keeps lines.
    /// </summary>
    /// <param name="wire"><c>sip</c>, <c>msrp</c>, <c>xmpp</c>: ids of two wires never meet.</param>
    public static string ClientIdOf(string wire, string id) => ChatRules.IsId($"{wire}:{id}")
        ? $"{wire}:{id}"
        : $"{wire}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..DigestLetters]}";
}
