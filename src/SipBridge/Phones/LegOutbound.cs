using System.Security.Cryptography;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>What goes to a phone: a packet each packet time, silence too (a quiet line would seem dead), or keys in its place.</summary>
internal sealed class LegOutbound
{
    public const int TickMs = 20;

    /// <summary>What carries nothing has this payload type, or the next below that means nothing in the call (MED-6).</summary>
    private const byte Unused = 126;

    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    private readonly byte[] _buffer = new byte[2048];
    private readonly TelephoneEventWriter _keys = new();
    private LegAudio? _audio;
    private LegKeys? _keyFormat;
    private byte _unused = Unused;
    private long _sequence = RandomNumberGenerator.GetInt32(1, 0x7FFF);
    private uint _position = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4));
    private long _rolloverBase;
    private int _generation;
    private bool _afterGap = true;
    private Instant _sentAt;

    public uint Ssrc { get; } = BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)) | 1;

    public uint Packets { get; private set; }

    public uint Octets { get; private set; }

    /// <summary>Timestamp of the next tick's sound.</summary>
    public uint Position => _position;

    public void Set(Instant now, LegAudio? audio)
    {
        _audio = audio;
        _keyFormat = audio is null ? null : KeysFor(audio);
        _unused = audio is null ? Unused : UnusedIn(audio);
        _sentAt = _sentAt == default ? now : _sentAt;
    }

    /// <returns>False when they take no keys, or these are none.</returns>
    public bool TryPress(ReadOnlySpan<char> keys) => _keyFormat is not null && _keys.TryPress(keys);

    /// <summary>One tick: sends what is due.</summary>
    /// <param name="now">When.</param>
    /// <param name="channel">The leg's RTP.</param>
    /// <param name="sound">A packet of the agreed format; empty when none is due.</param>
    /// <param name="isNoise">It is comfort noise in its place (RFC 3389).</param>
    public void Tick(Instant now, LegChannel channel, ReadOnlySpan<byte> sound, bool isNoise = false)
    {
        if (_audio is null)
        {
            return;
        }

        var format = _audio.Formats[0];
        var step = (uint)(format.Codec.ClockRate / (1000 / TickMs));
        var began = _position - (step * (uint)((Math.Max(TickMs, _audio.PacketMs) / TickMs) - 1));
        if (!channel.TryGetTarget(out var target))
        {
            _afterGap = true;
        }
        else if (!_audio.MaySend)
        {
            _afterGap = true;
            StayOpen(now, channel, target);
        }
        else if (_keyFormat is { } keys && _keys.TryNext(_position, TickMs, keys.ClockRate, out var press))
        {
            SendKey(now, channel, target, keys, press);
        }
        else if (isNoise && _audio.ComfortNoise is { } noise)
        {
            _afterGap = true;
            Send(now, channel, target, new Header((byte)noise, began, false), sound);
        }
        else if (!sound.IsEmpty)
        {
            SendSound(now, channel, target, format, sound, began);
        }
        else if (_audio.PacketMs <= TickMs)
        {
            _afterGap = true;
            StayOpen(now, channel, target);
        }

        _position += step;
    }

    private static byte UnusedIn(LegAudio audio)
    {
        var number = Unused;
        while (audio.Formats.Any(format => format.SendPayloadType == number) || audio.Keys.Any(keys => keys.SendPayloadType == number)
            || audio.ComfortNoise == number)
        {
            number--;
        }

        return number;
    }

    private static LegKeys? KeysFor(LegAudio audio)
    {
        foreach (var keys in audio.Keys)
        {
            if (keys.ClockRate == audio.Formats[0].Codec.ClockRate)
            {
                return keys;
            }
        }

        return audio.Keys.IsEmpty ? null : audio.Keys[0];
    }

    private void SendSound(Instant now, LegChannel channel, in TransportAddress target, LegFormat format, ReadOnlySpan<byte> sound, uint timestamp)
    {
        // Without frames of its own a codec's packet may be cut anywhere; 10 ms are asked for now and then.
        var isHalved = _audio!.PacketMs == TickMs / 2 && format.Codec != LegCodec.Opus;
        var first = isHalved ? sound[..(sound.Length / 2)] : sound;
        Send(now, channel, target, new Header((byte)format.SendPayloadType, timestamp, _afterGap), first);
        if (isHalved)
        {
            var half = (uint)(format.Codec.ClockRate / (2000 / TickMs));
            Send(now, channel, target, new Header((byte)format.SendPayloadType, timestamp + half, false), sound[first.Length..]);
        }

        _afterGap = false;
    }

    private void SendKey(Instant now, LegChannel channel, in TransportAddress target, LegKeys keys, in TelephoneEventPacket press)
    {
        Span<byte> payload = stackalloc byte[TelephoneEvent.Length];
        press.Event.Write(payload);
        Send(now, channel, target, new Header((byte)keys.SendPayloadType, press.Timestamp, press.Marker), payload);
        _afterGap = true;
    }

    /// <summary>Boxes in between forget a way on which nothing goes out.</summary>
    private void StayOpen(Instant now, LegChannel channel, in TransportAddress target)
    {
        if (now - _sentAt >= KeepAlive)
        {
            Send(now, channel, target, new Header(_unused, _position, false), default);
        }
    }

    private void Send(Instant now, LegChannel channel, in TransportAddress target, Header header, ReadOnlySpan<byte> payload)
    {
        if (payload.Length > _buffer.Length - RtpPacket.FixedHeaderLength - LegKeyring.Overhead)
        {
            return;
        }

        var writer = new RtpHeaderWriter(_buffer);
        writer.WriteFixed(header.Marker, header.PayloadType, (ushort)_sequence, header.Timestamp, Ssrc);
        var length = RtpPacket.FixedHeaderLength + payload.Length;
        payload.CopyTo(_buffer.AsSpan(RtpPacket.FixedHeaderLength));
        if (channel.Security != LegSecurity.Plain)
        {
            length = channel.Keys.Protect(_buffer, RtpPacket.FixedHeaderLength, length, Rollover(channel.Keys));
        }

        channel.Send(_buffer.AsSpan(0, length), target);
        _sequence++;
        _sentAt = now;
        Packets++;
        Octets += (uint)payload.Length;
    }

    /// <summary>Both ends count wraps of the sequence number from the first packet under a key (RFC 3711 section 3.3.1).</summary>
    private uint Rollover(LegKeyring keys)
    {
        if (keys.OutboundGeneration != _generation)
        {
            (_generation, _rolloverBase) = (keys.OutboundGeneration, _sequence >> 16);
        }

        return (uint)((_sequence >> 16) - _rolloverBase);
    }

    private readonly record struct Header(byte PayloadType, uint Timestamp, bool Marker);
}
