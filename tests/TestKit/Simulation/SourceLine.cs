using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Rtp;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>One SSRC a client sends: its numbers, its clock, and what it keeps to send again.</summary>
internal sealed class SourceLine(WirePeer peer, uint ssrc, byte payloadType, int clockRate, int mid, string? rid = null)
{
    private const int Kept = 1024;

    private readonly byte[]?[] _kept = new byte[Kept][];
    private long _sequence = ssrc & 0x7FF;
    private long _rtxSequence = 100;
    private uint _packets;
    private uint _octets;
    private (byte[] Packet, int Header, int Length, long Sequence)? _held;

    public uint Ssrc => ssrc;

    public uint RtxSsrc => ssrc + 1;

    public long PacketsSent => _packets;

    /// <summary>The next packet has its number now and goes out with <see cref="LetGo"/>.</summary>
    public bool HoldsBack { get; set; }

    public bool HasHeld => _held is not null;

    public uint TimestampAt(Instant at) => (uint)(at.Microseconds * clockRate / 1_000_000) + (ssrc * 7);

    public void Send(Instant capturedAt, bool marker, ReadOnlySpan<byte> payload, AudioLevel? level, ReadOnlySpan<byte> descriptor = default)
    {
        var packet = new byte[1400];
        var writer = new RtpHeaderWriter(packet);
        writer.WriteFixed(marker, payloadType, (ushort)_sequence, TimestampAt(capturedAt), ssrc);
        writer.AddExtension(4, [(byte)('0' + mid)]);
        if (rid is not null)
            writer.AddExtension(10, System.Text.Encoding.ASCII.GetBytes(rid));
        if (level is { } value && writer.TryReserve(1, 1, out var slot))
            value.Write(slot);
        if (writer.TryReserve(3, 2, out slot))
            TransportCcSequence.Write(slot, peer.TakeTransportSequence());
        if (!descriptor.IsEmpty)
            writer.AddExtension(12, descriptor);
        var header = writer.Complete();
        payload.CopyTo(packet.AsSpan(header));
        var length = header + payload.Length;
        _kept[_sequence % Kept] = packet[..length];
        _packets++;
        _octets += (uint)payload.Length;
        if (HoldsBack)
            (_held, HoldsBack) = ((packet, header, length, _sequence++), false);
        else
            peer.SendRtp(packet, header, length, _sequence++);
    }

    public void LetGo()
    {
        if (_held is { } held)
            peer.SendRtp(held.Packet, held.Header, held.Length, held.Sequence);
        _held = null;
    }

    /// <summary>RFC 4588: the same payload on the retransmission stream.</summary>
    public void SendAgain(ushort sequence)
    {
        var kept = _kept[sequence % Kept];
        if (kept is null || !RtpPacket.TryParse(kept, out var original) || original.SequenceNumber != sequence)
            return;
        var packet = new byte[1400];
        var length = Rtx.Wrap(kept, RtxSsrc, (byte)(payloadType + 1), (ushort)_rtxSequence, packet);
        peer.SendRtp(packet, original.HeaderLength, length, _rtxSequence++);
    }

    public void Report(Instant now, ulong ntp)
    {
        Span<byte> buffer = stackalloc byte[200];
        var writer = new RtcpWriter(buffer);
        writer.AppendSenderReport(ssrc, new SenderInfo(ntp, TimestampAt(now), _packets, _octets));
        writer.AppendCname(ssrc, "simulated"u8);
        peer.SendRtcp(buffer, writer.Length);
    }
}
