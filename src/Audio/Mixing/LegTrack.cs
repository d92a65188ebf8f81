using Sylk.Conference.Audio.Codecs;
using Sylk.Conference.Audio.Jitter;
using Sylk.Conference.Audio.Native;

namespace Sylk.Conference.Audio.Mixing;

/// <summary>
/// A leg's voice as 20 ms Opus packets for browsers (§ 9.7): its own packets when they are such, else encoded, and only from shortly
/// before the gate opens until 500 ms after it closed. While nobody would hear it, packets of one byte say how loudly it speaks.
/// </summary>
internal sealed class LegTrack(MixerSettings settings) : IPacketTap, IDisposable
{
    private const int Slots = 8, Held = 2, HangFrames = 25;

    /// <summary>A packet of 20 ms without a frame in it: silence (RFC 6716 section 3.1, configuration 9).</summary>
    private const byte Nothing = 9 << 3;

    private readonly byte[] _bytes = new byte[Slots * OpusEncoder.MaxPacket];
    private readonly int[] _lengths = new int[Slots];
    private readonly long[] _timestamps = new long[Slots];
    private readonly float[] _before = new float[VoiceClock.Frame];
    private VoiceCodec _codec;
    private OpusEncoder? _encoder;
    private int _first, _count, _open;
    private long _clock = VoiceClock.Frame, _offset, _last = long.MinValue;
    private bool _passes, _isAnchored, _marker = true, _isEncoding;

    /// <summary>A recording wants the track in silence too.</summary>
    public bool IsAlwaysSent { get; set; }

    /// <summary>False: nobody is there to hear it, and nothing is encoded.</summary>
    public bool IsHeard { get; set; } = true;

    /// <summary>False: what was decoded was changed since, and is encoded anew.</summary>
    public bool MayPass { get; set; } = true;

    /// <summary>Browsers reported loss: packets made here carry FEC.</summary>
    public int ExpectedLossPercent { get; set; }

    /// <summary>Encodes in the last 20 ms.</summary>
    public int Encodes { get; private set; }

    /// <summary>What the leg speaks from now on; timestamps go on.</summary>
    public void Begin(VoiceCodec codec)
    {
        _encoder?.Dispose();
        (_codec, _encoder, _passes, _isAnchored, _open, _count) = (codec, null, false, false, 0, 0);
        (_marker, _isEncoding) = (true, false);
        Array.Clear(_before);
    }

    public void OnPacket(long timestamp, ReadOnlySpan<byte> payload)
    {
        _passes = MayPass && _codec == VoiceCodec.Opus && OpusPacket.Samples(payload) == VoiceClock.Frame && payload.Length <= OpusEncoder.MaxPacket;
        if (!_passes) return;
        if (!_isAnchored) _offset = Math.Max(_clock, _last == long.MinValue ? 0 : _last + VoiceClock.Frame) - timestamp;
        _isAnchored = true;
        payload.CopyTo(Place(timestamp + _offset, payload.Length));
    }

    public void OnReset() => _isAnchored = false;

    /// <summary>20 ms pass.</summary>
    /// <param name="frame">What was decoded, after the gain.</param>
    /// <param name="isSpeech">The gate is open.</param>
    /// <param name="isAudible">False when muted or held: nothing leaves.</param>
    public void Advance(ReadOnlySpan<float> frame, bool isSpeech, bool isAudible, int complexity)
    {
        (_clock, Encodes) = (_clock + VoiceClock.Frame, 0);
        _open = isSpeech || IsAlwaysSent ? HangFrames : Math.Max(0, _open - 1);
        if (!isAudible) (_open, _count) = (0, 0);
        var isOpen = _open > 0;
        var isEncoding = isOpen && !_passes && (IsHeard || IsAlwaysSent);
        if (isEncoding && !_isEncoding) BeginEncoding(complexity);
        if (isEncoding) Encode(frame, _clock, complexity);
        else if (!_passes && isOpen) Place(_clock, 1)[0] = Nothing;
        else if (!isOpen) Drop(_passes ? Held : 0);
        if (!_passes) frame.CopyTo(_before);
        if (!isOpen) _marker = true;
        _isEncoding = isEncoding;
    }

    public bool TryTake(Span<byte> into, byte level, out OpusFrame frame)
    {
        frame = default;
        while (_open > 0 && _count > 0)
        {
            var (length, timestamp) = (_lengths[_first], _timestamps[_first]);
            var bytes = _bytes.AsSpan(_first * OpusEncoder.MaxPacket, length);
            _first = (_first + 1) % Slots;
            _count--;
            if (timestamp <= _last || length > into.Length) continue;
            bytes.CopyTo(into);
            frame = new OpusFrame(length, (uint)timestamp, level, _marker);
            (_last, _marker) = (timestamp, false);
            return true;
        }

        return false;
    }

    public void Dispose() => _encoder?.Dispose();

    private void BeginEncoding(int complexity)
    {
        if (_encoder is null)
        {
            var rate = _codec is VoiceCodec.Pcma or VoiceCodec.Pcmu ? settings.TrackBitrateBps * 2 / 3 : settings.TrackBitrateBps;
            _encoder = new OpusEncoder(rate, fec: false, dtx: false);
            _encoder.LimitBandwidth(VoiceClock.SampleRate(_codec));
        }
        else _encoder.Reset();

        Encode(_before, _clock - VoiceClock.Frame, complexity);
    }

    private void Encode(ReadOnlySpan<float> frame, long timestamp, int complexity)
    {
        if (_encoder is null) return;
        Encodes++;
        _encoder.SetComplexity(complexity);
        _encoder.SetFec(ExpectedLossPercent > 0);
        _encoder.SetExpectedLoss(ExpectedLossPercent);
        var place = Place(timestamp, OpusEncoder.MaxPacket);
        var length = _encoder.Encode(frame, place);
        if (length == 0) _count--;
        else _lengths[(_first + _count - 1) % Slots] = length;
    }

    /// <summary>The next free place; the oldest packet goes when all are taken.</summary>
    private Span<byte> Place(long timestamp, int length)
    {
        if (_count == Slots) Drop(Slots - 1);
        var slot = (_first + _count) % Slots;
        _count++;
        (_lengths[slot], _timestamps[slot]) = (length, timestamp);
        return _bytes.AsSpan(slot * OpusEncoder.MaxPacket, length);
    }

    private void Drop(int keep)
    {
        for (; _count > keep; _count--) _first = (_first + 1) % Slots;
    }
}
