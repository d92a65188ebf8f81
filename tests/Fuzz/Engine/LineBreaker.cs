using System.Text;

namespace Sylk.Conference.Fuzz.Tests.Engine;

/// <summary>Breaks texts made of lines: whole lines, or one word between separators.</summary>
internal static class LineBreaker
{
    private static readonly byte[][] Words = [.. new[]
    {
        "", " ", "0", "1", "-1", "9", "63", "64", "65", "127", "128", "255", "256", "65535", "65536", "2147483647", "2147483648",
        "4294967295", "4294967296", "18446744073709551615", "18446744073709551616", "99999999999999999999999", "0x1", "1e9", "+1",
        "*", "~", "-", "%", "\\", "\"", "\0", "\r", "\n", "\r\n", "\r\n\r\n", "\t", ":", "::", "=", ";", ";;", ",", "/", "é", "😀",
        "a=", "m=", "v=0", "AA:BB", "send", "recv", "actpass", "BUNDLE", "apt", "pt=",
    }.Select(Encoding.UTF8.GetBytes)];

    private static readonly byte[] Separators = [.. " :=;,/\r\n-~"u8];

    public static void Apply(FuzzBuffer buffer, IReadOnlyList<byte[]> seeds, ref FuzzRandom random)
    {
        if (buffer.Length == 0)
        {
            buffer.Set(random.Pick(seeds));
            return;
        }

        var (start, length) = LineAt(buffer.Bytes, random.Below(buffer.Length));
        switch (random.Below(12))
        {
            case 0:
                buffer.Remove(start, length);
                break;
            case 1:
                buffer.Repeat(start, length, 1 + random.Below(random.OneIn(50) ? 5000 : 3));
                break;
            case 2:
                var other = random.Pick(seeds);
                var (from, count) = LineAt(other, random.Below(other.Length));
                buffer.Insert(start, other.AsSpan(from, count));
                break;
            case 3:
                var moved = buffer.Bytes.Slice(start, length).ToArray();
                buffer.Remove(start, length);
                buffer.Insert(LineAt(buffer.Bytes, random.Below(buffer.Length)).Start, moved);
                break;
            case 4:
                buffer.Truncate(start + random.Below(length + 1));
                break;
            default:
                BreakWord(buffer, random.Below(buffer.Length), ref random);
                break;
        }
    }

    private static void BreakWord(FuzzBuffer buffer, int at, ref FuzzRandom random)
    {
        var before = buffer.Bytes[..at].LastIndexOfAny(Separators) + 1;
        var end = buffer.Bytes[at..].IndexOfAny(Separators);
        var length = (end < 0 ? buffer.Length : at + end) - before;
        switch (random.Below(5))
        {
            case 0:
                buffer.Remove(before, length + random.Below(2));
                break;
            case 1:
                buffer.Repeat(before, length + 1, 1 + random.Below(random.OneIn(50) ? 2000 : 3));
                break;
            case 2:
                buffer.Insert(at, random.Pick(Words));
                break;
            default:
                buffer.Remove(before, length);
                buffer.Insert(before, random.Pick(Words));
                break;
        }
    }

    private static (int Start, int Length) LineAt(ReadOnlySpan<byte> text, int at)
    {
        if (text.IsEmpty)
        {
            return (0, 0);
        }

        var start = text[..at].LastIndexOf((byte)'\n') + 1;
        var end = text[at..].IndexOf((byte)'\n');
        return (start, (end < 0 ? text.Length : at + end + 1) - start);
    }
}
