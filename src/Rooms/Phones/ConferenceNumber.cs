using System.Globalization;
using System.Security.Cryptography;

namespace Sylk.Conference.Rooms;

/// <summary>
/// The number by which a room is found from any telephone: eight digits, the last of which checks the others (Luhn, ISO/IEC 7812-1), so that
/// a slip of the finger is no other room.
/// </summary>
public static class ConferenceNumber
{
    public const int Digits = 8;

    private const int Least = 1_000_000;
    private const int Most = 10_000_000;

    /// <summary>One that nobody can guess from another.</summary>
    public static string Draw()
    {
        var body = RandomNumberGenerator.GetInt32(Least, Most).ToString(CultureInfo.InvariantCulture);
        return body + (char)('0' + CheckOf(body));
    }

    public static bool IsOne(string text) =>
        text is { Length: Digits } && text.All(char.IsAsciiDigit) && text[0] != '0' && text[^1] - '0' == CheckOf(text.AsSpan(0, Digits - 1));

    /// <summary>Every second digit from the right counts double.</summary>
    private static int CheckOf(ReadOnlySpan<char> body)
    {
        var sum = 0;
        for (var i = 0; i < body.Length; i++)
        {
            var digit = body[^(i + 1)] - '0';
            var counted = i % 2 == 0 ? digit * 2 : digit;
            sum += counted > 9 ? counted - 9 : counted;
        }
        return (10 - (sum % 10)) % 10;
    }
}
