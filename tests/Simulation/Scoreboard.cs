using System.Globalization;
using System.Runtime.CompilerServices;

namespace Sylk.Conference.Simulation.Tests;

/// <summary>
/// The committed figures of <c>scoreboard.tsv</c>, so that a change in any of them is seen in review. Keys and SSRCs differ from run
/// to run, and with them the order in which packets meet their fate: a figure may move by a quarter of itself, or by what its kind
/// varies by in a dozen runs (0.05 for shares; 0.15 for the mean difference; where one call or pair is the worst 0.25; a second; 15 ms). With
/// <c>SYLK_SCOREBOARD=write</c> the file is written anew. A bar the file says is met stays met, but for figures of a single worst.
/// </summary>
internal sealed class Scoreboard([CallerFilePath] string here = "")
{
    private const double Relative = 0.25;

    private static readonly Lock Gate = new();

    private readonly string _file = Path.Combine(Path.GetDirectoryName(here)!, "scoreboard.tsv");
    private readonly List<Figure> _figures = [];

    public void AtMost(string name, double value, double bar) => _figures.Add(new Figure(name, value, "<=", bar));

    public void AtLeast(string name, double value, double bar) => _figures.Add(new Figure(name, value, ">=", bar));

    public void Compare()
    {
        lock (Gate)
        {
            var known = Read();
            if (Environment.GetEnvironmentVariable("SYLK_SCOREBOARD") == "write")
            {
                foreach (var figure in _figures)
                    known[figure.Name] = figure.ToLine();
                File.WriteAllLines(_file, known.Values.Order(StringComparer.Ordinal));
                return;
            }

            var faults = _figures.Select(figure => figure.Fault(known.GetValueOrDefault(figure.Name))).OfType<string>().ToArray();
            Assert.True(faults.Length == 0, string.Join('\n', faults));
        }
    }

    private Dictionary<string, string> Read() => File.Exists(_file)
        ? File.ReadAllLines(_file).Where(line => line.Length > 0).ToDictionary(line => line.Split('\t')[0])
        : [];

    private sealed record Figure(string Name, double Value, string Sense, double Bar)
    {
        private bool IsMet => Sense == "<=" ? Value <= Bar : Value >= Bar;

        private bool IsWorst => Name.Contains("worst", StringComparison.Ordinal);

        private double Varies => IsWorst ? 0.25 : Name.Contains("difference", StringComparison.Ordinal) ? 0.15 : Name.Contains("seconds", StringComparison.Ordinal) ? 1 : Name.EndsWith("ms", StringComparison.Ordinal) ? 15 : 0.05;

        public string ToLine() => string.Join('\t', Name, Print(Value), $"{Sense} {Print(Bar)}", IsMet ? "met" : "not met");

        public string? Fault(string? line)
        {
            if (line is null)
                return $"{Name}: {Print(Value)} is not in the scoreboard";
            var parts = line.Split('\t');
            var recorded = double.Parse(parts[1], CultureInfo.InvariantCulture);
            if (parts[3] == "met" && !IsMet && !IsWorst)
                return $"{Name}: {Print(Value)}, the bar is {Sense} {Print(Bar)}";
            return Math.Abs(Value - recorded) <= Math.Max(Math.Abs(recorded) * Relative, Varies)
                ? null
                : $"{Name}: {Print(Value)}, the scoreboard says {parts[1]}";
        }

        private static string Print(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
    }
}
