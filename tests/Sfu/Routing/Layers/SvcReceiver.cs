using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Layers;
using Sylk.Conference.Sfu.Routing.Rewriting;

namespace Sylk.Conference.Sfu.Tests.Routing.Layers;

/// <summary>Selector and rewriter as a slot joins them, and a decoder that knows what each frame refers to.</summary>
internal sealed class SvcReceiver
{
    private readonly SvcSelector _selector = new();
    private readonly SlotRewriter _rewriter = new(100, 0, 90_000, isAudio: false);
    private readonly Dictionary<(int Picture, byte Spatial), int> _parts = [];
    private readonly HashSet<(int Picture, byte Spatial)> _decoded = [];
    private bool _begun;

    public SvcReceiver() => _selector.Begin();

    public LayerPoint Target { get; set; } = LayerPoint.Lowest;

    public byte Spatial => _selector.Spatial;

    public bool NeedsKeyframe => _selector.NeedsKeyframe(Target.Spatial);

    public List<(long Sequence, bool Marker, SvcPacket Packet)> Out { get; } = [];

    /// <summary>Frames that came whole and whose references did not.</summary>
    public List<string> Broken { get; } = [];

    public void Take(SvcPacket packet)
    {
        var facts = new SourcePacketFacts(1, packet.Sequence, (uint)(packet.Picture * 3_000), packet.Marker, Picture: packet.Picture);
        if (!_begun)
            _rewriter.BeginSource(default, facts, SwitchKind.Track);
        _begun = true;
        var verdict = _selector.Decide(packet.Picture, packet.Frame, packet.Marker, Target);
        if (!verdict.Keeps)
        {
            _rewriter.DropDeliberately(facts with
            {
                Dropped = (verdict.NothingBefore ? DroppedPart.Before : 0) | (verdict.NothingAfter ? DroppedPart.After : 0),
            });
            return;
        }

        if (!_rewriter.TryMap(new Instant(0), facts with { StartsFrame = verdict.NothingBefore, Marker = verdict.NothingAfter }, out var mapped))
            return;
        Out.Add((mapped.ExtendedSequence, mapped.Marker, packet));
        Decode(packet);
    }

    /// <summary>Spatial layer of the best frame of each picture that could be decoded, in order.</summary>
    public int[] Shown => [.. _decoded.GroupBy(frame => frame.Picture).OrderBy(group => group.Key).Select(group => (int)group.Max(frame => frame.Spatial))];

    public int[] Pictures => [.. _decoded.Select(frame => frame.Picture).Distinct().Order()];

    private void Decode(SvcPacket packet)
    {
        var frame = (packet.Picture, packet.Frame.Spatial);
        _parts[frame] = _parts.GetValueOrDefault(frame) + 1;
        if (_parts[frame] < 2)
            return;
        var hasLower = !packet.NeedsLower || _decoded.Contains((packet.Picture, (byte)(packet.Frame.Spatial - 1)));
        if (hasLower && packet.References.All(picture => _decoded.Contains((picture, packet.Frame.Spatial))))
            _decoded.Add(frame);
        else
            Broken.Add($"picture {packet.Picture} layer {packet.Frame.Spatial}");
    }
}
