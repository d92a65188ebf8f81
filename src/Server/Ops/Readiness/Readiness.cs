using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Ops;

/// <param name="State"><c>ok</c>, <c>degraded</c> or <c>failed</c>.</param>
internal sealed record CheckReport(string Name, CheckState State, bool Ok, string Detail);

/// <param name="Status"><c>ready</c>, <c>degraded</c> (still ready) or <c>unready</c>.</param>
internal sealed record ReadinessReport(string Status, IReadOnlyList<CheckReport> Checks)
{
    public bool IsReady => Status != "unready";
}

/// <summary>Asks all checks side by side. Who asks within a second gets the same answer, so that nobody can keep them busy.</summary>
internal sealed class Readiness(IEnumerable<IReadinessCheck> checks, RoomClock clock, ILogger<Readiness> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly IReadinessCheck[] _checks = [.. checks];
    private readonly Lock _gate = new();
    private Task<ReadinessReport>? _latest;
    private long _askedAt;
    private string _status = "ready";

    public Task<ReadinessReport> AskAsync()
    {
        lock (_gate)
        {
            if (_latest is null || (_latest.IsCompleted && clock.Time.GetElapsedTime(_askedAt) >= Fresh))
                (_askedAt, _latest) = (clock.Time.GetTimestamp(), RunAsync());
            return _latest;
        }
    }

    /// <summary>Starts the checks anew when their answer is old, and waits for nothing.</summary>
    /// <returns>The answer there is.</returns>
    public bool Ask()
    {
        _ = AskAsync();
        return Volatile.Read(ref _status) != "unready";
    }

    private async Task<ReadinessReport> RunAsync()
    {
        var reports = await Task.WhenAll(_checks.Select(RunAsync));
        var worst = reports.Max(report => report.State);
        var report = new ReadinessReport(worst switch { CheckState.Ok => "ready", CheckState.Degraded => "degraded", _ => "unready" }, reports);
        if (Interlocked.Exchange(ref _status, report.Status) != report.Status)
            log.ReadinessChanged(report.Status, string.Join("; ", reports.Where(check => !check.Ok).Select(check => $"{check.Name}: {check.Detail}")));
        return report;
    }

    private async Task<CheckReport> RunAsync(IReadinessCheck check)
    {
        using var stop = new CancellationTokenSource(Patience, clock.Time);
        CheckResult result;
        try
        {
            result = await Task.Run(() => check.CheckAsync(stop.Token), stop.Token).WaitAsync(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            result = CheckResult.Failed("no answer within two seconds");
        }
#pragma warning disable CA1031 // whatever a check throws is its answer
        catch (Exception problem)
#pragma warning restore CA1031
        {
            result = CheckResult.Failed(problem.GetType().Name);
            log.CheckFailed(check.Name, problem);
        }
        return new(check.Name, result.State, result.State == CheckState.Ok, result.Detail);
    }
}
