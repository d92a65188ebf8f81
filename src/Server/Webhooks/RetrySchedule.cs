namespace Sylk.Conference.Server.Webhooks;

/// <summary>When to try again (product §6): eight times after the first, each somewhat late so that retries do not march in step.</summary>
internal static class RetrySchedule
{
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(6), TimeSpan.FromHours(12),
    ];

    /// <summary>A webhook that accepts nothing for so long is switched off.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(3);

    /// <param name="attempts">Made so far, at least 1.</param>
    /// <param name="chance">0 to 1: how much of the jitter, a fifth of the wait, is used.</param>
    /// <returns>Null when it is time to give up.</returns>
    public static TimeSpan? WaitAfter(int attempts, double chance) =>
        attempts <= Waits.Length ? Waits[attempts - 1] * (1 + (0.2 * chance)) : null;
}
