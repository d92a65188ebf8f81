using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>What comes from a phone: sound to its voice in the mix, keys to whoever listens, reports to the sending side.</summary>
internal sealed class LegInbound(VoiceSource voice, Action<char> onKey) : IChannelReader
{
    private static readonly TimeSpan OldNumbersLife = TimeSpan.FromSeconds(2);
    private PayloadTypes _types = new([], [], null);
    private PayloadTypes? _old;
    private Instant _oldEnds;
    private RemoteStream _stream;
    private TelephoneEventReader _keys;
    private bool _isHeld;
    private int _clockRate = 8_000;
    private byte? _lostOfOurs;

    /// <summary>When the last packet came that counted; null before the first.</summary>
    public Instant? Heard { get; private set; }

    /// <summary>Packets that were to be protected and were not, or not by the leg's keys.</summary>
    public long Unprotected { get; private set; }

    /// <summary>Packets of formats nobody agreed on.</summary>
    public long Unknown { get; private set; }

    /// <summary>Middle of the NTP time in their last report, and when it came.</summary>
    public (uint Time, Instant At) LastReport { get; private set; }

    /// <summary>Our source, to find what they say of it.</summary>
    public uint OurSsrc { get; init; }

    public ref RemoteStream Stream => ref _stream;

    /// <summary>Clock of the sound that comes, Hz.</summary>
    public int ClockRate => _clockRate;

    /// <summary>What was agreed on; numbers of the description before count for two more seconds.</summary>
    public void Set(Instant now, LegAudio audio)
    {
        var types = new PayloadTypes(audio.Formats, audio.Keys, audio.ComfortNoise);
        if (!types.Equals(_types))
        {
            (_old, _oldEnds, _types) = (_types, now + OldNumbersLife, types);
        }

        _isHeld = audio.IsHeld;
        voice.IsHeld = audio.IsHeld;
    }

    /// <summary>What they say of our packets, once for each report.</summary>
    /// <param name="lost">Of 256.</param>
    public bool TryTakeLoss(out byte lost)
    {
        lost = _lostOfOurs ?? 0;
        var isNew = _lostOfOurs is not null;
        _lostOfOurs = null;
        return isNew;
    }

    public void OnMedia(Instant now, LegChannel channel, Span<byte> datagram, in TransportAddress from, bool isRtcp)
    {
        if (isRtcp)
        {
            TakeRtcp(now, channel, datagram, from);
        }
        else
        {
            TakeRtp(now, channel, datagram, from);
        }
    }

    private void TakeRtp(Instant now, LegChannel channel, Span<byte> datagram, in TransportAddress from)
    {
        if (!RtpPacket.TryParseHeader(datagram, out var packet))
        {
            return;
        }

        var kind = KindOf(now, packet.PayloadType);
        if (kind == PayloadTypes.None)
        {
            Unknown++;
            return;
        }

        var isProtected = channel.Security != LegSecurity.Plain;
        var length = datagram.Length;
        if (isProtected && !channel.Keys.TryOpen(now, datagram, packet, out length))
        {
            Unprotected++;
            return;
        }

        if (RtpPacket.TryParse(datagram[..length], out packet) && channel.Accepts(now, from, packet, isProtected))
        {
            Heard = now;
            Take(now, packet, kind);
        }
    }

    private void Take(Instant now, RtpPacket packet, int kind)
    {
        if (_stream.Begin(packet.Ssrc, packet.SequenceNumber))
        {
            _keys.Reset();
            voice.Reset();
        }

        var arrival = (uint)(now.Nanoseconds / 1000 * _clockRate / 1_000_000);
        var number = _stream.Take(packet.SequenceNumber, packet.Timestamp, arrival);
        if (kind == PayloadTypes.Keys && _keys.Receive(now, packet.Timestamp, packet.Marker, packet.Payload, out var key))
        {
            onKey(key);
        }

        if (_isHeld)
        {
            return;
        }

        if (kind == PayloadTypes.Noise && voice.Codec != VoiceCodec.Opus)
        {
            voice.PushNoise(now, number, packet.Timestamp, packet.Payload);
        }
        else if (kind is PayloadTypes.Keys or PayloadTypes.Noise)
        {
            // It has a number of the line, but no sound: keys are never mixed (FOC-4), and Opus has noise of its own.
            voice.Push(now, number, packet.Timestamp, packet.Marker, default);
        }
        else
        {
            PlaySound(now, packet, number, (LegCodec)kind);
        }
    }

    private void PlaySound(Instant now, RtpPacket packet, long number, LegCodec codec)
    {
        var spoken = PhoneFormats.ToVoice(codec);
        if (voice.Codec != spoken)
        {
            voice.Codec = spoken;
            _clockRate = codec.ClockRate;
        }

        voice.Push(now, number, packet.Timestamp, packet.Marker, packet.Payload);
    }

    private int KindOf(Instant now, byte payloadType)
    {
        var kind = _types.KindOf(payloadType);
        return kind == PayloadTypes.None && _old is not null && now < _oldEnds ? _old.KindOf(payloadType) : kind;
    }

    private void TakeRtcp(Instant now, LegChannel channel, Span<byte> datagram, in TransportAddress from)
    {
        var isProtected = channel.Security != LegSecurity.Plain;
        var length = datagram.Length;
        if (isProtected && !channel.Keys.TryOpenRtcp(datagram, out length))
        {
            Unprotected++;
            return;
        }

        if (!isProtected && !channel.Knows(now, from))
        {
            return;
        }

        if (channel.IsForRtcp)
        {
            channel.Latch.Follow(from);
        }

        var reader = new RtcpReader(datagram[..length]);
        while (reader.TryRead(out var block))
        {
            Heard = now;
            TakeReport(now, block);
        }
    }

    private void TakeReport(Instant now, RtcpBlock block)
    {
        if (block.TryGetSenderReport(out var sent))
        {
            LastReport = (NtpTime.Middle(sent.NtpTimestamp), now);
            for (var i = 0; i < sent.ReportCount; i++)
            {
                TakeLoss(sent.Report(i));
            }
        }
        else if (block.TryGetReceiverReport(out var received))
        {
            for (var i = 0; i < received.ReportCount; i++)
            {
                TakeLoss(received.Report(i));
            }
        }
    }

    private void TakeLoss(in ReportBlock report)
    {
        if (report.Ssrc == OurSsrc)
        {
            _lostOfOurs = report.FractionLost;
        }
    }
}
