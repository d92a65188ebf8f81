using System.Text;

namespace Sylk.Conference.Protocols;

/// <summary>
/// The composed normal forms of Unicode (UAX #15). The framework's own need a library of the operating system; without it (as this
/// program runs) they give back what they get. Broken surrogates become U+FFFD.
/// </summary>
public static class Normalization
{
    private const char FirstMark = '\u0300';

    // Hangul syllables are made by arithmetic (The Unicode Standard, section 3.12).
    private const int Syllables = 0xAC00, Leads = 0x1100, Vowels = 0x1161, Trails = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TrailCount = 28, SyllableCount = LeadCount * VowelCount * TrailCount;

    private static readonly NormalizationTable Table = NormalizationTable.Instance;

    /// <summary>NFC: the same characters, each in its shortest spelling.</summary>
    public static string Compose(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.AsSpan().ContainsAnyExceptInRange('\0', (char)(FirstMark - 1)) ? Normalize(text, compatible: false) : text;
    }

    /// <summary>NFKC: characters that only look different (wide, in a circle, a ligature) become the plain ones. Up to eighteen times as long.</summary>
    public static string ComposeCompatible(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Ascii.IsValid(text) ? text : Normalize(text, compatible: true);
    }

    private static string Normalize(string text, bool compatible)
    {
        var runes = new List<int>(text.Length);
        foreach (var rune in text.EnumerateRunes())
            TakeApart(rune.Value, compatible, runes);
        Order(runes);
        var length = PutTogether(runes);
        var composed = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        for (var i = 0; i < length; i++)
            composed.Append(units[..new Rune(runes[i]).EncodeToUtf16(units)]);
        return composed.ToString();
    }

    private static void TakeApart(int rune, bool compatible, List<int> into)
    {
        var syllable = rune - Syllables;
        if (syllable is >= 0 and < SyllableCount)
        {
            into.Add(Leads + syllable / (VowelCount * TrailCount));
            into.Add(Vowels + syllable / TrailCount % VowelCount);
            if (syllable % TrailCount is > 0 and var trail)
                into.Add(Trails + trail);
            return;
        }
        var parts = Table.PartsOf(rune, compatible);
        if (parts.IsEmpty)
            into.Add(rune);
        foreach (var part in parts)
            TakeApart(part, compatible, into); // at most a few steps deep
    }

    /// <summary>Marks behind one letter come in the order of their classes; those of one class stay as they were written.</summary>
    private static void Order(List<int> runes)
    {
        for (var from = 0; from < runes.Count; from++)
        {
            var to = from;
            while (to < runes.Count && Table.ClassOf(runes[to]) != 0)
                to++;
            if (to - from < 2)
                continue;
            // A stable sort: a line may be one letter and sixty thousand marks.
            var marks = runes.GetRange(from, to - from).OrderBy(Table.ClassOf).ToList();
            for (var i = from; i < to; i++)
                runes[i] = marks[i - from];
            from = to;
        }
    }

    /// <returns>How many are left, at the beginning of the list.</returns>
    private static int PutTogether(List<int> runes)
    {
        var (starter, end, last) = (-1, 0, 0);
        for (var i = 0; i < runes.Count; i++)
        {
            var (rune, kind) = (runes[i], Table.ClassOf(runes[i]));
            // A mark is kept from its letter by one of the same or a higher class in between; a letter by any mark.
            var reaches = starter >= 0 && (starter == end - 1 || last < kind);
            if (reaches && Join(runes[starter], rune) is >= 0 and var whole)
            {
                runes[starter] = whole;
                continue;
            }
            if (kind == 0)
                starter = end;
            last = kind;
            runes[end++] = rune;
        }
        return end;
    }

    private static int Join(int first, int second)
    {
        if (first - Leads is >= 0 and < LeadCount and var lead && second - Vowels is >= 0 and < VowelCount and var vowel)
            return Syllables + (lead * VowelCount + vowel) * TrailCount;
        if (first - Syllables is >= 0 and < SyllableCount and var syllable && syllable % TrailCount == 0 && second - Trails is > 0 and < TrailCount and var trail)
            return first + trail;
        return Table.Pair(first, second);
    }
}
