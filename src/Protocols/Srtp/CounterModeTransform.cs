using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>SRTP and SRTCP under AES-CM with HMAC-SHA1 (RFC 3711 §4) with the session keys of one direction.</summary>
internal sealed class CounterModeTransform : IDisposable
{
    private const int TagLength = HmacSha1.TagLength;
    private const int RtcpHeaderLength = 8;
    private const int RtcpIndexLength = 4;

    private readonly int _rtpTagLength;
    private readonly AesCounterMode _rtp;
    private readonly AesCounterMode _rtcp;
    private readonly HmacSha1 _rtpTag;
    private readonly HmacSha1 _rtcpTag;
    private readonly CounterSalt _rtpSalt;
    private readonly CounterSalt _rtcpSalt;

    /// <param name="keys">Of one direction.</param>
    /// <param name="rtpTagLength">Bytes of tag behind RTP; RTCP always has ten (RFC 3711 §5.2).</param>
    public CounterModeTransform(SrtpSessionKeys keys, int rtpTagLength = TagLength)
    {
        _rtpTagLength = rtpTagLength;
        _rtp = new AesCounterMode(keys.RtpKey);
        _rtcp = new AesCounterMode(keys.RtcpKey);
        _rtpTag = new HmacSha1(keys.RtpAuthentication);
        _rtcpTag = new HmacSha1(keys.RtcpAuthentication);
        _rtpSalt = new CounterSalt(keys.RtpSalt);
        _rtcpSalt = new CounterSalt(keys.RtcpSalt);
    }

    /// <inheritdoc cref="GcmTransform.ProtectRtp"/>
    public void ProtectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        var text = packet[headerLength..^_rtpTagLength];
        _rtp.Apply(_rtpSalt.High ^ ssrc, _rtpSalt.Low ^ index << 16, text);
        Span<byte> rolloverCounter = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(rolloverCounter, (uint)(index >> 16));
        _rtpTag.Compute(packet[..^_rtpTagLength], rolloverCounter, packet[^_rtpTagLength..]);
    }

    public bool UnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        Span<byte> rolloverCounter = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(rolloverCounter, (uint)(index >> 16));
        if (!_rtpTag.Verify(packet[..^_rtpTagLength], rolloverCounter, packet[^_rtpTagLength..]))
        {
            return false;
        }

        _rtp.Apply(_rtpSalt.High ^ ssrc, _rtpSalt.Low ^ index << 16, packet[headerLength..^_rtpTagLength]);
        return true;
    }

    /// <inheritdoc cref="GcmTransform.ProtectRtcp"/>
    public void ProtectRtcp(Span<byte> packet, uint indexWord)
    {
        ApplyRtcp(packet, indexWord);
        BinaryPrimitives.WriteUInt32BigEndian(packet[^(TagLength + RtcpIndexLength)..], indexWord);
        _rtcpTag.Compute(packet[..^TagLength], default, packet[^TagLength..]);
    }

    public bool UnprotectRtcp(Span<byte> packet, uint indexWord, bool encrypted)
    {
        if (!_rtcpTag.Verify(packet[..^TagLength], default, packet[^TagLength..]))
        {
            return false;
        }

        if (encrypted)
        {
            ApplyRtcp(packet, indexWord);
        }

        return true;
    }

    public void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
        _rtpTag.Dispose();
        _rtcpTag.Dispose();
    }

    private void ApplyRtcp(Span<byte> packet, uint indexWord)
    {
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        var index = (ulong)(indexWord & int.MaxValue);
        var text = packet[RtcpHeaderLength..^(TagLength + RtcpIndexLength)];
        _rtcp.Apply(_rtcpSalt.High ^ ssrc, _rtcpSalt.Low ^ index << 16, text);
    }

    // The counter block: salt in the upper 112 bits, SSRC at bit 64, index at bit 16, block number below (RFC 3711 §4.1.1).
    private readonly struct CounterSalt(ReadOnlySpan<byte> salt)
    {
        public readonly ulong High = BinaryPrimitives.ReadUInt64BigEndian(salt);
        public readonly ulong Low = BinaryPrimitives.ReadUInt64BigEndian(salt[6..]) << 16;
    }
}
