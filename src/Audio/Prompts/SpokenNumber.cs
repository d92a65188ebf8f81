using System.Globalization;

namespace Sylk.Conference.Audio.Prompts;

/// <summary>
/// Numbers from recorded parts. A language that does not say "twenty one" records whole numbers (<c>n21</c>); what is not there is
/// put together from <c>n1</c>–<c>n20</c>, <c>n30</c>…<c>n90</c> and <c>hundred</c>, and in the worst case digit by digit.
/// </summary>
internal static class SpokenNumber
{
    /// <param name="number">0 to 999; a greater one is said digit by digit.</param>
    public static IEnumerable<string> Names(int number, Func<string, bool> isKnown)
    {
        if (number > 999) return Digits(number);
        if (isKnown(Name(number))) return [Name(number)];
        if (number >= 100) return Hundreds(number, isKnown);
        return isKnown(Name(number / 10 * 10)) ? [Name(number / 10 * 10), Name(number % 10)] : Digits(number);
    }

    private static IEnumerable<string> Hundreds(int number, Func<string, bool> isKnown)
    {
        if (!isKnown("hundred")) return Digits(number);
        string[] hundreds = isKnown(Name(number / 100 * 100)) ? [Name(number / 100 * 100)] : [Name(number / 100), "hundred"];
        return number % 100 == 0 ? hundreds : [.. hundreds, .. Names(number % 100, isKnown)];
    }

    private static IEnumerable<string> Digits(int number) => number.ToString(CultureInfo.InvariantCulture).Select(digit => $"n{digit}");

    private static string Name(int number) => $"n{number.ToString(CultureInfo.InvariantCulture)}";
}
