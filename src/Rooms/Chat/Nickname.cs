using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Rooms;

/// <summary>
/// A name as people see it, to be compared and never shown: compatible characters composed, in lower case, spaces trimmed and
/// collapsed (RFC 8266 section 2.1, which replaced RFC 7700), nothing invisible in it, and look-alikes replaced. The look-alikes are
/// the common ones of Latin, Cyrillic and Greek, one letter for one; not the whole table of UTS #39, and no pairs such as rn for m.
/// </summary>
/// <param name="Read">Compared as text: capitals count as their small letters.</param>
/// <param name="Seen">Compared as a picture: a capital may be taken for a letter of another script, or I for l, before it becomes small.</param>
internal readonly record struct Nickname(string Read, string Seen)
{
    // Each character of the first line looks like the one below it.
    private const string Small =
        "асԁеһіјӏкорԛѕуԝхѵ" + "ακινορυχγ" + "ıɑɡ" + "01|";
    private const string SmallAs =
        "acdehijlkopqsywxv" + "akivopuxy" + "iag" + "oll";
    private const string Capital =
        "АВЕЅІЈКМНОРСТУХ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ" + "I";
    private const string CapitalAs =
        "ABESlJKMHOPCTYX" + "ABEZHlKMNOPTYX" + "l";

    private static readonly FrozenDictionary<char, char> SmallLooks = Pairs(Small, SmallAs);
    private static readonly FrozenDictionary<char, char> CapitalLooks = Pairs(Capital, CapitalAs);

    public static Nickname Of(string name)
    {
        var plain = Plain(Normalization.ComposeCompatible(name));
        return new(Look(plain.ToLowerInvariant(), SmallLooks), Look(Look(plain, CapitalLooks).ToLowerInvariant(), SmallLooks));
    }

    /// <summary>True when one could be taken for the other.</summary>
    public bool Matches(Nickname other) => Read == other.Read || Seen == other.Seen || Read == other.Seen || Seen == other.Read;

    /// <summary>Without what cannot be seen, and with one kind of space.</summary>
    private static string Plain(string name)
    {
        var plain = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            var kind = Rune.GetUnicodeCategory(rune);
            if (kind is UnicodeCategory.Format or UnicodeCategory.Control || IsVariation(rune))
                continue;
            if (kind != UnicodeCategory.SpaceSeparator)
                plain.Append(rune);
            else if (plain.Length > 0 && plain[^1] != ' ')
                plain.Append(' ');
        }
        return plain.ToString().TrimEnd(' ');
    }

    private static bool IsVariation(Rune rune) => rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    private static string Look(string text, FrozenDictionary<char, char> looks) =>
        string.Create(text.Length, (text, looks), static (result, state) =>
        {
            for (var i = 0; i < result.Length; i++)
                result[i] = state.looks.GetValueOrDefault(state.text[i], state.text[i]);
        });

    private static FrozenDictionary<char, char> Pairs(string from, string to) =>
        from.Zip(to).ToFrozenDictionary(pair => pair.First, pair => pair.Second);
}
