namespace Sylk.Conference.Rooms;

/// <summary>The calls somebody placed in the last hour, over all rooms and nodes (limit L21). The key names who.</summary>
[Alias("sylk.IDialBudgetGrain")]
public interface IDialBudgetGrain : IGrainWithStringKey
{
    /// <returns>Zero when there was one left; otherwise milliseconds until there is.</returns>
    [Alias("Take")]
    Task<int> Take(int perHour);
}

internal sealed class DialBudgetGrain(RoomClock clock) : Grain, IDialBudgetGrain
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private readonly Queue<DateTimeOffset> _placed = new();

    public Task<int> Take(int perHour)
    {
        var now = clock.Now;
        while (_placed.TryPeek(out var oldest) && now - oldest >= Hour)
            _placed.Dequeue();
        if (_placed.Count >= perHour)
            return Task.FromResult(_placed.TryPeek(out var first) ? Math.Max(1, (int)(first + Hour - now).TotalMilliseconds) : (int)Hour.TotalMilliseconds);
        _placed.Enqueue(now);
        DelayDeactivation(Hour);
        return Task.FromResult(0);
    }
}
