using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sylk.Conference.Rooms;

/// <summary>
/// Tells every node that this one lives, and notices within a second when another does not: who falls silent is knocked at.
/// A refused knock is a dead process, and the cluster is told at once; no answer at all is a dead machine or a cut line; an
/// accepted knock is a slow process, which gets more time. Media moves away from all three. What moved is fenced by its epoch;
/// a node that was only slow finds out by <see cref="CloseStaleRoomsAsync"/>.
/// </summary>
internal sealed class NodeWatch(NodeWatchTools tools, ILogger<NodeWatch> log) : BackgroundService
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Suspicion = TimeSpan.FromMilliseconds(450);
    private static readonly TimeSpan Knock = TimeSpan.FromMilliseconds(250);

    /// <summary>Nobody answers the knock for so long in all: the machine is gone, or the line to it.</summary>
    private static readonly TimeSpan Unreachable = TimeSpan.FromMilliseconds(900);

    /// <summary>The kernel answers for it, the process does not.</summary>
    private static readonly TimeSpan Frozen = TimeSpan.FromSeconds(3);

    /// <summary>A beat this late means that this process slept.</summary>
    private static readonly TimeSpan Overslept = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Tidying = TimeSpan.FromSeconds(5);

    private readonly ClusterNodes _nodes = tools.Nodes;
    private long _tidiedAt;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var time = tools.Clock.Time;
        using var timer = new PeriodicTimer(Beat, time);
        _nodes.Begin(IsMember);
        var last = _tidiedAt = time.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            {
                var slept = time.GetElapsedTime(last) > Overslept;
                last = time.GetTimestamp();
                if (slept)
                    _nodes.Forgive();
                Turn();
                if (slept || time.GetElapsedTime(_tidiedAt) > Tidying)
                    Tidy(time.GetTimestamp());
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops; its silence from now on is meant.
        }
    }

    /// <summary>A silo bears the id of its node as its name.</summary>
    private bool IsMember(string id) => tools.Membership.CurrentSnapshot.Members.Values.Any(member =>
        member.Name == id && member.Status is not (SiloStatus.Dead or SiloStatus.None));

    private void Turn()
    {
        var members = tools.Membership.CurrentSnapshot.Members;
        var pulse = _nodes.Pulse(tools.Silo.SiloAddress, tools.Register.Self);
        foreach (var (silo, member) in members)
        {
            if (member.Status is SiloStatus.Active or SiloStatus.Joining && !silo.Equals(tools.Silo.SiloAddress))
                tools.Links.To(silo).Pulse(pulse).Ignore();
        }
        foreach (var node in _nodes.Others)
        {
            if (members.TryGetValue(node.Media.Silo, out var member) && member.Status == SiloStatus.Dead)
                Bury(node);
            else if (!node.Media.IsLost && _nodes.SilenceOf(node) > Suspicion && node.TryBeginCheck())
                _ = CheckAsync(node);
        }
    }

    private void Tidy(long now)
    {
        _tidiedAt = now;
        _nodes.Settle();
        _ = CloseStaleRoomsAsync();
    }

    private async Task CheckAsync(KnownNode node)
    {
        var answer = await KnockAsync(node.Media.Silo).ConfigureAwait(false);
        var silence = _nodes.SilenceOf(node);
        if (silence < Suspicion)
            log.NodeSlow(node.Media.Id);
        else if (answer == KnockAnswer.Refused)
            await LoseAsync(node, "its port is closed", certain: true).ConfigureAwait(false);
        else if (answer == KnockAnswer.None && silence > Unreachable)
            await LoseAsync(node, "it cannot be reached", certain: false).ConfigureAwait(false);
        else if (silence > Frozen)
            await LoseAsync(node, "it stands still", certain: false).ConfigureAwait(false);
        node.EndCheck();
    }

    private static async Task<KnockAnswer> KnockAsync(SiloAddress silo)
    {
        using var socket = new Socket(silo.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var patience = new CancellationTokenSource(Knock);
        try
        {
            await socket.ConnectAsync(silo.Endpoint, patience.Token).ConfigureAwait(false);
            return KnockAnswer.Open;
        }
        catch (SocketException problem) when (problem.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return KnockAnswer.Refused;
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException)
        {
            return KnockAnswer.None;
        }
    }

    /// <param name="certain">The process is dead, so that others need not vote on it. A cut line looks dead from both ends: there the
    /// members vote.</param>
    private async Task LoseAsync(KnownNode node, string why, bool certain)
    {
        node.Media.IsLost = true;
        log.NodeLost(node.Media.Id, why, _nodes.SilenceOf(node).TotalMilliseconds);
        if (certain)
            await DeclareAsync(node.Media.Silo).ConfigureAwait(false);
        await AfterLossAsync(node.Media.Id).ConfigureAwait(false);
    }

    private void Bury(KnownNode node)
    {
        var known = node.Media.IsLost;
        _nodes.Bury(node);
        tools.Signals.Drop(node.Media.Id);
        if (!known)
            log.NodeLost(node.Media.Id, "the cluster says so", _nodes.SilenceOf(node).TotalMilliseconds);
        // Also when it was known: rooms that were decided there can come up elsewhere only from now on.
        _ = AfterDeathAsync(node.Media.Id);
    }

    private async Task AfterDeathAsync(string dead)
    {
        await AfterLossAsync(dead).ConfigureAwait(false);
        foreach (var room in tools.Rooms.Awake.Keys.Concat(tools.Local.Rooms.Select(held => held.Key)).Distinct().ToList())
        {
            try
            {
                await tools.Grains.GetGrain<IRoomGrain>(room).NodeGone(dead).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is OrleansException or TimeoutException or RoomRefusedException)
            {
                log.ReattendFailed(dead, problem);
            }
        }
    }

    private async Task DeclareAsync(SiloAddress silo)
    {
        try
        {
            await tools.Membership.TryKill(silo).WaitAsync(Unreachable).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // whatever keeps the word from the membership, its own probes find the same out later
        catch (Exception problem)
#pragma warning restore CA1031
        {
            log.DeclarationFailed(silo.ToString(), problem);
        }
    }

    private async Task AfterLossAsync(string lost)
    {
        try
        {
            await tools.Feeds.ReattendAsync(_nodes.LocalId, lost).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // one room's trouble ends nobody's watch; the ladder of its people finds the way (product §7.5)
        catch (Exception problem)
#pragma warning restore CA1031
        {
            log.ReattendFailed(lost, problem);
        }
    }

    /// <summary>Asks rooms whose media is here whether it still belongs here: they may have moved while this node was away.</summary>
    private async Task CloseStaleRoomsAsync()
    {
        foreach (var (room, epoch) in tools.Local.Rooms)
        {
            try
            {
                if (!await tools.Grains.GetGrain<IRoomGrain>(room).IsHome(_nodes.LocalId).ConfigureAwait(false))
                    await tools.Local.CloseRoomAsync(room, epoch).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is OrleansException or TimeoutException or RoomRefusedException)
            {
                log.HomeUnclear(room, problem.Message);
            }
        }
    }

    private enum KnockAnswer : byte { Open, Refused, None }
}

/// <summary>What <see cref="NodeWatch"/> works with.</summary>
internal sealed record NodeWatchTools(
    ClusterNodes Nodes, NodeLinks Links, IClusterMembershipService Membership, ILocalSiloDetails Silo, LocalMediaNode Local)
{
    public required RoomFeedHub Feeds { get; init; }
    public required SignalRelay Signals { get; init; }
    public required IGrainFactory Grains { get; init; }
    public required RoomClock Clock { get; init; }
    public required NodeRegister Register { get; init; }
    public required RoomTools Rooms { get; init; }
}
