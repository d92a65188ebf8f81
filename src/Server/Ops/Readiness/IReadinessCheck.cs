namespace Sylk.Conference.Server.Ops;

internal enum CheckState { Ok, Degraded, Failed }

/// <param name="Detail">For operators: no secrets.</param>
internal readonly record struct CheckResult(CheckState State, string Detail)
{
    public static CheckResult Ok(string detail) => new(CheckState.Ok, detail);

    /// <summary>Something to look after; people are still served.</summary>
    public static CheckResult Degraded(string detail) => new(CheckState.Degraded, detail);

    /// <summary>Nobody new should be sent here.</summary>
    public static CheckResult Failed(string detail) => new(CheckState.Failed, detail);
}

/// <summary>
/// One condition of taking people (product §17); every registered one is asked at <c>/health/ready</c>. A check that throws or takes
/// longer than two seconds has failed.
/// </summary>
internal interface IReadinessCheck
{
    /// <summary>One lower-case word.</summary>
    string Name { get; }

    Task<CheckResult> CheckAsync(CancellationToken stop);
}
