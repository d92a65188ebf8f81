using System.Text;

namespace Sylk.Conference.Server.Api;

/// <summary>Text that people read: no control characters, no half surrogates, not longer than allowed.</summary>
internal static class PlainText
{
    /// <param name="most">In code points.</param>
    public static bool Fits(string? text, int most, bool mayBeEmpty = false)
    {
        if (text is null || (text.Length == 0 && !mayBeEmpty) || text.Length > 2 * most)
            return false;
        var count = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar || Rune.IsControl(rune) || ++count > most)
                return false;
        }
        return true;
    }
}
