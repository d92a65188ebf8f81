namespace Sylk.Conference.Server.Options;

/// <summary>Requests to the REST API (product §4). Each bucket refills at its rate and holds its burst.</summary>
internal sealed class LimitsOptions
{
    /// <summary>Per API key.</summary>
    [Live]
    [Within(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 50;

    [Live]
    [Within(1, 1_000_000)]
    public int RequestsBurst { get; set; } = 200;

    /// <summary>Per address of those who show no key.</summary>
    [Live]
    [Within(1, 1_000_000)]
    public int AnonymousRequestsPerSecond { get; set; } = 5;

    [Live]
    [Within(1, 1_000_000)]
    public int AnonymousRequestsBurst { get; set; } = 20;

    /// <summary>Limit L20: rooms one person may open in an hour. Who is not known is told apart by address; API keys are programs and not counted.</summary>
    [Live]
    [Within(1, 1_000_000)]
    public int RoomsPerHour { get; set; } = 30;
}
