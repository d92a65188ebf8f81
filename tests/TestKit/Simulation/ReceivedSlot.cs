using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Rtp;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>One place a client receives in: what came on its SSRC, judged as strictly as a decoder would.</summary>
public sealed class ReceivedSlot
{
    private const int Window = 4096;
    private const byte RedPayloadType = 63;

    private readonly WirePeer _peer;
    private readonly (long Sequence, PayloadMark Mark)[] _seen = new (long, PayloadMark)[Window];
    private readonly LossRepair? _repair;
    private long _highest = -1;
    private uint _highestTimestamp;
    private ulong _reportNtp;
    private uint _reportRtp;

    internal ReceivedSlot(WirePeer peer, string mid, bool video, uint ssrc, uint rtxSsrc)
    {
        (_peer, Mid, IsVideo, Ssrc, RtxSsrc) = (peer, mid, video, ssrc, rtxSsrc);
        Array.Fill(_seen, (-1, default));
        Playout = video ? null : new Playout();
        if (!video)
            return;
        Picture = new PictureDecoder();
        _repair = new LossRepair(peer, ssrc, Picture);
    }

    public string Mid { get; }

    public bool IsVideo { get; }

    public uint Ssrc { get; }

    public uint RtxSsrc { get; }

    /// <summary>Null for sound.</summary>
    public PictureDecoder? Picture { get; }

    public long Packets { get; private set; }

    /// <summary>The highest sequence number that came.</summary>
    public ushort Newest => (ushort)_highest;

    public long Repaired { get; private set; }

    /// <summary>A sequence number came again with another payload.</summary>
    public int Reused { get; private set; }

    /// <summary>A payload whose maker is not the member the packet names, or of the wrong kind, or the viewer's own.</summary>
    public int WrongPayloads { get; private set; }

    /// <summary>A newer packet with an older timestamp.</summary>
    public int TimestampsBackwards { get; private set; }

    public PayloadMark Last { get; private set; }

    public Instant LastAt { get; private set; }

    /// <summary>The longest time between two packets of sound while the slot was in use.</summary>
    public TimeSpan LongestGap { get; private set; }

    /// <summary>What can be played of the sound, in time; null for pictures.</summary>
    public Playout? Playout { get; }

    /// <summary>Packets that repeated earlier ones (RED).</summary>
    public long Redundant { get; private set; }

    public int NacksSent => _repair?.Sent ?? 0;

    public int KeyframesAsked => _repair?.KeyframesAsked ?? 0;

    public bool HasReport => _reportNtp != 0;

    /// <summary>Capture time on the NTP line less true capture time, milliseconds, of the newest packet.</summary>
    public double ClockErrorMs { get; private set; } = double.NaN;

    internal Instant NextDeadline => _repair?.NextDeadline ?? Instant.Never;

    public bool IsCarrying(WirePeer other) =>
        LastAt.PlusMilliseconds(250) >= _peer.World.Now && Last.Sender == MarkOf(other);

    public bool IsCarrying(LocalSpeaker other) =>
        LastAt.PlusMilliseconds(250) >= _peer.World.Now && Last.Sender == PayloadMark.Audio(other.Index);

    internal void Receive(Instant now, in RtpPacket packet, long sequence, bool retransmission)
    {
        var payload = packet.Payload;
        if (retransmission)
        {
            if (payload.Length < Rtx.Overhead)
                return;
            var original = (ushort)(payload[0] << 8 | payload[1]);
            sequence = _highest + (short)(original - (ushort)_highest);
            payload = payload[Rtx.Overhead..];
            Repaired++;
        }

        if (payload.Length == 0)
            return;
        if (!IsVideo && packet.PayloadType == RedPayloadType)
            payload = TakeRedundant(now, payload);
        var skip = IsVideo ? 16 : 1;
        if (payload.Length < skip || !PayloadMark.TryRead(payload[skip..], out var mark) || !IsFrom(packet, mark))
        {
            WrongPayloads++;
            return;
        }

        if (!Remember(sequence, mark))
            return;
        Count(now, packet, sequence, mark);
        Playout?.Add(now, mark);
        _repair?.OnPacket(now, sequence, retransmission);
        if (Picture is not null && TryReadPicture(packet, payload, out var picture))
            Picture.Add(now, packet.Timestamp, picture, mark);
    }

    private bool TryReadPicture(in RtpPacket packet, ReadOnlySpan<byte> payload, out int picture)
    {
        picture = 0;
        if (!_peer.Shape.Described)
        {
            var isVp8 = Vp8Descriptor.TryParse(payload, out var descriptor);
            picture = descriptor.PictureId;
            return isVp8;
        }

        var ids = default(RtpExtensionIds);
        ids.DependencyDescriptor = 12;
        if (!packet.Scan(ids).TryGet(RtpExtensionKind.DependencyDescriptor, packet.Bytes, out var described))
            return false;
        picture = described[1] << 8 | described[2];
        return true;
    }

    private ReadOnlySpan<byte> TakeRedundant(Instant now, ReadOnlySpan<byte> payload)
    {
        var reader = new RedReader(payload);
        while (reader.TryRead(out var block))
        {
            if (block.IsPrimary)
                return block.Data;
            Redundant++;
            if (PayloadMark.TryRead(block.Data[1..], out var earlier))
                Playout!.Add(now, earlier);
        }

        return default;
    }

    internal void OnSenderReport(ulong ntp, uint rtp) => (_reportNtp, _reportRtp) = (ntp, rtp);

    internal void Run(Instant now) => _repair?.Run(now);

    private uint MarkOf(WirePeer other) => IsVideo ? PayloadMark.Video(other.Index) : PayloadMark.Audio(other.Index);

    private bool IsFrom(in RtpPacket packet, in PayloadMark mark)
    {
        var maker = _peer.World.PeerOf(packet.CsrcCount == 1 ? packet.Csrc(0) : 0);
        return maker >= 0 && maker != _peer.Index && mark.Sender == (IsVideo ? PayloadMark.Video(maker) : PayloadMark.Audio(maker));
    }

    private bool Remember(long sequence, in PayloadMark mark)
    {
        ref var place = ref _seen[sequence & (Window - 1)];
        if (place.Sequence == sequence)
        {
            Reused += place.Mark == mark ? 0 : 1;
            return false;
        }

        if (place.Sequence < sequence)
            place = (sequence, mark);
        return true;
    }

    private void Count(Instant now, in RtpPacket packet, long sequence, in PayloadMark mark)
    {
        Packets++;
        if (sequence > _highest)
        {
            if (_highest >= 0 && (int)(packet.Timestamp - _highestTimestamp) < 0)
                TimestampsBackwards++;
            (_highest, _highestTimestamp) = (sequence, packet.Timestamp);
            if (_reportNtp != 0)
                ClockErrorMs = ClockError(packet.Timestamp, mark);
        }

        if (Last.Sender == mark.Sender && now - LastAt > LongestGap)
            LongestGap = now - LastAt;
        Last = mark;
        LastAt = now;
    }

    private double ClockError(uint timestamp, in PayloadMark mark)
    {
        var rate = IsVideo ? 90.0 : 48.0;
        var since = (int)(timestamp - _reportRtp) / rate;
        var reported = (NtpTime.ToUnixMicroseconds(_reportNtp) - World.EpochMicroseconds) / 1000.0;
        return reported + since - ((mark.CapturedAt - World.Start.Nanoseconds) / 1e6);
    }

    public void ForgetGap() => LongestGap = TimeSpan.Zero;
}
