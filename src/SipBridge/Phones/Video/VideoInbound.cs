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
    private readonly ParameterSets _sets = new();
    private LegVideo? _video;
    private bool _isNew;
    private long _added;
    private long _addedBefore;
    private int _addedLast;
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
        _video = video;
        _sets.Describe(video.Formats.FirstOrDefault(static format => format.Codec == LegVideoCodec.H264)?.Theirs["sprop-parameter-sets"]);
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
            || !RtpPacket.TryParse(datagram[..length], out packet) || !channel.Accepts(now, from, packet, isProtected))
        {
            return false;
        }

        if (_stream.Begin(packet.Ssrc, packet.SequenceNumber))
        {
            _isNew = true;
            _sets.Begin();
        }

        var arrival = (uint)(now.Nanoseconds / 1000 * 90 / 1000);
        var number = _stream.Take(packet.SequenceNumber, packet.Timestamp, arrival);
        if (!packet.Payload.IsEmpty)
        {
            var missing = IsH264(format) ? _sets.Read(packet.Payload, packet.Timestamp) : 0;
            if (IsOpen && Local is { } local)
            {
                Add(local, (byte)format, number, packet.Timestamp, missing);
                Pass(local, new LocalVideoPacket((byte)format, Shifted(number), packet.Timestamp, packet.Marker, packet.Payload.Length), packet.Payload);
            }
        }

        return true;
    }

    private bool IsH264(int format) => _video is { } video && format < video.Formats.Length && video.Formats[format].Codec == LegVideoCodec.H264;

    /// <summary>Parameter sets before the IDR picture that lacks them, as units of their own, which both packetization modes have.</summary>
    private void Add(ILocalVideo local, byte format, long number, uint timestamp, int missing)
    {
        if (missing == 0)
        {
            return;
        }

        var place = Shifted(number);
        (_addedBefore, _addedLast) = (number, 0);
        while (missing != 0)
        {
            var unit = _sets.Unit(ref missing);
            Pass(local, new LocalVideoPacket(format, place + _addedLast, timestamp, false, unit.Length), unit);
            _addedLast++;
        }

        _added += _addedLast;
    }

    /// <summary>Their number, moved by what was added; not by what was added last where the packet belongs before it.</summary>
    private long Shifted(long number) => number + _added - (number < _addedBefore ? _addedLast : 0);

    private void Pass(ILocalVideo local, in LocalVideoPacket packet, ReadOnlySpan<byte> payload) =>
        _isNew &= !local.TrySend(packet with { IsNewStream = _isNew }, payload);

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
