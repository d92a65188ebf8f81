using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Srtp;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>
/// READ FIRST. The life of one RTP packet from a publisher, top to bottom: header, authenticate, whose stream, congestion
/// feedback, retransmission unwrapped; then <see cref="StreamIntake"/>: facts of the payload, loss bookkeeping, history, router. Each
/// step keeps the packet or names a <see cref="DropReason"/>; nothing is remembered of a packet that did not authenticate.
/// </summary>
internal sealed class IngressPipeline(ShardCounters counters)
{
    public void Run(Instant now, Peer peer, Span<byte> packet)
    {
        var kind = DropKind.Unknown;
        var reason = Process(now, peer, packet, ref kind);
        if (reason != DropReason.None)
            counters.Drop(reason, FlowDirection.Receive, kind);
    }

    private static DropReason Process(Instant now, Peer peer, Span<byte> packet, ref DropKind kind)
    {
        if (!RtpPacket.TryParseHeader(packet, out var header))
            return DropReason.RtpMalformed;
        var ssrc = header.Ssrc;
        var verdict = peer.Transport.Inbound!.Unprotect(
            packet, header.HeaderLength, ssrc, header.SequenceNumber, out var length, out var sequence);
        if (verdict != SrtpVerdict.Accepted)
            return verdict == SrtpVerdict.Replayed ? DropReason.SrtpReplayed : DropReason.SrtpRefused;
        if (!RtpPacket.TryParse(packet[..length], out var plain))
            return DropReason.RtpMalformed;

        var scan = plain.Scan(peer.Extensions);
        RecordForCongestionControl(now, peer, plain, scan);
        var stream = peer.Streams.Find(ssrc);
        kind = (DropKind?)stream?.Track.Kind ?? DropKind.Unknown;
        if (!peer.Quota.AllowPacket(packet.Length))
            return DropReason.InboundQuota;

        stream ??= StreamBinder.Bind(now, peer, plain, scan);
        if (stream is null)
            return DropReason.SsrcUnmatched;
        kind = (DropKind)stream.Track.Kind;
        return ssrc == stream.Ssrc
            ? Receive(now, peer, stream, plain, scan, sequence)
            : Repair(now, peer, stream, plain, scan);
    }

    private static void RecordForCongestionControl(Instant now, Peer peer, in RtpPacket packet, in RtpExtensionScan scan)
    {
        if (peer.TransportCc is { } recorder && scan.TryGet(RtpExtensionKind.TransportCc, packet.Bytes, out var value)
            && TransportCcSequence.TryRead(value, out var transportSequence))
        {
            recorder.OnPacket(now, transportSequence, packet.Marker);
            peer.Reports.Advance(recorder.NextDeadline);
        }
    }

    private static DropReason Receive(
        Instant now, Peer peer, IngressStream stream, in RtpPacket packet, in RtpExtensionScan scan, long sequence)
    {
        stream.Reception.Update(packet.SequenceNumber, packet.Timestamp, RtpArrival(now, stream.ClockRate));
        stream.Bitrate.Add(now, packet.Bytes.Length);
        stream.Packets++;
        stream.Octets += (uint)packet.Payload.Length;
        var resumes = !stream.IsActive(now) && stream.Track.Kind == TrackKind.Video;
        stream.LastPacketAt = now;
        if (resumes)
            RoomRouter.OnReturned(now, stream);
        var facts = new PacketFacts
        {
            Sequence = sequence,
            Timestamp = packet.Timestamp,
            Marker = packet.Marker,
            PayloadType = packet.PayloadType,
            Arrival = now,
            AudioLevel = byte.MaxValue,
        };
        ReadExtensions(stream, packet, scan, ref facts);
        return Accept(now, peer, stream, packet.Payload, ref facts, isRepair: false);
    }

    /// <summary>RFC 4588: the first two payload bytes are the original sequence number; the rest is the packet that was lost.</summary>
    private static DropReason Repair(Instant now, Peer peer, IngressStream stream, in RtpPacket packet, in RtpExtensionScan scan)
    {
        var payload = packet.Payload;
        if (payload.Length == 0)
            return DropReason.PaddingOnly; // bandwidth probes are padding on the retransmission stream
        if (payload.Length < Rtx.Overhead || stream.Nack is null)
            return DropReason.RtxMalformed;

        stream.Repairs++;
        var original = (ushort)(payload[0] << 8 | payload[1]);
        var facts = new PacketFacts
        {
            Sequence = stream.SequenceOf(original),
            Timestamp = packet.Timestamp,
            Marker = packet.Marker,
            PayloadType = peer.PayloadTypes[packet.PayloadType].RepairOf,
            Arrival = now,
            AudioLevel = byte.MaxValue,
        };
        if (scan.TryGet(RtpExtensionKind.DependencyDescriptor, packet.Bytes, out var descriptor))
            facts.Descriptor = descriptor;
        return Accept(now, peer, stream, payload[Rtx.Overhead..], ref facts, isRepair: true);
    }

    private static DropReason Accept(
        Instant now, Peer peer, IngressStream stream, ReadOnlySpan<byte> payload, ref PacketFacts facts, bool isRepair)
    {
        var binding = peer.PayloadTypes[facts.PayloadType & 0x7F];
        if (binding.Codec is null)
            return DropReason.PayloadTypeUnknown;
        if (!isRepair)
            stream.NewestSequence = Math.Max(stream.NewestSequence, facts.Sequence);
        if (payload.Length > 0 && stream.History.Contains(facts.Sequence))
            return DropReason.Duplicate;

        facts.Codec = binding.Codec;
        return StreamIntake.Accept(now, peer.Room, stream, payload, ref facts, isRepair);
    }

    private static void ReadExtensions(IngressStream stream, in RtpPacket packet, in RtpExtensionScan scan, ref PacketFacts facts)
    {
        if (scan.TryGet(RtpExtensionKind.AudioLevel, packet.Bytes, out var value) && AudioLevel.TryRead(value, out var level))
        {
            facts.AudioLevel = level.Level;
            facts.VoiceActivity = level.Voice;
            stream.HasAudioLevel = true;
        }

        if (scan.TryGet(RtpExtensionKind.DependencyDescriptor, packet.Bytes, out value))
            facts.Descriptor = value;
        if (scan.TryGet(RtpExtensionKind.VideoOrientation, packet.Bytes, out value) && value.Length == 1)
            stream.Orientation = value[0];
    }

    private static uint RtpArrival(Instant now, int clockRate) => (uint)((ulong)now.Microseconds * (ulong)clockRate / 1_000_000);
}
