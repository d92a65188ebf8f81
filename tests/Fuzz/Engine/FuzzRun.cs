using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Sylk.Conference.Fuzz.Tests.Engine;

/// <summary>
/// Replays the regressions of a target, then feeds it inputs from two threads. <c>SYLK_FUZZ_INPUTS</c> says how many (default
/// 1,000,000), <c>SYLK_FUZZ_SEED</c> where to start (a number; the same seed makes the same inputs).
/// </summary>
internal sealed class FuzzRun(FuzzTarget target, long inputs, ulong seed)
{
    private const int Workers = 2;
    private const int MostFindings = 5;
    private const long Batch = 1000;
    private const ulong UsualSeed = 0x5359_4C4B_0001;

    private readonly ConcurrentQueue<FuzzFinding> _findings = [];
    private long _next;
    private long _done;
    private long _accepted;
    private double _slowest;

    public static FuzzReport FromEnvironment(FuzzTarget target) => new FuzzRun(
        target,
        long.TryParse(Environment.GetEnvironmentVariable("SYLK_FUZZ_INPUTS"), CultureInfo.InvariantCulture, out var count) ? count : 1_000_000,
        ulong.TryParse(Environment.GetEnvironmentVariable("SYLK_FUZZ_SEED"), CultureInfo.InvariantCulture, out var chosen) ? chosen : UsualSeed)
        .Run();

    public FuzzReport Run()
    {
        var started = Stopwatch.GetTimestamp();
        Replay();
        var workers = Enumerable.Range(0, Workers).Select(_ => new Thread(Work)).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        return new FuzzReport(target, seed, _done, _accepted, Stopwatch.GetElapsedTime(started), _slowest)
        {
            Findings = [.. _findings.OrderBy(finding => finding.Number).Take(MostFindings)
                .Select(finding => Keep(finding with { Input = Minimiser.Shorten(target, finding.Input) }))],
        };
    }

    private FuzzFinding Keep(FuzzFinding finding)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Findings", target.Id);
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, $"{seed:x}-{finding.Number}.bin");
        File.WriteAllBytes(file, finding.Input);
        return finding with { File = file };
    }

    private void Replay()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Regressions", target.Id);
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder).Order().ToArray() : [])
        {
            var input = File.ReadAllBytes(file);
            if (new Judge(target).Try(input) is { } fault)
            {
                _findings.Enqueue(new FuzzFinding(-1, $"{Path.GetFileName(file)}: {fault}", input));
            }
        }
    }

    private void Work()
    {
        var maker = new InputMaker(target, seed);
        var judge = new Judge(target);
        long done = 0, accepted = 0;
        for (var first = Interlocked.Add(ref _next, Batch) - Batch; first < inputs; first = Interlocked.Add(ref _next, Batch) - Batch)
        {
            for (var number = first; number < Math.Min(first + Batch, inputs) && _findings.Count < MostFindings; number++)
            {
                var input = maker.Make(number);
                if (judge.Try(input) is { } fault)
                {
                    _findings.Enqueue(new FuzzFinding(number, fault, input.ToArray()));
                }

                done++;
                accepted += judge.LastAccepted ? 1 : 0;
            }
        }

        Interlocked.Add(ref _done, done);
        Interlocked.Add(ref _accepted, accepted);
        lock (_findings)
        {
            _slowest = Math.Max(_slowest, judge.SlowestMilliseconds);
        }
    }
}
