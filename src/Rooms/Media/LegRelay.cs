using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Sylk.Conference.Rooms;

/// <summary>
/// Takes what happens on this node's legs to the node their call came in on: usually this one. Called on phone threads; what cannot be
/// told because a node does not keep up is lost.
/// </summary>
public sealed class LegRelay : ILegListener
{
    private const int Capacity = 4096;

    private readonly ConcurrentDictionary<string, string> _dialogs = new(StringComparer.Ordinal);
    private readonly Channel<(string Node, LegEvent Happened)> _outbox = Channel.CreateBounded<(string, LegEvent)>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ILegListener _here;
    private readonly NodeLinks? _links;

    /// <param name="here">Hears of calls of this node.</param>
    public LegRelay(ILegListener here) => _here = here;

    internal LegRelay(ILegListener here, NodeLinks links)
    {
        (_here, _links) = (here, links);
        _ = Task.Run(PumpAsync);
    }

    public void OnLeg(LegEvent happened)
    {
        if (_links is not null && _dialogs.TryGetValue(happened.LegId, out var node) && node != _links.LocalId)
            _outbox.Writer.TryWrite((node, happened));
        else
            _here.OnLeg(happened);
    }

    /// <summary>The call of that leg is on that node.</summary>
    internal void Attend(string legId, string node) => _dialogs[legId] = node;

    internal void Forget(string legId) => _dialogs.TryRemove(legId, out _);

    private async Task PumpAsync()
    {
        await foreach (var (node, happened) in _outbox.Reader.ReadAllAsync().ConfigureAwait(false))
            await _links!.HearLegAsync(node, happened).ConfigureAwait(false);
    }
}
