using System.Runtime.CompilerServices;

namespace Sylk.Conference.Sfu.Routing.Layers;

/// <summary>
/// Which layer frames of a VP9 source with spatial and temporal layers a slot sends (sfu E.6). A layer frame is kept or dropped
/// as a whole, and nothing is kept whose references were left out: a larger picture begins at a keyframe, a smaller one at any
/// picture if its layer came through without a gap until now (with inter-layer prediction always, without it at a keyframe),
/// more frames at a switching up point, fewer at once.
/// </summary>
internal sealed class SvcSelector
{
    private const int Window = 128;
    private const byte AllLayers = 0xFF;
    private const long LongAgo = -1_000_000;

    private Pictures _pictures;
    private long _picture;
    private byte _intact;
    private byte _spatial;
    private byte _temporal;
    private bool _isAlone;
    private bool _sawTop;
    private bool _lacksTop;

    /// <summary>The spatial layer shown.</summary>
    public byte Spatial => _spatial;

    /// <summary>The next packet is the first of a keyframe of another source.</summary>
    public void Begin()
    {
        _pictures = default;
        _picture = LongAgo;
        (_spatial, _temporal, _intact, _isAlone, _sawTop, _lacksTop) = (0, 0, AllLayers, false, true, false);
    }

    /// <summary>Only a keyframe brings the picture to this spatial layer.</summary>
    public bool NeedsKeyframe(byte spatial) => spatial > _spatial || (spatial < _spatial && !IsIntact(spatial))
        || (_lacksTop && !IsIntact((byte)Math.Max(_spatial - 1, 0)));

    /// <param name="picture">Extended number of the packet's picture.</param>
    /// <param name="frame">The packet's layer frame.</param>
    /// <param name="ends">The sender's marker: the last packet of the picture.</param>
    /// <param name="target">What shall be shown; no more layers than the source has.</param>
    public LayerVerdict Decide(long picture, in SvcFrame frame, bool ends, LayerPoint target)
    {
        // No packet is that late: the encoder began to count anew.
        if (_picture - picture >= Window && !frame.Is(SvcFlags.Inter))
            Begin();
        if (picture > _picture)
            Start(picture, frame, target);
        ref var entry = ref _pictures[(int)(picture & (Window - 1))];
        if (entry.Number != picture)
        {
            if (_picture - picture >= Window)
                return LayerVerdict.DropPicture;
            entry = new Picture { Number = picture, Spatial = _spatial, DropsAll = frame.Temporal > _temporal };
        }

        return entry.DropsAll ? LayerVerdict.DropPicture : Judge(ref entry, frame, ends, target);
    }

    private LayerVerdict Judge(ref Picture entry, in SvcFrame frame, bool ends, LayerPoint target)
    {
        var bit = Bit(frame.Spatial);
        if ((entry.Decided & bit) == 0)
        {
            entry.Decided |= bit;
            if (Keeps(ref entry, frame, target))
                entry.Kept |= bit;
        }

        if ((entry.Kept & bit) == 0)
            return frame.Spatial > entry.Spatial ? LayerVerdict.DropAbove : LayerVerdict.DropBelow;
        var last = ends || (frame.Spatial == entry.Spatial && frame.Is(SvcFlags.Ends));
        entry.HasEnded |= last;
        var first = frame.Is(SvcFlags.Starts) && (frame.Spatial == 0 || (frame.Spatial == entry.Spatial && StandsAlone(frame)));
        return new LayerVerdict(true, first, last);
    }

    private bool Keeps(ref Picture entry, in SvcFrame frame, LayerPoint target)
    {
        var isNewest = entry.Number == _picture;
        if (isNewest && frame.Spatial == _spatial + 1 && frame.Spatial <= target.Spatial && !entry.HasEnded && BeginsLayer(frame))
            entry.Spatial = ++_spatial; // the lower layer of a keyframe is late
        if (frame.Spatial > entry.Spatial)
            return false;
        if (frame.Spatial == entry.Spatial && isNewest)
            (_sawTop, _isAlone) = (true, StandsAlone(frame));
        if (frame.Spatial < entry.Spatial && frame.Is(SvcFlags.Inter) && frame.Is(SvcFlags.UnusedAbove) && _isAlone)
            _intact &= (byte)~Bit(frame.Spatial);
        return !frame.Is(SvcFlags.Inter) || IsIntact(frame.Spatial);
    }

    private void Start(long picture, in SvcFrame frame, LayerPoint target)
    {
        _lacksTop = !_sawTop;
        if (_lacksTop)
            _isAlone = false; // the source sends fewer layers now
        var isKeyframe = frame.Spatial == 0 && !frame.Is(SvcFlags.Inter);
        if (isKeyframe)
            (_spatial, _temporal, _intact, _isAlone) = (target.Spatial, target.Temporal, AllLayers, false);
        else
            Adjust(picture, frame, target);

        _picture = picture;
        var drops = frame.Temporal > _temporal;
        // A picture left out says nothing of which layers there are.
        _sawTop = drops;
        _pictures[(int)(picture & (Window - 1))] = new Picture { Number = picture, Spatial = _spatial, DropsAll = drops };
        if (!isKeyframe && frame is { Temporal: <= 0 } && !drops && frame.Is(SvcFlags.SwitchesUp) && !frame.Is(SvcFlags.Flexible))
            _temporal = target.Temporal; // later pictures need nothing above this one from before it (RFC 9628 section 4.2, U)
    }

    private void Adjust(long picture, in SvcFrame frame, LayerPoint target)
    {
        for (var lower = target.Spatial; lower < _spatial; lower++)
            if (IsIntact(lower))
                _spatial = lower;
        if (target.Temporal < _temporal)
            _temporal = target.Temporal;
        else if (frame.Temporal == _temporal + 1 && frame.Temporal <= target.Temporal
            && frame.Is(SvcFlags.SwitchesUp) && (!frame.Is(SvcFlags.Flexible) || HasReferences(picture, frame)))
            _temporal = frame.Temporal;
    }

    // Of pictures, not of layers in them: those are left out by rules of their own.
    private bool HasReferences(long picture, in SvcFrame frame) => WasKept(picture, frame.FirstReference)
        && WasKept(picture, frame.SecondReference) && WasKept(picture, frame.ThirdReference);

    private bool WasKept(long picture, byte back)
    {
        if (back == 0)
            return true;
        ref readonly var entry = ref _pictures[(int)((picture - back) & (Window - 1))];
        return entry.Number == picture - back && !entry.DropsAll;
    }

    private static bool BeginsLayer(in SvcFrame frame) => !frame.Is(SvcFlags.Inter) && frame.Is(SvcFlags.InterLayer);

    private static bool StandsAlone(in SvcFrame frame) => frame.Is(SvcFlags.Inter) && !frame.Is(SvcFlags.InterLayer);

    private bool IsIntact(byte spatial) => (_intact & Bit(spatial)) != 0;

    private static byte Bit(byte spatial) => (byte)(1 << (spatial & 7));

    private struct Picture
    {
        public long Number;
        public byte Decided;
        public byte Kept;

        /// <summary>The spatial layer shown of it.</summary>
        public byte Spatial;

        /// <summary>Its temporal layer is above what is shown.</summary>
        public bool DropsAll;

        /// <summary>The receiver was told that it ends.</summary>
        public bool HasEnded;
    }

    [InlineArray(Window)]
    private struct Pictures
    {
        private Picture _first;
    }
}
