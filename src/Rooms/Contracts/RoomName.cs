using System.Buffers;
using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Sylk.Conference.Rooms;

/// <summary>The rules for room names (product §2): 1 to 64 of <c>a-z 0-9 . _ -</c>, case-folded, no leading dot.</summary>
public static class RoomName
{
    public const int MaxLength = 64;

    private static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-");

    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(StringComparer.Ordinal,
        "accessibility", "admin", "api", "call", "conference", "docs", "echo", "embed", "health", "hubs", "invites", "metrics",
        "music", "openapi", "playback", "r", "scalar", "sdk", "static", "webrtcgateway");

    private static readonly string[] Adjectives =
        ["amber", "brave", "calm", "clear", "cosy", "early", "fair", "fresh", "gentle", "happy", "keen", "light", "merry", "quiet", "sunny", "warm"];

    private static readonly string[] Colours =
        ["azure", "beige", "bronze", "copper", "coral", "cyan", "green", "indigo", "ivory", "lilac", "olive", "pearl", "ruby", "silver", "teal", "violet"];

    private static readonly string[] Animals =
        ["badger", "beaver", "crane", "dolphin", "falcon", "finch", "hare", "heron", "lynx", "marten", "otter", "owl", "robin", "seal", "swift", "tern"];

    /// <returns>False when the text cannot name a room, reserved words included; then <paramref name="name"/> is empty.</returns>
    public static bool TryNormalize(string? text, out string name)
    {
        name = "";
        if (text is null || text.Length is 0 or > MaxLength || text[0] == '.')
            return false;
        var folded = text.ToLowerInvariant();
        if (folded.AsSpan().ContainsAnyExcept(Allowed) || IsReserved(folded))
            return false;
        name = folded;
        return true;
    }

    public static bool IsReserved(string name) => Reserved.Contains(name);

    /// <summary>Three words for a room nobody named, easy to say on the phone.</summary>
    public static string Random() => $"{Pick(Adjectives)}-{Pick(Colours)}-{Pick(Animals)}";

    private static string Pick(string[] words) => words[RandomNumberGenerator.GetInt32(words.Length)];
}
