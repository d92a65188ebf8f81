using System.Text.Json;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Services;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>A sign of life, and what others need to know of a node to send it rooms.</summary>
/// <param name="Id">Of this start of the node.</param>
/// <param name="Load">Media connections, those just given away included.</param>
/// <param name="Draining">About to stop: no new rooms.</param>
/// <param name="Facts">For operators.</param>
[GenerateSerializer, Immutable, Alias("sylk.NodePulse")]
internal sealed record NodePulse(
    [property: Id(0)] string Id, [property: Id(1)] SiloAddress Silo, [property: Id(2)] double Load, [property: Id(3)] bool Draining,
    [property: Id(4)] bool CarriesMedia, [property: Id(5)] NodeFacts Facts);

/// <summary>A node as other nodes call it, one hop; never through a room.</summary>
[Alias("sylk.INodeService")]
internal interface INodeService : IGrainService
{
    [OneWay, Alias("Pulse")]
    Task Pulse(NodePulse pulse);

    /// <param name="signals">A <see cref="SignalBatch"/>.</param>
    [OneWay, Alias("Hear")]
    Task Hear(byte[] signals);

    /// <param name="happened">A <see cref="LegEvent"/> of a leg whose call is on this node.</param>
    [OneWay, Alias("HearLeg")]
    Task HearLeg(byte[] happened);

    /// <param name="request">A <see cref="NodeRequest"/>.</param>
    /// <returns>What the same method of <see cref="IMediaNode"/> returns.</returns>
    [Alias("Ask")]
    Task<byte[]> Ask(byte[] request);
}

/// <summary>Takes what other nodes ask of this one to its media engine.</summary>
internal sealed class NodeService(GrainId id, Silo silo, ILoggerFactory loggers, NodeDesk desk) : GrainService(id, silo, loggers), INodeService
{
    public Task Pulse(NodePulse pulse)
    {
        desk.Nodes.Heard(pulse);
        return Task.CompletedTask;
    }

    public Task Hear(byte[] signals)
    {
        NodeWire.Read<SignalBatch>(signals)?.Deliver(desk.Feeds);
        return Task.CompletedTask;
    }

    public Task HearLeg(byte[] happened)
    {
        if (NodeWire.Read<LegEvent>(happened) is { } read)
            desk.Calls?.OnLeg(read);
        return Task.CompletedTask;
    }

    public async Task<byte[]> Ask(byte[] request) => NodeWire.Read<NodeRequest>(request) switch
    {
        OpenMedia r => NodeWire.Write(await desk.Local.OpenRoomAsync(r.Room, r.Epoch, r.Policy)),
        CloseMedia r => NodeWire.Write(await desk.Local.CloseRoomAsync(r.Room, r.Epoch)),
        Negotiation r => NodeWire.Write(await desk.Local.NegotiateAsync(r.Offer, r.From)),
        OfferOf r => NodeWire.Write(await desk.Local.OfferOfAsync(r.Room, r.Epoch, r.PeerId)),
        CandidatesFor r => NodeWire.Write(await desk.Local.AddCandidatesAsync(r.Room, r.Epoch, r.PeerId, r.Candidates)),
        ClosePeer r => NodeWire.Write(await desk.Local.ClosePeerAsync(r.Room, r.Epoch, r.PeerId)),
        MuteTrack r => NodeWire.Write(await desk.Local.SetTrackMutedAsync(r.Room, r.Epoch, r.TrackId, r.Muted)),
        ViewFor r => NodeWire.Write(await desk.Local.SetViewAsync(r.Room, r.Epoch, r.PeerId, r.View)),
        ReportOf r => NodeWire.Write(await desk.Local.ReportAsync(r.Room, r.Epoch, r.PeerId, r.Report)),
        StatisticsOf r => NodeWire.Write(await desk.Local.StatisticsAsync(r.Room, r.PeerId)),
        InventoryOf r => NodeWire.Write(await desk.Local.InventoryAsync(r.Room)),
        Attendance r => NodeWire.Write(await desk.Local.AttendAsync(r.Room, r.PeerId, r.Listener)),
        OrderToNode r => NodeWire.Write(Obey(r.Order)),
        LegStep r => NodeWire.Write(await StepAsync(r)),
        LegCommand r => NodeWire.Write(desk.Local.Legs is { } legs ? await legs.OrderAsync(r.Order) : null),
        LegEnd r => NodeWire.Write(await EndAsync(r)),
        _ => throw new JsonException("an empty request"),
    };

    private async Task<LegAnswer> StepAsync(LegStep step)
    {
        desk.LegNews?.Attend(step.Offer.LegId, step.From);
        return desk.Local.Legs is { } legs
            ? await legs.NegotiateAsync(step.Offer)
            : LegAnswer.Refused(MediaErrorCode.Overloaded, "No phones here.");
    }

    private async Task<MediaError?> EndAsync(LegEnd end)
    {
        desk.LegNews?.Forget(end.LegId);
        return desk.Local.Legs is { } legs ? await legs.CloseAsync(end.Room, end.Epoch, end.LegId) : null;
    }

    private bool Obey(NodeOrder order)
    {
        desk.State.Order(order);
        return true;
    }
}

/// <summary>What <see cref="NodeService"/> works with.</summary>
internal sealed record NodeDesk(LocalMediaNode Local, ClusterNodes Nodes, RoomFeedHub Feeds, NodeState State)
{
    /// <summary>Calls whose dialog is here; null where no phones are served.</summary>
    public ILegListener? Calls { get; init; }

    /// <summary>What happens on legs here; null where there are none.</summary>
    public LegRelay? LegNews { get; init; }
}
