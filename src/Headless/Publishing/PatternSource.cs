using System.Buffers.Binary;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtp;

namespace Sylk.Conference.Headless.Publishing;

/// <summary>
/// VP8 as the server sees it: frames of equal size at a steady rate, legal payload descriptors with picture ids and temporal
/// layer 0, a keyframe at the start and when one is asked for. The packets of a frame leave together.
/// </summary>
internal sealed class PatternSource
{
    private const int LargestPayload = 1180;
    private const int DescriptorLength = 6;
    private const int KeyframeFactor = 3;
    private const uint ClockRate = 90_000;
    private const int RtxSequenceOctets = 2;
    private readonly PublishedStream _stream;
    private readonly uint _rtxSsrc;
    private readonly SentHistory _history = new();
    private readonly byte[] _payload = new byte[LargestPayload];
    private readonly byte[] _resend = new byte[SentHistory.PacketRoom + RtxSequenceOctets + 64];
    private readonly int _frameOctets;
    private readonly long _interval;
    private readonly uint _ticks;
    private Instant _due;
    private Instant _keyframeAllowedAt;
    private bool _keyframeWanted = true;
    private uint _frame;
    private byte _baseLayerIndex;
    private uint _rtxSequence;
    private uint _timestamp = (uint)Random.Shared.Next();

    public PatternSource(PublishedStream stream, uint rtxSsrc, PublishPlan plan)
    {
        _stream = stream;
        _rtxSsrc = rtxSsrc;
        _frameOctets = Math.Max(plan.Bitrate / 8 / plan.Fps, 64);
        _interval = (long)(1e9 / plan.FramesPerSecond);
        _ticks = (uint)Math.Round(ClockRate / plan.FramesPerSecond);
    }

    public PublishedStream Stream => _stream;

    public Instant NextDeadline => _due;

    public uint Timestamp => _timestamp;

    public long KeyframesSent { get; private set; }

    public long Resent { get; private set; }

    /// <summary>Frames are this many times as large as planned.</summary>
    public int Excess { get; set; } = 1;

    public void Start(Instant now) => _due = new Instant(now.Nanoseconds + Random.Shared.NextInt64(_interval));

    /// <summary>At most two keyframes a second, however often somebody asks.</summary>
    public void RequestKeyframe() => _keyframeWanted = true;

    public void Tick(HeadlessPeer peer, Instant now)
    {
        if (now < _due)
            return;
        SendFrame(peer, now);
        _frame++;
        _timestamp += _ticks;
        _due = ToneSource.Following(_due, now, _interval);
    }

    /// <summary>Sends a packet again as RFC 4588 says.</summary>
    public void Resend(HeadlessPeer peer, ushort sequence)
    {
        if (!_history.TryFind(sequence, out var packet))
            return;
        var length = Rtx.Wrap(packet, _rtxSsrc, PeerOffer.RtxPayloadType, (ushort)_rtxSequence, _resend);
        if (length > 0 && RtpPacket.TryParseHeader(_resend.AsSpan(0, length), out var header)
            && peer.SendRtp(_resend, header.HeaderLength, length, _rtxSequence >> 16))
        {
            _rtxSequence++;
            Resent++;
        }
    }

    private void SendFrame(HeadlessPeer peer, Instant now)
    {
        var key = _keyframeWanted && now >= _keyframeAllowedAt;
        if (key)
        {
            _keyframeWanted = false;
            _keyframeAllowedAt = now.PlusMilliseconds(500);
            KeyframesSent++;
        }

        var octets = (key ? _frameOctets * KeyframeFactor : _frameOctets) * Excess;
        var count = (octets + LargestPayload - 1) / LargestPayload;
        for (var index = 0; index < count; index++)
            SendPacket(peer, now, key, new PacketMark(_frame, (ushort)index, (ushort)count, MonotonicClock.Now), octets / count);
        _baseLayerIndex++;
    }

    private void SendPacket(HeadlessPeer peer, Instant now, bool key, in PacketMark mark, int octets)
    {
        var length = Math.Clamp(octets, DescriptorLength + PacketMark.VideoOffset + PacketMark.Length, LargestPayload);
        WriteDescriptor(mark.Index == 0);
        WriteFrameHeader(key, mark.Index == 0);
        mark.Write(_payload.AsSpan(DescriptorLength + PacketMark.VideoOffset));
        var sequence = _stream.NextSequence;
        var last = mark.Index == mark.Count - 1;
        var sent = _stream.Send(peer, now, new PacketFacts(_timestamp, last), _payload.AsSpan(0, length), _history.Reserve(sequence));
        _history.Commit(sequence, sent);
    }

    /// <summary>RFC 7741 §4.2: S on the first packet; 15-bit picture id, TL0PICIDX and temporal layer 0.</summary>
    private void WriteDescriptor(bool first)
    {
        _payload[0] = (byte)(first ? 0x90 : 0x80);
        _payload[1] = 0xE0;
        BinaryPrimitives.WriteUInt16BigEndian(_payload.AsSpan(2), (ushort)(0x8000 | (_frame & 0x7FFF)));
        _payload[4] = _baseLayerIndex;
        _payload[5] = 0;
    }

    /// <summary>RFC 6386 §9.1: the frame tag, and for keyframes start code and size (640 by 360).</summary>
    private void WriteFrameHeader(bool key, bool first)
    {
        ReadOnlySpan<byte> header = !first ? [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            : key ? [0x10, 0, 0, 0x9D, 0x01, 0x2A, 0x80, 0x02, 0x68, 0x01]
            : [0x11, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        header.CopyTo(_payload.AsSpan(DescriptorLength));
    }
}
