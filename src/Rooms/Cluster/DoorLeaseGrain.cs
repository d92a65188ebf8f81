namespace Sylk.Conference.Rooms;

/// <summary>
/// Which node has a door there may be only one of in a cluster. The key names the door. A lease that is not renewed ends by itself; one
/// whose grain was lost is anybody's again, and the other end of the door's link keeps the two apart.
/// </summary>
[Alias("sylk.IDoorLeaseGrain")]
public interface IDoorLeaseGrain : IGrainWithStringKey
{
    /// <summary>Takes the lease or renews it.</summary>
    /// <returns>False while another node has it.</returns>
    [Alias("Hold")]
    Task<bool> Hold(string node, TimeSpan length);

    [Alias("Release")]
    Task Release(string node);
}

internal sealed class DoorLeaseGrain(RoomClock clock) : Grain, IDoorLeaseGrain
{
    private string? _holder;
    private DateTimeOffset _until;

    public Task<bool> Hold(string node, TimeSpan length)
    {
        var now = clock.Now;
        if (_holder is not null && _holder != node && now < _until)
            return Task.FromResult(false);
        (_holder, _until) = (node, now + length);
        DelayDeactivation(length);
        return Task.FromResult(true);
    }

    public Task Release(string node)
    {
        if (_holder == node)
            _holder = null;
        return Task.CompletedTask;
    }
}
