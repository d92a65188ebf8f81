using System.Globalization;

namespace Sylk.Conference.Fuzz.Tests.Engine;

/// <summary>An input that broke a target, as short as it could be made.</summary>
internal sealed record FuzzFinding(long Number, string Fault, byte[] Input)
{
    private const int MostPrinted = 300;

    /// <summary>Where the input was put, to be moved among the regressions once understood; null when it was not.</summary>
    public string? File { get; init; }

    public override string ToString() => Input.Length <= MostPrinted
        ? $"input {Number}: {Fault}\n  base64 {Convert.ToBase64String(Input)}"
        : $"input {Number}: {Fault}\n  {Input.Length} bytes in {File}";
}

/// <summary>What a run did .</summary>
internal sealed record FuzzReport(FuzzTarget Target, ulong Seed, long Inputs, long Accepted, TimeSpan Elapsed, double SlowestMilliseconds)
{
    public required IReadOnlyList<FuzzFinding> Findings { get; init; }

    public double AcceptedPart => Accepted / (double)Math.Max(1, Inputs);

    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"{Target.Id} {Target.Name}: {Inputs:N0} inputs, seed 0x{Seed:X}, {Elapsed.TotalSeconds:F1} s, "
        + $"{Inputs / Elapsed.TotalSeconds:N0}/s, {AcceptedPart:P1} accepted, slowest {SlowestMilliseconds:F1} ms, "
        + $"{Findings.Count} crashes");

    public override string ToString() => Summary + string.Concat(Findings.Select(finding => "\n" + finding));
}
