namespace Sylk.Conference.Rooms;

/// <summary>Rules about people that doors apply before they ask a room.</summary>
public static class People
{
    /// <summary>Trims; null when the text is no name: more than 64 characters, control characters or broken surrogates.</summary>
    public static string? CleanName(string? text) => SelfRules.CleanName(text);

    public static bool IsEmoji(string? text) => SelfRules.IsEmoji(text);

    public static bool AreAttributes(IReadOnlyDictionary<string, string> attributes) => SelfRules.AreAttributes(attributes);

    public static bool IsTopic(string? text) => SelfRules.IsTopic(text);

    public static bool MaySendData(Caps caps) => DataRules.Allows(caps);

    public static bool MayPublish(Caps caps) => Publishing.MayPublish(caps);
}
