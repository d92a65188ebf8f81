namespace Sylk.Conference.Rooms;

/// <summary>The rules for lines that doors apply before they ask a room.</summary>
public static class ChatText
{
    /// <returns>What is wrong with it; null when it can be said.</returns>
    public static string? Complain(string? content, string? contentType, string? clientId, string? replyTo) =>
        ChatRules.Complain(content, contentType, clientId, replyTo);
}
