using System.Collections.Immutable;
using System.Text.Json;

namespace Sylk.Conference.Rooms;

/// <summary>Rules about people that doors apply before they ask a room.</summary>
public static class People
{
    /// <summary>Trims and takes out what cannot be seen; null when the text is no name: more than 64 characters, control characters or broken surrogates.</summary>
    public static string? CleanName(string? text) => PersonName.Clean(text);

    /// <summary>A name another system brought (SIP, XMPP, MSRP), made fit to be shown; null when nothing is left of it.</summary>
    public static string? ForeignName(string? text) => PersonName.Foreign(text);

    public static bool IsEmoji(string? text) => SelfRules.IsEmoji(text);

    public static bool AreAttributes(IReadOnlyDictionary<string, string> attributes) => SelfRules.AreAttributes(attributes);

    public static bool IsTopic(string? text) => SelfRules.IsTopic(text);

    /// <summary>From <c>publishAudio</c> to the flag; false for every other text.</summary>
    public static bool TryCap(string? text, out Caps cap) => TokenClaims.TryCap(text, out cap);

    /// <summary>Flags by their names, in order.</summary>
    public static ImmutableArray<string> Spell(Caps caps) =>
        [.. Enum.GetValues<Caps>().Where(cap => cap != Caps.None && caps.HasFlag(cap)).Select(cap => JsonNamingPolicy.CamelCase.ConvertName(cap.ToString()))];

    public static bool MaySendData(Caps caps) => DataRules.Allows(caps);

    public static bool MayPublish(Caps caps) => Publishing.MayPublish(caps);
}
