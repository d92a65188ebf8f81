using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Hosting;

/// <summary>
/// Gives away what this node has, so that it can stop without anybody noticing (product §17): no new rooms, media to other
/// nodes make before break, then people's signalling. Rooms decided here come up elsewhere when the silo leaves.
/// </summary>
internal sealed class Drain(NodeState node, NodeRegister nodes, LocalMediaNode local, RoomFeedHub feeds, DrainTools tools) : IDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    /// <summary>People come back on another node within a moment, or not at all.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private CancellationTokenSource _stop = new();

    /// <summary>On an order by REST; does not end the process.</summary>
    public void Obey(NodeOrder order)
    {
        _stop.Cancel();
        _stop.Dispose();
        _stop = new CancellationTokenSource();
        if (order.Drain)
            _ = RunAsync(TimeSpan.FromMilliseconds(order.TimeoutMs), _stop.Token);
        else
            node.IsDraining = false;
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>Until nothing is left or the time is over. Where nobody else could take anything it returns at once.</summary>
    public async Task RunAsync(TimeSpan patience, CancellationToken stop)
    {
        node.IsDraining = true;
        if (!nodes.HasOthers)
            return;
        tools.Log.DrainBegins(local.Rooms.Count(), feeds.Listeners);
        try
        {
            await WaitAsync(() => local.Rooms.Any(), patience, VacateAsync, stop);
            feeds.Tell(listener => new Dismissed(
                0, listener.ParticipantId, ErrorCodes.NodeDraining, "This server is about to stop; another one goes on.", listener.ConnectionId, "resume"));
            await WaitAsync(() => feeds.Listeners > 0, Farewell, () => Task.CompletedTask, stop);
        }
        catch (OperationCanceledException)
        {
            return; // undrained, or the process ends at once
        }
        tools.Log.DrainEnds(local.Rooms.Count(), feeds.Listeners);
    }

    private async Task WaitAsync(Func<bool> left, TimeSpan patience, Func<Task> act, CancellationToken stop)
    {
        for (var since = tools.Clock.Time.GetTimestamp(); left() && tools.Clock.Time.GetElapsedTime(since) < patience;)
        {
            await act();
            await Task.Delay(Look, tools.Clock.Time, stop);
        }
    }

    private async Task VacateAsync()
    {
        foreach (var (room, _) in local.Rooms)
        {
            try
            {
                await tools.Grains.GetGrain<IRoomGrain>(room).Vacate(local.Id);
            }
            catch (Exception problem) when (problem is OrleansException or TimeoutException or RoomRefusedException)
            {
                tools.Log.NotVacated(room, problem);
            }
        }
    }
}

/// <summary>What <see cref="Drain"/> works with.</summary>
internal sealed record DrainTools(IGrainFactory Grains, RoomClock Clock, ILogger<Drain> Log);
