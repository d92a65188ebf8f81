using System.Globalization;

namespace Sylk.Conference.Load.Serving;

/// <summary>What the startup hook has noted up to a moment.</summary>
/// <param name="AllocatedOctets">Since the start, the watch's own included (some hundred octets a note).</param>
/// <param name="PauseMs">All pauses together.</param>
/// <param name="Collections">Of the generations 0, 1 and 2; an older one counts as a younger one too.</param>
internal sealed record MemoryFacts(long AllocatedOctets, double PauseMs, IReadOnlyList<int> Collections)
{
    /// <summary>One for each collection of generation 2 so far, in milliseconds.</summary>
    public IReadOnlyList<double> OldestPausesMs { get; init; } = [];

    /// <summary>Reads the notes; null when there are none yet.</summary>
    public static MemoryFacts? Read(IEnumerable<string> notes)
    {
        MemoryFacts? last = null;
        var pauses = new List<double>();
        foreach (var words in notes.Select(note => note.Split(' ')).Where(words => words.Length == 6))
        {
            last = new MemoryFacts(long.Parse(words[0], CultureInfo.InvariantCulture), Number(words[1]), [.. words[2..5].Select(Whole)]);
            if (Number(words[5]) is > 0 and var pause)
                pauses.Add(pause);
        }

        return last is null ? null : last with { OldestPausesMs = pauses };
    }

    private static double Number(string word) => double.Parse(word, CultureInfo.InvariantCulture);

    private static int Whole(string word) => int.Parse(word, CultureInfo.InvariantCulture);
}
