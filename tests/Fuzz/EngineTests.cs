using Sylk.Conference.Fuzz.Tests.Engine;

namespace Sylk.Conference.Fuzz.Tests;

/// <summary>A harness that finds nothing must be shown to find what is there.</summary>
public class EngineTests
{
    private static readonly byte[] Seed = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    [Fact(DisplayName = "R-01 an exception is found and its input shortened")]
    public void Exceptions_are_found() => AssertFound(
        input => input.Contains((byte)0x80) ? throw new InvalidOperationException("eighty") : FuzzVerdict.Accepted,
        "eighty",
        shortest: 1);

    [Fact(DisplayName = "R-01 a broken invariant is found")]
    public void Invariants_are_found() => AssertFound(
        input => input.Length > 20 ? FuzzVerdict.Violates("too long") : FuzzVerdict.Accepted, "too long", shortest: 21);

    [Fact(DisplayName = "R-01 an input that takes more than 100 ms is found")]
    public void Slow_inputs_are_found() => AssertFound(
        input =>
        {
            if (input.Length < 2)
            {
                var until = ThreadTime.Milliseconds() + 130;
                var enough = Environment.TickCount64 + 10_000;
                while (ThreadTime.Milliseconds() < until && Environment.TickCount64 < enough)
                {
                    Thread.SpinWait(10_000);
                }
            }

            return FuzzVerdict.Accepted;
        },
        "took",
        shortest: 0);

    [Fact(DisplayName = "R-01 an allocation out of proportion is found")]
    public void Greedy_inputs_are_found() => AssertFound(
        input => new byte[input.Length > 14 ? 70_000 : 10].Length > 0 ? FuzzVerdict.Accepted : FuzzVerdict.Refused,
        "allocated",
        shortest: 15);

    [Fact(DisplayName = "R-01 the same seed makes the same inputs, another seed others")]
    public void Inputs_are_reproducible()
    {
        var target = Target(_ => FuzzVerdict.Accepted);
        byte[][] Inputs(ulong seed)
        {
            var maker = new InputMaker(target, seed);
            return [.. Enumerable.Range(0, 500).Select(number => maker.Make(number).ToArray())];
        }

        Assert.Equal(Inputs(7), Inputs(7));
        Assert.NotEqual(Inputs(7), Inputs(8));
        Assert.True(Inputs(7).DistinctBy(Convert.ToHexString).Count() > 400);
    }

    [Fact(DisplayName = "R-01 every input asked for is fed")]
    public void Inputs_are_counted()
    {
        var fed = 0;
        var report = new FuzzRun(Target(_ => Count(ref fed)), 12_345, 1).Run();

        Assert.Equal((12_345, 12_345, 12_345), (report.Inputs, report.Accepted, fed));
        Assert.Empty(report.Findings);
    }

    private static FuzzVerdict Count(ref int fed)
    {
        Interlocked.Increment(ref fed);
        return FuzzVerdict.Accepted;
    }

    private static void AssertFound(FuzzCheck check, string fault, int shortest)
    {
        var report = new FuzzRun(Target(check), 3_000, 1).Run();

        Assert.NotEmpty(report.Findings);
        Assert.All(report.Findings, finding => Assert.Contains(fault, finding.Fault, StringComparison.Ordinal));
        Assert.Equal(shortest, report.Findings.Min(finding => finding.Input.Length));
    }

    private static FuzzTarget Target(FuzzCheck check) => new("Z-00", "engine", [Seed], () => check);
}
