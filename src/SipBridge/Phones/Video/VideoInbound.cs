using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>What comes from a phone's camera: packets to the room, reports and wishes to the sending side.</summary>
internal sealed class VideoInbound(VideoOutbound outbound) : IChannelReader
{
    private const sbyte None = -1;
    private static readonly TimeSpan OldNumbersLife = TimeSpan.FromSeconds(2);
    private readonly sbyte[] _formats = Nothing();
    private readonly sbyte[] _former = Nothing();
    private Instant _formerEnds;
    private RemoteStream _stream;
    private bool _isNew;
    private int _firSequence = -1;

    /// <summary>Where packets go; null while nobody wants them.</summary>
    public ILocalVideo? Local { get; set; }

    /// <summary>Their camera may be shown.</summary>
    public bool IsOpen { get; set; }

    public ref RemoteStream Stream => ref _stream;

    /// <summary>Middle of the NTP time in their last report, and when it came.</summary>
    public (uint Time, Instant At) LastReport { get; private set; }

    /// <summary>Packets of no agreed format, not protected as agreed, or from strangers.</summary>
    public long Refused { get; private set; }

    /// <summary>What was agreed on; numbers of the description before count for two more seconds, by the place their format has now.</summary>
    public void Set(Instant now, LegVideo video)
    {
        _formats.CopyTo(_former, 0);
        _formerEnds = now + OldNumbersLife;
        Array.Fill(_formats, None);
        for (var i = 0; i < video.Formats.Length; i++)
        {
            _formats[video.Formats[i].SendPayloadType] = (sbyte)i;
        }

        for (var i = 0; i < video.Formats.Length; i++)
        {
            _formats[video.Formats[i].ReceivePayloadType] = (sbyte)i;
        }
    }

    public void OnMedia(Instant now, LegChannel channel, Span<byte> datagram, in TransportAddress from, bool isRtcp)
    {
        if (isRtcp)
        {
            TakeRtcp(now, channel, datagram, from);
        }
        else if (!TryTakeRtp(now, channel, datagram, from))
        {
            Refused++;
        }
    }

    private bool TryTakeRtp(Instant now, LegChannel channel, Span<byte> datagram, in TransportAddress from)
    {
        if (!RtpPacket.TryParseHeader(datagram, out var packet) || FormatOf(now, packet.PayloadType) is not (>= 0 and var format))
        {
            return false;
        }

        var isProtected = channel.Security != LegSecurity.Plain;
        var length = datagram.Length;
        if ((isProtected && !channel.Keys.TryOpen(now, datagram, packet, out length))
            || !RtpPacket.TryParse(datagram[..length], out packet) || !channel.Accepts(now, from, packet.Ssrc, isProtected))
        {
            return false;
        }

        _isNew |= _stream.Begin(packet.Ssrc, packet.SequenceNumber);
        var arrival = (uint)(now.Nanoseconds / 1000 * 90 / 1000);
        var number = _stream.Take(packet.SequenceNumber, packet.Timestamp, arrival);
        if (IsOpen && Local is { } local && !packet.Payload.IsEmpty)
        {
            var taken = local.TrySend(
                new LocalVideoPacket((byte)format, number, packet.Timestamp, packet.Marker, packet.Payload.Length, _isNew), packet.Payload);
            _isNew &= !taken;
        }

        return true;
    }

    private int FormatOf(Instant now, byte payloadType)
    {
        var format = _formats[payloadType & 0x7F];
        return format == None && now < _formerEnds ? _former[payloadType & 0x7F] : format;
    }

    private void TakeRtcp(Instant now, LegChannel channel, Span<byte> datagram, in TransportAddress from)
    {
        var isProtected = channel.Security != LegSecurity.Plain;
        var length = datagram.Length;
        if ((isProtected && !channel.Keys.TryOpenRtcp(datagram, out length)) || (!isProtected && !channel.Knows(now, from)))
        {
            Refused++;
            return;
        }

        if (channel.IsForRtcp)
        {
            channel.Latch.Follow(from);
        }

        var reader = new RtcpReader(datagram[..length]);
        while (reader.TryRead(out var block))
        {
            Take(now, block);
        }
    }

    private void Take(Instant now, RtcpBlock block)
    {
        switch (block.PacketType)
        {
            case RtcpPacketType.SenderReport when block.TryGetSenderReport(out var sent):
                LastReport = (NtpTime.Middle(sent.NtpTimestamp), now);
                break;
            case RtcpPacketType.PayloadFeedback when block.TryGetPli(out _):
                Local?.AskForKeyframe();
                break;
            case RtcpPacketType.PayloadFeedback when block.TryGetFir(out var fir):
                TakeFir(fir);
                break;
            case RtcpPacketType.TransportFeedback when block.TryGetNack(out var nack):
                TakeNack(nack);
                break;
        }
    }

    /// <summary>The same number again is the same wish again (RFC 5104 section 4.3.1.2).</summary>
    private void TakeFir(in Fir fir)
    {
        for (var i = 0; i < fir.Count; i++)
        {
            var entry = fir.Entry(i);
            if (entry.Ssrc == outbound.Ssrc && entry.Sequence != _firSequence)
            {
                _firSequence = entry.Sequence;
                Local?.AskForKeyframe();
            }
        }
    }

    private void TakeNack(in Nack nack)
    {
        if (nack.MediaSsrc != outbound.Ssrc)
        {
            return;
        }

        foreach (var sequence in nack)
        {
            outbound.Miss(sequence);
        }
    }

    private static sbyte[] Nothing()
    {
        var formats = new sbyte[128];
        Array.Fill(formats, None);
        return formats;
    }
}
