using System.Globalization;
using System.Reflection;

namespace Sylk.Conference.Protocols;

/// <summary>
/// What Unicode says about taking characters apart and putting them together (UAX #15), from <c>normalization.txt</c>:
/// <c>C0=41 300</c> both ways, <c>212B:C5</c> apart only, <c>FB01~66 69</c> apart where compatible characters count as the same,
/// <c>301^230</c> the class of a mark.
/// </summary>
internal sealed class NormalizationTable
{
    private readonly Dictionary<int, int[]> _canonical = [];
    private readonly Dictionary<int, int[]> _compatible = [];
    private readonly Dictionary<long, int> _pairs = [];
    private readonly Dictionary<int, byte> _classes = [];

    private NormalizationTable(TextReader lines)
    {
        while (lines.ReadLine() is { } line)
        {
            if (line[0] != '#')
                Take(line);
        }
    }

    public static NormalizationTable Instance { get; } = Load();

    /// <summary>0 for everything that is no combining mark.</summary>
    public byte ClassOf(int rune) => rune < 0x300 ? (byte)0 : _classes.GetValueOrDefault(rune);

    /// <returns>One step; empty when the character is whole.</returns>
    public ReadOnlySpan<int> PartsOf(int rune, bool compatible)
    {
        if (_canonical.TryGetValue(rune, out var parts))
            return parts;
        return compatible && _compatible.TryGetValue(rune, out parts) ? parts : [];
    }

    /// <returns>What the two make together; -1 when they stay two.</returns>
    public int Pair(int first, int second) => _pairs.TryGetValue(Key(first, second), out var whole) ? whole : -1;

    private static NormalizationTable Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        using var lines = new StreamReader(assembly.GetManifestResourceStream("normalization.txt")!);
        return new NormalizationTable(lines);
    }

    private void Take(string line)
    {
        var mark = line.AsSpan().IndexOfAny("=:~^");
        var rune = Hex(line.AsSpan(0, mark));
        if (line[mark] == '^')
        {
            _classes[rune] = byte.Parse(line.AsSpan(mark + 1), CultureInfo.InvariantCulture);
            return;
        }
        var parts = Array.ConvertAll(line[(mark + 1)..].Split(' '), text => Hex(text));
        (line[mark] == '~' ? _compatible : _canonical)[rune] = parts;
        if (line[mark] == '=')
            _pairs[Key(parts[0], parts[1])] = rune;
    }

    private static int Hex(ReadOnlySpan<char> text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    private static long Key(int first, int second) => ((long)first << 32) | (uint)second;
}
