using Sylk.Conference.Protocols;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>
/// A VP8 decoder's bookkeeping: shows a frame when all its packets are here and the frame before it was shown, or when it is
/// a keyframe. What it cannot show in order it waits for.
/// </summary>
public sealed class PictureDecoder
{
    private readonly Dictionary<(uint Sender, uint Frame), Assembly> _frames = [];
    private (uint Sender, uint Frame, int Picture, uint Timestamp)? _shown;

    public long FramesShown { get; private set; }

    /// <summary>Frames that followed each other at the source and not in their picture ids, or ids that went back.</summary>
    public int PictureIdFaults { get; private set; }

    public int TimestampFaults { get; private set; }

    public Instant FirstShownAt { get; private set; } = Instant.Never;

    public Instant LastShownAt { get; private set; }

    /// <summary>Longest time without a new picture since the first one.</summary>
    public TimeSpan LongestFreeze { get; private set; }

    public uint Shows => _shown?.Sender ?? 0;

    /// <summary>Packets of frames that cannot be shown yet.</summary>
    public bool IsStuck => _frames.Count > 0;

    public void ForgetFreeze() => LongestFreeze = TimeSpan.Zero;

    /// <summary>The freeze that is still going on counts too.</summary>
    public TimeSpan LongestFreezeAt(Instant now) =>
        FramesShown > 0 && now - LastShownAt > LongestFreeze ? now - LastShownAt : LongestFreeze;

    internal void Add(Instant now, uint timestamp, int picture, in PayloadMark mark)
    {
        if (_shown is { } shown && shown.Sender == mark.Sender && mark.Frame <= shown.Frame)
            return;
        var key = (mark.Sender, mark.Frame);
        if (!_frames.TryGetValue(key, out var frame))
            _frames[key] = frame = new Assembly(timestamp, picture, mark);
        TimestampFaults += frame.Timestamp == timestamp ? 0 : 1;
        PictureIdFaults += frame.Picture == picture ? 0 : 1;
        frame.Have |= 1 << mark.Index;
        while (FindShowable() is { } next)
            Show(now, next);
    }

    private Assembly? FindShowable()
    {
        Assembly? best = null;
        foreach (var frame in _frames.Values)
        {
            if (frame.IsComplete && (frame.IsKeyframe || Follows(frame)) && (best is null || frame.CapturedAt < best.CapturedAt))
                best = frame;
        }

        return best;
    }

    private bool Follows(Assembly frame) =>
        _shown is { } shown && shown.Sender == frame.Sender && frame.Frame == shown.Frame + 1;

    private void Show(Instant now, Assembly frame)
    {
        if (_shown is { } shown)
        {
            var step = (frame.Picture - shown.Picture) & 0x7FFF;
            PictureIdFaults += Follows(frame) && step != 1 ? 1 : step is 0 or > 0x4000 ? 1 : 0;
            TimestampFaults += (int)(frame.Timestamp - shown.Timestamp) <= 0 ? 1 : 0;
            if (now - LastShownAt > LongestFreeze)
                LongestFreeze = now - LastShownAt;
        }
        else
        {
            FirstShownAt = now;
        }

        _shown = (frame.Sender, frame.Frame, frame.Picture, frame.Timestamp);
        FramesShown++;
        LastShownAt = now;
        foreach (var key in _frames.Where(item => IsOver(item.Value, frame)).Select(item => item.Key).ToArray())
            _frames.Remove(key);
    }

    private static bool IsOver(Assembly other, Assembly shown) =>
        (int)(other.Timestamp - shown.Timestamp) <= 0;

    private sealed class Assembly(uint timestamp, int picture, PayloadMark mark)
    {
        public uint Timestamp => timestamp;

        public int Picture => picture;

        public uint Sender => mark.Sender;

        public uint Frame => mark.Frame;

        public bool IsKeyframe => mark.IsKeyframe;

        public long CapturedAt => mark.CapturedAt;

        public int Have { get; set; }

        public bool IsComplete => Have == (1 << mark.Count) - 1;
    }
}
