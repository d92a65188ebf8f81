using System.Globalization;

namespace Sylk.Conference.Protocols.Msrp;

/// <summary>
/// Which bytes of a message a chunk has, counted from 1: <c>start-end/total</c>, with <c>*</c> for what the sender does not know yet
/// (RFC 4975 section 7.1.1).
/// </summary>
public readonly record struct MsrpByteRange(long Start, long? End, long? Total)
{
    /// <summary>What a message without the header has.</summary>
    public static readonly MsrpByteRange Unsaid = new(1, null, null);

    /// <summary>Of a message without content.</summary>
    public static readonly MsrpByteRange Nothing = new(1, 0, 0);

    /// <summary>All of a message that is here.</summary>
    public static MsrpByteRange Whole(long length) => new(1, length, length);

    /// <returns>False when the text is none, or its numbers contradict each other (attack TM-02).</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out MsrpByteRange range)
    {
        range = default;
        var dash = text.IndexOf('-');
        var slash = text.IndexOf('/');
        if (dash < 0 || slash < dash || !TryRead(text[..dash], out var start) || start is not > 0
            || !TryRead(text[(dash + 1)..slash], out var end) || !TryRead(text[(slash + 1)..], out var total))
        {
            return false;
        }

        range = new MsrpByteRange(start.Value, end, total);
        return (end is null || end >= start - 1) && (total is null || (start <= total + 1 && (end is null || end <= total)));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Start}-{Print(End)}/{Print(Total)}");

    private static string Print(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "*";

    /// <summary>Null for <c>*</c>; no number has more than 15 digits, so that sums stay far from overflow.</summary>
    private static bool TryRead(ReadOnlySpan<char> text, out long? number)
    {
        number = null;
        if (text is "*")
        {
            return true;
        }

        if (text.Length > 15 || !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        number = value;
        return true;
    }
}
