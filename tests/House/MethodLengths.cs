namespace Sylk.Conference.House.Tests;

/// <summary>
/// Measures methods by layout: in formatted code a member of a type starts at four columns (eight in a nested type) and its
/// body ends with a brace in the same column.
/// </summary>
internal static class MethodLengths
{
    public const int Longest = 90;

    public static IEnumerable<(string Place, int Lines)> Read(string file)
    {
        var lines = File.ReadAllLines(file);
        for (var i = 0; i < lines.Length; i++)
        {
            var indent = lines[i].Length - lines[i].TrimStart().Length;
            if (lines[i].Trim() != "{" || indent is not (4 or 8) || i == 0 || !lines[i - 1].TrimEnd().EndsWith(')') || lines[i - 1].Contains(" = new", StringComparison.Ordinal))
                continue;
            var closing = new string(' ', indent) + "}";
            var end = Array.FindIndex(lines, i, line => line.StartsWith(closing, StringComparison.Ordinal));
            if (end > i)
                yield return ($"{Repository.Relative(file)}:{i}", end - i - 1);
        }
    }
}
