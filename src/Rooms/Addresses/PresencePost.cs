namespace Sylk.Conference.Rooms;

/// <summary>Finds doors for wishes and states; who watches whom is kept by <see cref="IPresenceGrain"/>. Doors are those of this node.</summary>
public sealed class PresencePost(IGrainFactory grains, Func<IEnumerable<IPresenceDoor>> doors) : IPresencePost
{
    private IReadOnlyList<IPresenceDoor> Doors => field ??= [.. doors()];

    public bool MayReach(string address) => DoorOf(address) is not null;

    public bool BelongsElsewhere(IPresenceDoor door, string address) => Doors.Any(other => other != door && other.Owns(address));

    public async Task<PresenceView?> WatchAsync(IPresenceDoor from, string watcher, string watched, CancellationToken stop)
    {
        if (DoorOf(watched) is not { } door)
            return null;
        var view = await Grain(watched).Watch(watcher, from.Wire, door.Judge(watcher, watched)).ConfigureAwait(false);
        if (view is not null and not { Answer: WatchAnswer.Rejected })
            await door.WatchAsync(watcher, watched, view.Answer, stop).ConfigureAwait(false);
        return view;
    }

    public async Task<PresenceView> LookAsync(string watcher, string watched, CancellationToken stop)
    {
        var door = DoorOf(watched);
        var view = await Grain(watched).Look(watcher, door?.Judge(watcher, watched) ?? WatchAnswer.Rejected).ConfigureAwait(false);
        if (door is not null && view.Answer == WatchAnswer.Granted)
            await door.WatchAsync(watcher, watched, view.Answer, stop).ConfigureAwait(false);
        return view;
    }

    public async Task LeaveAsync(string watcher, string watched, CancellationToken stop)
    {
        if (await Grain(watched).Leave(watcher).ConfigureAwait(false) && DoorOf(watched) is { } door)
            await door.LeaveAsync(watcher, watched, stop).ConfigureAwait(false);
    }

    public async Task AnswerAsync(string watcher, string watched, WatchAnswer answer, CancellationToken stop)
    {
        if (await Grain(watched).Answer(watcher, answer).ConfigureAwait(false) is not { } told)
            return;
        foreach (var door in DoorsOf(told))
            await door.AnswerAsync(watcher, watched, told.View, stop).ConfigureAwait(false);
    }

    public async Task ShowAsync(string watcher, PresenceState state, CancellationToken stop)
    {
        if (await Grain(state.Address).Show(watcher, state).ConfigureAwait(false) is { } told)
            await TellAsync([told], stop).ConfigureAwait(false);
    }

    public async Task<string?> PublishAsync(PresenceOrder order, CancellationToken stop)
    {
        var (tag, told) = await Grain(order.Address).Publish(order).ConfigureAwait(false);
        await TellAsync(told, stop).ConfigureAwait(false);
        return tag;
    }

    public async Task SettleAsync(string address, CancellationToken stop) =>
        await TellAsync(await Grain(address).Settle().ConfigureAwait(false), stop).ConfigureAwait(false);

    private async Task TellAsync(IEnumerable<PresenceTold> all, CancellationToken stop)
    {
        foreach (var told in all)
        {
            foreach (var door in DoorsOf(told))
                await door.ShowAsync(told.Watcher, told.View.State, stop).ConfigureAwait(false);
        }
    }

    private IEnumerable<IPresenceDoor> DoorsOf(PresenceTold told) => Doors.Where(door => door.Wire == told.Door);

    private IPresenceDoor? DoorOf(string address) => Doors.FirstOrDefault(door => door.Owns(address)) ?? Doors.FirstOrDefault(door => door.MayReach(address));

    private IPresenceGrain Grain(string address) => grains.GetGrain<IPresenceGrain>(address);
}
