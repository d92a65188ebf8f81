using System.Text;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>
/// Finds the section and layer a new SSRC belongs to (RFC 9143 §9.2, RFC 8852; sfu E.1): by mid and rid, else by what the
/// description declared, else by a payload type only one section uses. A binding lasts as long as its section is published:
/// senders stop attaching mid and rid once we have reported on the stream.
/// </summary>
internal static class StreamBinder
{
    public static IngressStream? Bind(Instant now, Peer peer, in RtpPacket packet, in RtpExtensionScan scan)
    {
        var binding = peer.PayloadTypes[packet.PayloadType];
        if (!binding.IsKnown)
            return null;

        var track = FindTrack(peer, packet, scan);
        if (track is null)
            return null;
        return binding.IsRetransmission
            ? BindRepair(peer, track, packet, scan)
            : BindMedia(now, peer, track, packet, scan, binding);
    }

    private static Track? FindTrack(Peer peer, in RtpPacket packet, in RtpExtensionScan scan)
    {
        if (scan.TryGet(RtpExtensionKind.Mid, packet.Bytes, out var mid))
            return FindSection(peer, mid);
        if (peer.DeclaredSsrcs.TryGetValue(packet.Ssrc, out var declared))
            return peer.Sections.GetValueOrDefault(declared.Mid);
        return OnlyTrackFor(peer, packet.PayloadType);
    }

    private static Track? FindSection(Peer peer, ReadOnlySpan<byte> mid)
    {
        Span<char> text = stackalloc char[32];
        return mid.Length <= text.Length && Encoding.ASCII.TryGetChars(mid, text, out var length)
            && peer.Sections.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text[..length], out var track)
            ? track
            : null;
    }

    /// <summary>Without mid or declaration only an unambiguous payload type may decide (TU-14).</summary>
    private static Track? OnlyTrackFor(Peer peer, byte payloadType)
    {
        var codec = peer.PayloadTypes[payloadType].Codec ?? peer.PayloadTypes[peer.PayloadTypes[payloadType].RepairOf].Codec;
        if (codec is null)
            return null;
        var kind = codec.Family is CodecFamily.Opus or CodecFamily.Red ? TrackKind.Audio : TrackKind.Video;
        Track? only = null;
        foreach (var track in peer.Tracks)
        {
            if (track.Kind != kind)
                continue;
            if (only is not null)
                return null;
            only = track;
        }

        return only;
    }

    private static IngressStream? BindMedia(
        Instant now, Peer peer, Track track, in RtpPacket packet, in RtpExtensionScan scan, in PayloadBinding binding)
    {
        var layer = LayerOf(track, packet, scan, RtpExtensionKind.Rid);
        if (layer < 0)
            return null;
        if (track.Layers[layer] is { } previous && previous.LastPacketAt.PlusMilliseconds(1000) > now && !Restarted(peer, previous))
            return null; // the first binding of a layer wins while it lives (TU-13)

        var stream = new IngressStream(
            track, layer, packet.Ssrc, binding.Codec!.ClockRate, CanRepair(peer, packet.PayloadType))
        {
            Number = peer.Room.NextStreamNumber(),
        };
        if (!peer.Streams.TryAdd(packet.Ssrc, stream))
            return null;
        stream.Reception.Accept(packet.SequenceNumber);
        foreach (var (ssrc, declared) in peer.DeclaredSsrcs)
        {
            if (declared.Repairs == packet.Ssrc && peer.Streams.TryAdd(ssrc, stream))
                stream.RtxSsrc = ssrc;
        }

        track.AddLayer(stream);
        peer.Room.OnStream(now, track, stream, binding.Codec);
        peer.Reports.Advance(now);
        return stream;
    }

    private static IngressStream? BindRepair(Peer peer, Track track, in RtpPacket packet, in RtpExtensionScan scan)
    {
        var layer = LayerOf(track, packet, scan, RtpExtensionKind.RepairedRid);
        if (layer < 0 || track.Layers[layer] is not { } stream || !peer.Streams.TryAdd(packet.Ssrc, stream))
            return null;
        stream.RtxSsrc = packet.Ssrc;
        return stream;
    }

    private static int LayerOf(Track track, in RtpPacket packet, in RtpExtensionScan scan, RtpExtensionKind kind)
    {
        if (track.Rids.Length == 0)
            return 0;
        if (!scan.TryGet(kind, packet.Bytes, out var rid))
            return -1;
        for (var i = 0; i < track.Rids.Length; i++)
            if (AsciiEquals(track.Rids[i], rid))
                return i;
        return -1;
    }

    private static bool AsciiEquals(string text, ReadOnlySpan<byte> bytes) => Ascii.Equals(text.AsSpan(), bytes);

    /// <summary>A section may change its SSRC while the description declares the new one (a page that re-adds a track).</summary>
    private static bool Restarted(Peer peer, IngressStream previous) => !peer.DeclaredSsrcs.ContainsKey(previous.Ssrc);

    private static bool CanRepair(Peer peer, byte payloadType)
    {
        foreach (var binding in peer.PayloadTypes)
            if (binding.IsRetransmission && binding.RepairOf == payloadType)
                return true;
        return false;
    }
}
