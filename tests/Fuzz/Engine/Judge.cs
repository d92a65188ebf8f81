using System.Diagnostics;

namespace Sylk.Conference.Fuzz.Tests.Engine;

/// <summary>Runs a check on one input and holds it to what counts as a crash (time, memory, exceptions, invariants).</summary>
internal sealed class Judge(FuzzTarget target)
{
    private const double MostMilliseconds = 100;
    private const double WorthAnotherLook = 20;
    private const int AllocationPerByte = 64;
    private FuzzCheck _check = target.Start();

    public bool LastAccepted { get; private set; }

    public double SlowestMilliseconds { get; private set; }

    /// <returns>What went wrong; null when nothing did.</returns>
    public string? Try(ReadOnlySpan<byte> input)
    {
        var fault = TryOnce(input, out var milliseconds, out var allocated);
        if (fault is not null)
        {
            return fault;
        }

        // A neighbour on the machine or a first call can be slow or hungry once; a property of the input is so every time.
        var mostAllocated = target.FreeAllocation + AllocationPerByte * (long)input.Length;
        for (var again = 0; again < 3 && (milliseconds > WorthAnotherLook || allocated > mostAllocated); again++)
        {
            var before = ThreadTime.Milliseconds();
            TryOnce(input, out _, out var nextAllocated);
            (milliseconds, allocated) = (Math.Min(milliseconds, ThreadTime.Milliseconds() - before), Math.Min(allocated, nextAllocated));
        }

        SlowestMilliseconds = Math.Max(SlowestMilliseconds, milliseconds);
        return milliseconds > MostMilliseconds ? $"took {milliseconds:F0} ms"
            : allocated > mostAllocated ? $"allocated {allocated} bytes for {input.Length}"
            : null;
    }

    private string? TryOnce(ReadOnlySpan<byte> input, out double milliseconds, out long allocated)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var started = Stopwatch.GetTimestamp();
        string? fault;
        try
        {
            var verdict = _check(input);
            LastAccepted = verdict.IsAccepted;
            fault = verdict.Broken;
        }
#pragma warning disable CA1031 // Whatever escapes a parser is the finding.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            fault = $"{exception.GetType().Name}: {exception.Message} {FirstFrame(exception)}";
            _check = target.Start();
        }

        milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return fault;
    }

    private static string FirstFrame(Exception exception) =>
        exception.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Protocols", StringComparison.Ordinal))?.Trim() ?? "";
}
