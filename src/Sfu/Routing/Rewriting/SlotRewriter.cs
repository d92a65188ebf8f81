using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Routing.Rewriting;

/// <summary>
/// The sequence and timestamp line of one slot, for the life of its SSRC: whatever sources fill the slot, the receiver
/// sees one stream. Deliberate drops close up, losses stay holes, late packets get the place that was theirs, and no
/// number is ever given to two packets.
/// </summary>
internal sealed class SlotRewriter
{
    public const long NoSource = -1;

    // A source that jumps further than this began a new line without saying so; a hole of that size would make the
    // receiver guess its roll-over count wrongly.
    private const int LargestGap = 8_192;

    private readonly NumberLine _line;
    private readonly int _clockRate;
    private readonly bool _isAudio;
    private SwitchTimestamp _switch;
    private long _source = NoSource;
    private long _nextAfterSource;
    private long _lastTimestamp;
    private long _timestampOffset;
    private uint _lastSourceTimestamp;
    private Instant _lastSentAt;
    private bool _hasSent;
    private bool _frameComplete = true;
    private bool _markNext;
    private FrameBorder _border;

    /// <param name="initialSequence">Random, below 2^15 so that early reordering cannot go below zero.</param>
    /// <param name="initialTimestamp">Random.</param>
    public SlotRewriter(long initialSequence, uint initialTimestamp, int clockRate, bool isAudio)
    {
        _line = new NumberLine(isAudio ? 256 : 2_048);
        _line.Begin(0, initialSequence);
        _nextAfterSource = initialSequence;
        _lastTimestamp = (1L << 32) + initialTimestamp;
        _clockRate = clockRate;
        _isAudio = isAudio;
    }

    public void FetchLine() => CacheLine.Fetch(_line);

    /// <summary>The source that fills the slot, or <see cref="NoSource"/>.</summary>
    public long Source => _source;

    /// <summary>
    /// The slot takes <paramref name="first"/> (a keyframe's first packet for video, any packet for audio) as the first
    /// packet of its source; the caller maps that packet next. Packets of the former source, and older ones of this one,
    /// are refused from now on.
    /// </summary>
    /// <param name="former">Clock of the source that filled the slot until now; unknown is fine.</param>
    /// <param name="next">Clock of the new source; unknown is fine.</param>
    public SwitchOutcome BeginSource(
        Instant now, in SourcePacketFacts first, SwitchKind kind, in ClockLine former = default, in ClockLine next = default)
    {
        var timestamp = _lastTimestamp;
        if (_hasSent)
        {
            var reference = Reference(first.Timestamp, former, next);
            var expected = _lastTimestamp + ClockLine.NanosecondsToTicks(now.Nanoseconds - _lastSentAt.Nanoseconds, _clockRate);
            if (!_switch.TryChoose(kind, new SwitchCandidates(reference, expected, _lastTimestamp, _clockRate), out timestamp))
                return SwitchOutcome.WaitForKeyframe;
        }

        Start(now, first, timestamp);
        return SwitchOutcome.Started;
    }

    /// <summary>The slot is empty until the next <see cref="BeginSource"/>; its line is kept.</summary>
    public void EndSource()
    {
        _nextAfterSource = NextSequence();
        _source = NoSource;
    }

    /// <summary>Maps a packet that is to be forwarded. False: not of this source, too old, a duplicate, or dropped before.</summary>
    public bool TryMap(Instant now, in SourcePacketFacts facts, out MappedPacket mapped)
    {
        mapped = default;
        if (facts.Source != _source || _source == NoSource) return false;
        var newest = facts.ExtendedSequence > _line.Head;
        if (newest) CloseProvenGap(facts, dropping: false);
        if (!_line.TryPlace(facts.ExtendedSequence, out var sequence, out var fresh) || !fresh) return false;

        var marker = facts.Marker || (newest && _markNext);
        if (newest)
        {
            _markNext = false;
            _frameComplete = facts.Marker;
            _border = new FrameBorder(facts, isDropped: false);
            AdvanceTimestamp(now, facts.Timestamp);
        }

        mapped = new MappedPacket(sequence, facts.Timestamp + (uint)_timestampOffset, marker, !newest);
        return true;
    }

    /// <summary>Newer than all the source's packets that were mapped or dropped.</summary>
    public bool IsNewest(long extendedSequence) => extendedSequence > _line.Head;

    /// <summary>The packet of the current source is left out on purpose: the receiver shall see no hole.</summary>
    public void DropDeliberately(in SourcePacketFacts facts)
    {
        if (facts.Source != _source || _source == NoSource || facts.ExtendedSequence <= _line.Head) return;
        CloseProvenGap(facts, dropping: true);
        _line.Drop(facts.ExtendedSequence);
        _border = new FrameBorder(facts, isDropped: true);
    }

    /// <summary>As the other, when nothing is known of the packet but its number (padding, silence).</summary>
    public void DropDeliberately(long extendedSequence)
    {
        if (_source == NoSource || extendedSequence <= _line.Head) return;
        RestartAfterJump(extendedSequence);
        _line.Drop(extendedSequence);
        _border = default;
    }

    /// <summary>Everything after the newest packet of the current source up to a number was left out on purpose.</summary>
    public void DropThrough(long extendedSequence)
    {
        if (_source == NoSource || extendedSequence <= _line.Head) return;
        _line.DropThrough(extendedSequence);
        _border = default;
    }

    /// <summary>
    /// What the slot's timestamp would read now, for its sender report (RFC 3550 section 6.4.1). False before the first packet.
    /// </summary>
    /// <param name="line">The source's clock; while it is unknown the wall clock since the last packet stands in.</param>
    public bool TryTimestampAt(Instant now, in ClockLine line, out uint timestamp)
    {
        timestamp = line.IsKnown
            ? line.RtpAt(now) + (uint)_timestampOffset
            : (uint)(_lastTimestamp + ClockLine.NanosecondsToTicks(now.Nanoseconds - _lastSentAt.Nanoseconds, _clockRate));
        return _hasSent;
    }

    /// <summary>The next packet in order gets the marker bit: a talk spurt begins.</summary>
    public void MarkNext() => _markNext = true;

    private void Start(Instant now, in SourcePacketFacts first, long timestamp)
    {
        var sequence = _source == NoSource ? _nextAfterSource : NextSequence();
        _line.Begin(first.ExtendedSequence, sequence);
        _timestampOffset = timestamp - first.Timestamp;
        _lastSourceTimestamp = first.Timestamp;
        _lastTimestamp = timestamp;
        _lastSentAt = now;
        _source = first.Source;
        _border = default;
        _markNext = _isAudio;
    }

    // One number is left free after half a frame, so that the receiver drops the half instead of joining two halves.
    private long NextSequence()
    {
        if (!_hasSent || _source == NoSource) return _nextAfterSource;
        return _line.HeadOut + (_isAudio || _frameComplete ? 1 : 2);
    }

    private long? Reference(uint firstTimestamp, in ClockLine former, in ClockLine next)
    {
        if (!former.IsKnown || !next.IsKnown) return null;
        var between = next.TimeOf(firstTimestamp).Nanoseconds - former.TimeOf(_lastSourceTimestamp).Nanoseconds;
        return _lastTimestamp + ClockLine.NanosecondsToTicks(between, _clockRate);
    }

    private void AdvanceTimestamp(Instant now, uint sourceTimestamp)
    {
        var step = (int)(sourceTimestamp - _lastSourceTimestamp);
        if (_hasSent && step <= 0) return;
        _lastTimestamp += step;
        _lastSourceTimestamp = sourceTimestamp;
        _lastSentAt = now;
        _hasSent = true;
    }

    private void CloseProvenGap(in SourcePacketFacts facts, bool dropping)
    {
        if (RestartAfterJump(facts.ExtendedSequence) || facts.ExtendedSequence == _line.Head + 1) return;
        if (_border.ProvesDropped(facts, dropping)) _line.DropThrough(facts.ExtendedSequence - 1);
    }

    private bool RestartAfterJump(long extendedSequence)
    {
        if (extendedSequence - _line.Head <= LargestGap) return false;
        _line.Begin(extendedSequence, _line.HeadOut + 2);
        return true;
    }
}
