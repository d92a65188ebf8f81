using Sylk.Conference.Sfu.Routing.Rewriting;

namespace Sylk.Conference.Sfu.Routing.Layers;

/// <summary>
/// Which frames of a source with temporal layers a slot leaves out. A frame is kept or dropped as a whole; fewer frames come at
/// once, more from a frame on that needs none of those left out.
/// </summary>
internal struct TemporalFilter
{
    private long _picture;
    private byte _now;
    private bool _drops;

    /// <summary>A keyframe of the source begins: every layer may be had.</summary>
    public void Begin(byte cap) => (_now, _drops, _picture) = (cap, false, SourcePacketFacts.UnknownPicture);

    public bool Drops(long picture, byte temporal, bool isSync, byte cap)
    {
        if (picture == _picture && picture != SourcePacketFacts.UnknownPicture)
            return _drops;
        _picture = picture;
        if (cap < _now)
            _now = cap;
        else if (temporal > _now && temporal <= cap && isSync)
            _now = temporal;
        _drops = temporal > _now;
        return _drops;
    }
}
