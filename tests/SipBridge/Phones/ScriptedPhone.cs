using Sylk.Conference.Audio;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Protocols.Srtp;
using Sylk.Conference.Protocols.Stun;
using Sylk.Conference.SipBridge.Phones;

namespace Sylk.Conference.SipBridge.Tests.Phones;

/// <summary>A telephone that says a tone and listens, in one codec, plain or with keys.</summary>
internal sealed class ScriptedPhone : IDisposable
{
    private readonly byte[] _buffer = new byte[2048];
    private readonly VoiceCodec _codec;
    private readonly ToneMaker _tone;
    private readonly IPhonePort _port;
    private readonly DtlsSession? _dtls;
    private SequenceUnwrapper _numbers;
    private ushort _sequence = 100;
    private uint _timestamp = 5_000;

    public ScriptedPhone(IPhonePort port, VoiceCodec codec, double frequency, DtlsSession? dtls = null, double? beside = null)
    {
        (_port, _codec, _dtls) = (port, codec, dtls);
        _tone = new ToneMaker(codec, frequency, beside: beside);
        Meter = new ToneMeter(codec);
    }

    public ToneMeter Meter { get; }

    public int PayloadType { get; set; }

    /// <summary>Where packets go.</summary>
    public TransportAddress Target { get; set; }

    public SrtpSender? Outbound { get; set; }

    public SrtpReceiver? Inbound { get; set; }

    public bool IsSilent { get; set; }

    public uint Ssrc { get; set; } = 77;

    /// <summary>Headers of all RTP that came and could be read.</summary>
    public List<(byte PayloadType, ushort Sequence, uint Timestamp, bool Marker, uint Ssrc, byte[] Payload)> Heard { get; } = [];

    public int Reports { get; private set; }

    public bool HeardGoodbye { get; private set; }

    public int Unreadable { get; private set; }

    public void Tick(Instant now)
    {
        TickDtls(now);
        Receive(now);
        var sound = _tone.Next(now);
        if (!IsSilent && (_dtls is null || Outbound is not null))
        {
            Send(PayloadType, false, _timestamp, sound);
        }

        _timestamp += (uint)(_codec == VoiceCodec.Opus ? 960 : 160);
        Meter.Tick(now);
    }

    /// <summary>A key: packets each 20 ms, the end three times unless it is lost.</summary>
    public void Press(int payloadType, int number, bool ends = true)
    {
        for (var i = 1; i <= 5; i++)
        {
            SendKey(payloadType, i == 1, new TelephoneEvent((byte)number, false, 10, (ushort)(160 * i)));
        }

        for (var i = 0; i < (ends ? 3 : 0); i++)
        {
            SendKey(payloadType, false, new TelephoneEvent((byte)number, true, 10, 900));
        }
    }

    public void Send(int payloadType, bool marker, uint timestamp, ReadOnlySpan<byte> payload)
    {
        var writer = new RtpHeaderWriter(_buffer);
        writer.WriteFixed(marker, (byte)payloadType, _sequence++, timestamp, Ssrc);
        payload.CopyTo(_buffer.AsSpan(RtpPacket.FixedHeaderLength));
        var length = RtpPacket.FixedHeaderLength + payload.Length;
        length = Outbound?.Protect(_buffer, RtpPacket.FixedHeaderLength, length, 0) ?? length;
        _port.Send(_buffer.AsSpan(0, length), Target);
    }

    public void Dispose()
    {
        _tone.Dispose();
        Meter.Dispose();
        _dtls?.Dispose();
        Inbound?.Dispose();
        Outbound?.Dispose();
    }

    private void SendKey(int payloadType, bool marker, TelephoneEvent key)
    {
        Span<byte> payload = stackalloc byte[TelephoneEvent.Length];
        key.Write(payload);
        Send(payloadType, marker, _timestamp, payload);
    }

    private void Receive(Instant now)
    {
        while (_port.TryReceive(_buffer, out var length, out _))
        {
            var datagram = _buffer.AsSpan(0, length);
            switch (Demultiplexer.Classify(datagram))
            {
                case PacketClass.Dtls:
                    _dtls?.Receive(now, datagram);
                    TickDtls(now);
                    break;
                case PacketClass.Rtcp:
                    TakeRtcp(datagram);
                    break;
                case PacketClass.Rtp:
                    TakeRtp(now, datagram);
                    break;
            }
        }
    }

    private void TakeRtp(Instant now, Span<byte> datagram)
    {
        Assert.True(RtpPacket.TryParseHeader(datagram, out var packet));
        var length = datagram.Length;
        if (Inbound is not null
            && Inbound.Unprotect(datagram, packet.HeaderLength, packet.Ssrc, packet.SequenceNumber, out length, out _) != SrtpVerdict.Accepted)
        {
            Unreadable++;
            return;
        }

        Assert.True(RtpPacket.TryParse(datagram[..length], out packet));
        Heard.Add((packet.PayloadType, packet.SequenceNumber, packet.Timestamp, packet.Marker, packet.Ssrc, packet.Payload.ToArray()));
        if (packet.PayloadType == PayloadType)
        {
            Meter.Push(now, _numbers.Unwrap(packet.SequenceNumber), packet.Timestamp, packet.Payload);
        }
    }

    private void TakeRtcp(Span<byte> datagram)
    {
        var length = datagram.Length;
        if (Inbound is not null && Inbound.UnprotectRtcp(datagram, out length) != SrtpVerdict.Accepted)
        {
            Unreadable++;
            return;
        }

        Reports++;
        var reader = new RtcpReader(datagram[..length]);
        while (reader.TryRead(out var block))
        {
            HeardGoodbye |= block.TryGetBye(out _);
        }
    }

    private void TickDtls(Instant now)
    {
        if (_dtls is null)
        {
            return;
        }

        _dtls.Start(now);
        _dtls.Tick(now);
        var scratch = new byte[2048];
        while (_dtls.TryTakeDatagram(scratch, out var length))
        {
            _port.Send(scratch.AsSpan(0, length), Target);
        }

        if (Outbound is null && _dtls.State == DtlsState.Connected && _dtls.TryExportSrtpKeys(out var keys))
        {
            Outbound = new SrtpSender((SrtpProfile)keys!.Profile, keys.LocalKey, keys.LocalSalt);
            Inbound = new SrtpReceiver((SrtpProfile)keys.Profile, keys.RemoteKey, keys.RemoteSalt);
        }
    }
}
