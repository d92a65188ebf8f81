using Sylk.Conference.Sfu.Routing.Layers;

namespace Sylk.Conference.Sfu.Tests.Routing.Layers;

/// <summary>One packet of a scripted source. References are pictures of the same spatial layer.</summary>
internal sealed record SvcPacket(long Sequence, int Picture, SvcFrame Frame, bool Marker, int[] References, bool NeedsLower, bool IsKeyframe);

/// <summary>
/// A VP9 source as browsers make it: temporal pattern 0-2-1-2, each spatial layer two packets a frame. K-SVC predicts between
/// spatial layers in keyframes only.
/// </summary>
internal sealed class ScriptedSvc(int spatialLayers, int temporalLayers, bool keyOnly, bool flexible)
{
    private static readonly (byte Temporal, int Back)[] Pattern = [(0, 4), (2, 1), (1, 2), (2, 1)];
    private long _sequence;
    private int _picture = 200;
    private int _sinceKeyframe;

    public bool KeyframeWanted { get; set; } = true;

    public IEnumerable<SvcPacket> NextPicture()
    {
        if (KeyframeWanted)
            _sinceKeyframe = 0;
        var key = KeyframeWanted;
        KeyframeWanted = false;
        var (temporal, back) = temporalLayers == 1 ? ((byte)0, 1) : Pattern[_sinceKeyframe % 4];
        for (byte spatial = 0; spatial < spatialLayers; spatial++)
            for (var part = 0; part < 2; part++)
                yield return Packet(spatial, temporal, part, key ? 0 : back);
        _picture++;
        _sinceKeyframe++;
    }

    private SvcPacket Packet(byte spatial, byte temporal, int part, int back)
    {
        var key = back == 0;
        var top = spatial == spatialLayers - 1;
        var needsLower = spatial > 0 && (key || !keyOnly);
        var unusedAbove = top || (keyOnly && !key);
        var switchesUp = !flexible || temporal > 0;
        return new SvcPacket(
            _sequence++,
            _picture,
            new SvcFrame
            {
                Spatial = spatial,
                Temporal = temporal,
                Flags = (part == 0 ? SvcFlags.Starts : SvcFlags.Ends) | (key ? 0 : SvcFlags.Inter)
                    | (needsLower ? SvcFlags.InterLayer : 0) | (unusedAbove ? SvcFlags.UnusedAbove : 0)
                    | (switchesUp ? SvcFlags.SwitchesUp : 0) | (flexible ? SvcFlags.Flexible : 0),
                FirstReference = flexible ? (byte)back : (byte)0,
            },
            top && part == 1,
            key ? [] : [_picture - back],
            needsLower,
            key);
    }
}
