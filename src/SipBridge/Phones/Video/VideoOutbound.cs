using System.Security.Cryptography;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>
/// The picture that goes to a phone: one source with one line of numbers, whoever is shown. What was sent lately is kept as it was
/// encrypted, and sent again where the phone asks for it.
/// </summary>
internal sealed class VideoOutbound
{
    /// <summary>Some two seconds of 500 kb/s.</summary>
    private const int Kept = 128;
    private const int MostResent = 3;
    private const int Largest = 1_600;
    private const byte Unused = 126;
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly byte[] _buffer = new byte[2048];
    private readonly ushort[] _missed = new ushort[64];
    private int _missedCount;
    private Sent[] _sent = [];
    private byte[] _bytes = [];
    private long _base = RandomNumberGenerator.GetInt32(1, 0x3FFF);
    private uint _timestampBase = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
    private long _shift;
    private uint _timestampShift;
    private bool _begins = true;
    private long _rolloverBase;
    private int _generation;
    private uint _newestTimestamp;
    private Instant _newestAt;
    private Instant _sentAt;

    public uint Ssrc { get; } = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)) | 1;

    public uint Packets { get; private set; }

    public uint Octets { get; private set; }

    /// <summary>Packets that were asked for again and sent.</summary>
    public long Resent { get; private set; }

    /// <summary>Makes room for what may be asked for again.</summary>
    public void Keep()
    {
        if (_sent.Length == 0)
        {
            (_sent, _bytes) = (new Sent[Kept], new byte[Kept * Largest]);
        }
    }

    /// <summary>Another source of packets, whose numbers begin anywhere: ours go on.</summary>
    public void BeginSource() => _begins = true;

    public uint TimestampAt(Instant now) => _newestTimestamp + (uint)((now - _newestAt).TotalMilliseconds * 90);

    public void Send(Instant now, LegChannel channel, in TransportAddress target, LegVideo video, in LocalVideoPacket packet, ReadOnlySpan<byte> payload)
    {
        if (packet.Format >= video.Formats.Length || payload.Length > Largest - RtpPacket.FixedHeaderLength - LegKeyring.Overhead)
        {
            return;
        }

        if (_begins)
        {
            _begins = false;
            (_shift, _timestampShift) = (_base - packet.Sequence, _timestampBase - packet.Timestamp);
        }

        var sequence = packet.Sequence + _shift;
        var timestamp = packet.Timestamp + _timestampShift;
        if (Write(now, channel, target, new Header((byte)video.Formats[packet.Format].SendPayloadType, sequence, timestamp, packet.Marker), payload))
        {
            Packets++;
            Octets += (uint)payload.Length;
            (_newestTimestamp, _newestAt) = (timestamp, now);
        }

        // Half a second later than the last one, should another source begin.
        const uint Pause = 45_000;
        (_base, _timestampBase) = (Math.Max(_base, sequence + 1), timestamp + Pause);
    }

    /// <summary>Boxes in between forget a way on which nothing goes out (MED-6).</summary>
    public void StayOpen(Instant now, LegChannel channel, in TransportAddress target)
    {
        _sentAt = _sentAt == default ? now : _sentAt;
        if (now - _sentAt >= KeepAlive)
        {
            Write(now, channel, target, new Header(Unused, _base++, _timestampBase, false), default);
            _shift++;
        }
    }

    /// <summary>They miss a packet.</summary>
    public void Miss(ushort sequence)
    {
        if (_missedCount < _missed.Length && _sent.Length > 0)
        {
            _missed[_missedCount++] = sequence;
        }
    }

    /// <summary>Sends again what was missed and is still there.</summary>
    public void Repair(LegChannel channel, in TransportAddress target)
    {
        for (var i = 0; i < _missedCount; i++)
        {
            var place = _missed[i] % Kept;
            ref var sent = ref _sent[place];
            if (sent.Length > 0 && sent.Sequence == _missed[i] && sent.Times < MostResent)
            {
                sent.Times++;
                Resent++;
                channel.Send(_bytes.AsSpan(place * Largest, sent.Length), target);
            }
        }

        _missedCount = 0;
    }

    private bool Write(Instant now, LegChannel channel, in TransportAddress target, Header header, ReadOnlySpan<byte> payload)
    {
        var length = RtpPacket.FixedHeaderLength + payload.Length;
        var writer = new RtpHeaderWriter(_buffer);
        writer.WriteFixed(header.Marker, header.PayloadType, (ushort)header.Sequence, header.Timestamp, Ssrc);
        payload.CopyTo(_buffer.AsSpan(RtpPacket.FixedHeaderLength));
        if (channel.Security != LegSecurity.Plain)
        {
            var rollover = Rollover(channel.Keys, header.Sequence);
            if (rollover < 0)
            {
                return false; // older than the key
            }

            length = channel.Keys.Protect(_buffer, RtpPacket.FixedHeaderLength, length, (uint)rollover);
        }

        channel.Send(_buffer.AsSpan(0, length), target);
        _sentAt = now;
        if (_sent.Length > 0)
        {
            var place = (int)(header.Sequence % Kept);
            _sent[place] = new Sent { Sequence = (ushort)header.Sequence, Length = length };
            _buffer.AsSpan(0, length).CopyTo(_bytes.AsSpan(place * Largest));
        }

        return true;
    }

    /// <summary>Both ends count wraps of the sequence number from the first packet under a key (RFC 3711 section 3.3.1).</summary>
    private long Rollover(LegKeyring keys, long sequence)
    {
        if (keys.OutboundGeneration != _generation)
        {
            (_generation, _rolloverBase) = (keys.OutboundGeneration, sequence >> 16);
            Array.Clear(_sent);
        }

        return (sequence >> 16) - _rolloverBase;
    }

    private readonly record struct Header(byte PayloadType, long Sequence, uint Timestamp, bool Marker);

    private struct Sent
    {
        public ushort Sequence;
        public int Length;
        public int Times;
    }
}
