using Sylk.Conference.Protocols;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>
/// A VP8 decoder's bookkeeping: shows a frame when all its packets are here and the frame before it was shown, or when it is
/// a keyframe. What it cannot show in order it waits for.
/// </summary>
public sealed class PictureDecoder
{
    private const int FreezeMs = 150;
    private const int Remembered = 64;

    private readonly Dictionary<(uint Sender, byte Layer, uint Frame), Assembly> _frames = [];
    private readonly Queue<uint> _references = new();
    private (uint Sender, byte Layer, uint Frame, int Picture, uint Timestamp)? _shown;
    private double _usualGapMs = 33;
    private bool _hasLayers;

    public long FramesShown { get; private set; }

    /// <summary>Frames that followed each other at the source and not in their picture ids, or ids that went back.</summary>
    public int PictureIdFaults { get; private set; }

    /// <summary>The first of them, in words.</summary>
    public string? PictureIdFault { get; private set; }

    public int TimestampFaults { get; private set; }

    public Instant FirstShownAt { get; private set; } = Instant.Never;

    public Instant LastShownAt { get; private set; }

    /// <summary>Longest time without a new picture since the first one.</summary>
    public TimeSpan LongestFreeze { get; private set; }

    /// <summary>Time that pictures stood still: gaps longer than three times the usual one, and than it and 150 ms (W3C webrtc-stats).</summary>
    public TimeSpan Frozen { get; private set; }

    /// <summary>The encoding shown last.</summary>
    public byte Layer => _shown?.Layer ?? 0;

    /// <summary>Starts the figures of frames and freezes afresh.</summary>
    public void ForgetFrozen() => (Frozen, FramesShown) = (TimeSpan.Zero, 0);

    public uint Shows => _shown?.Sender ?? 0;

    /// <summary>Packets of frames that cannot be shown yet.</summary>
    public bool IsStuck => _frames.Count > 0;

    public void ForgetFreeze() => LongestFreeze = TimeSpan.Zero;

    /// <summary>The freeze that is still going on counts too.</summary>
    public TimeSpan LongestFreezeAt(Instant now) =>
        FramesShown > 0 && now - LastShownAt > LongestFreeze ? now - LastShownAt : LongestFreeze;

    internal void Add(Instant now, uint timestamp, int picture, in PayloadMark mark)
    {
        // Another encoding of a frame that was shown is a picture of its own: a decoder goes by the timestamp.
        if (_shown is { } shown && shown.Sender == mark.Sender && shown.Layer == mark.Layer && mark.Frame <= shown.Frame)
            return;
        _hasLayers |= mark.Layer > 0;
        var key = (mark.Sender, mark.Layer, mark.Frame);
        if (!_frames.TryGetValue(key, out var frame))
            _frames[key] = frame = new Assembly(timestamp, picture, mark);
        TimestampFaults += frame.Timestamp == timestamp ? 0 : 1;
        if (frame.Picture != picture)
            NoteFault($"frame {mark.Frame} has pictures {frame.Picture} and {picture}");
        frame.Have |= 1 << mark.Index;
        while (FindShowable() is { } next)
            Show(now, next);
    }

    private Assembly? FindShowable()
    {
        Assembly? best = null;
        foreach (var frame in _frames.Values)
        {
            if (frame.IsComplete && (frame.IsKeyframe || IsDecodable(frame)) && (best is null || frame.CapturedAt < best.CapturedAt))
                best = frame;
        }

        return best;
    }

    private bool IsDecodable(Assembly frame) => _shown is { } shown && shown.Sender == frame.Sender && shown.Layer == frame.Layer
        && _references.Contains(frame.Frame - frame.Back);

    private bool Follows(Assembly frame) =>
        _shown is { } shown && shown.Sender == frame.Sender && shown.Layer == frame.Layer && frame.Frame == shown.Frame + 1;

    private void Show(Instant now, Assembly frame)
    {
        if (_shown is { } shown)
        {
            var step = (frame.Picture - shown.Picture) & 0x7FFF;
            // With several encodings a keyframe of another one may have come between and been given up on the way.
            if ((Follows(frame) && step != 1 && !(frame.IsKeyframe && _hasLayers)) || step is 0 or > 0x4000)
                NoteFault($"frame {frame.Frame} of layer {frame.Layer} is picture {frame.Picture} after frame {shown.Frame} of layer {shown.Layer}, picture {shown.Picture}");
            TimestampFaults += (int)(frame.Timestamp - shown.Timestamp) <= 0 ? 1 : 0;
            if (now - LastShownAt > LongestFreeze)
                LongestFreeze = now - LastShownAt;
            CountFrozen(now - LastShownAt);
        }
        else
        {
            FirstShownAt = now;
        }

        if (frame.IsKeyframe)
            _references.Clear();
        _references.Enqueue(frame.Frame);
        if (_references.Count > Remembered)
            _references.Dequeue();
        _shown = (frame.Sender, frame.Layer, frame.Frame, frame.Picture, frame.Timestamp);
        FramesShown++;
        LastShownAt = now;
        foreach (var key in _frames.Where(item => IsOver(item.Value, frame)).Select(item => item.Key).ToArray())
            _frames.Remove(key);
    }

    private void NoteFault(string what)
    {
        PictureIdFaults++;
        PictureIdFault ??= what;
    }

    private void CountFrozen(TimeSpan gap)
    {
        if (gap.TotalMilliseconds > Math.Max(3 * _usualGapMs, _usualGapMs + FreezeMs))
            Frozen += gap;
        else
            _usualGapMs += (gap.TotalMilliseconds - _usualGapMs) / 30;
    }

    private static bool IsOver(Assembly other, Assembly shown) =>
        (int)(other.Timestamp - shown.Timestamp) <= 0;

    private sealed class Assembly(uint timestamp, int picture, PayloadMark mark)
    {
        public uint Timestamp => timestamp;

        public int Picture => picture;

        public uint Sender => mark.Sender;

        public uint Frame => mark.Frame;

        public byte Layer => mark.Layer;

        public byte Back => mark.Back;

        public bool IsKeyframe => mark.IsKeyframe;

        public long CapturedAt => mark.CapturedAt;

        public int Have { get; set; }

        public bool IsComplete => Have == (1 << mark.Count) - 1;
    }
}
