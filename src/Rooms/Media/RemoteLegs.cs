using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>The phones of another node.</summary>
internal sealed class RemoteLegs(RemoteMediaNode node, string localId) : ILegEngine
{
    public async ValueTask<LegAnswer> NegotiateAsync(LegOffer offer) =>
        (await node.AskAsync<LegAnswer>(new LegStep(offer, localId)).ConfigureAwait(false)).Answer
        ?? LegAnswer.Refused(MediaErrorCode.Overloaded, "The node does not answer.");

    public ValueTask<MediaError?> OrderAsync(LegOrder order) => node.OrderAsync(new LegCommand(order));

    public ValueTask<MediaError?> CloseAsync(string room, long epoch, string legId) => node.OrderAsync(new LegEnd(room, epoch, legId));
}
