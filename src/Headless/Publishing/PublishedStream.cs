using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Rtp;

namespace Sylk.Conference.Headless.Publishing;

/// <summary>One RTP source of ours: numbers its packets, counts them for sender reports and sends them.</summary>
public sealed class PublishedStream
{
    private const int Room = 64;
    private readonly RtpExtensionIds _ids = PeerOffer.ExtensionIds;
    private readonly TransportNumbers _transport;
    private readonly byte _mid;
    private readonly byte _payloadType;
    private readonly byte[] _buffer = new byte[1500 + Room];
    private uint _sequence;

    internal PublishedStream(uint ssrc, int payloadType, int mid, TransportNumbers transport)
    {
        Ssrc = ssrc;
        _payloadType = (byte)payloadType;
        _mid = (byte)('0' + mid);
        _transport = transport;
        _sequence = (uint)Random.Shared.Next(0x8000);
    }

    public uint Ssrc { get; }

    public uint Packets { get; private set; }

    public uint Octets { get; private set; }

    public ushort NextSequence => (ushort)_sequence;

    /// <summary>Sends one packet; the plain bytes stay in <paramref name="kept"/> for retransmission.</summary>
    /// <param name="peer">The way out.</param>
    /// <param name="now">Goes into abs-send-time.</param>
    /// <param name="facts">What the header says.</param>
    /// <param name="payload">At most 1,200 octets.</param>
    /// <param name="kept">Takes the plain packet; may be empty.</param>
    /// <returns>Octets of the plain packet; 0 when it was not sent.</returns>
    internal int Send(HeadlessPeer peer, Instant now, in PacketFacts facts, ReadOnlySpan<byte> payload, Span<byte> kept)
    {
        var header = WriteHeader(now, facts);
        payload.CopyTo(_buffer.AsSpan(header));
        var length = header + payload.Length;
        if (!kept.IsEmpty)
            _buffer.AsSpan(0, length).CopyTo(kept);
        if (!peer.SendRtp(_buffer, header, length, _sequence >> 16))
            return 0;
        _sequence++;
        Packets++;
        Octets += (uint)payload.Length;
        return length;
    }

    internal SenderInfo Report(long unixMicroseconds, uint timestamp) =>
        new(NtpTime.FromUnixMicroseconds(unixMicroseconds), timestamp, Packets, Octets);

    private int WriteHeader(Instant now, in PacketFacts facts)
    {
        var writer = new RtpHeaderWriter(_buffer);
        writer.WriteFixed(facts.Marker, _payloadType, (ushort)_sequence, facts.Timestamp, Ssrc);
        Span<byte> value = stackalloc byte[3];
        AbsSendTime.From(now).Write(value);
        writer.AddExtension(_ids.AbsSendTime, value);
        TransportCcSequence.Write(value, _transport.Next());
        writer.AddExtension(_ids.TransportCc, value[..2]);
        value[0] = _mid;
        writer.AddExtension(_ids.Mid, value[..1]);
        if (facts.Level < 0)
            return writer.Complete();
        new AudioLevel(true, (byte)facts.Level).Write(value);
        writer.AddExtension(_ids.AudioLevel, value[..1]);
        return writer.Complete();
    }
}

/// <summary>What one packet's header says.</summary>
/// <param name="Timestamp">Media clock.</param>
/// <param name="Marker">Last packet of a frame.</param>
/// <param name="Level">0..127 -dBov, or negative for video.</param>
internal readonly record struct PacketFacts(uint Timestamp, bool Marker, int Level = -1);

/// <summary>Transport-wide sequence numbers: one count for everything a connection sends.</summary>
internal sealed class TransportNumbers
{
    private ushort _next;

    public ushort Next() => _next++;
}
