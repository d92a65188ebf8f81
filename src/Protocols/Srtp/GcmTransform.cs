using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>SRTP and SRTCP under AES-GCM (RFC 7714 §8, §9) with the session keys of one direction.</summary>
internal sealed class GcmTransform : IDisposable
{
    private const int TagLength = AeadCipher.TagLength;
    private const int RtcpHeaderLength = 8;
    private const int RtcpIndexLength = 4;
    private const int IvLength = 12;

    private readonly AeadCipher _rtp;
    private readonly AeadCipher _rtcp;
    private readonly IvSalt _rtpSalt;
    private readonly IvSalt _rtcpSalt;

    public GcmTransform(SrtpSessionKeys keys)
    {
        _rtp = new AeadCipher(keys.RtpKey);
        _rtcp = new AeadCipher(keys.RtcpKey);
        _rtpSalt = new IvSalt(keys.RtpSalt);
        _rtcpSalt = new IvSalt(keys.RtcpSalt);
    }

    /// <param name="packet">The plain packet and room for the tag.</param>
    /// <param name="headerLength">Where the text begins.</param>
    /// <param name="ssrc">As in the header.</param>
    /// <param name="index">Rollover counter and sequence number, 48 bits.</param>
    public void ProtectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        Span<byte> iv = stackalloc byte[IvLength];
        _rtpSalt.Write(iv, ssrc, index);
        _rtp.Seal(iv, packet[..headerLength], packet[headerLength..]);
    }

    public bool UnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        Span<byte> iv = stackalloc byte[IvLength];
        _rtpSalt.Write(iv, ssrc, index);
        return _rtp.Open(iv, packet[..headerLength], packet[headerLength..]);
    }

    /// <param name="packet">The plain packet and room for tag and index word.</param>
    /// <param name="indexWord">Encryption flag and 31-bit index.</param>
    public void ProtectRtcp(Span<byte> packet, uint indexWord)
    {
        Span<byte> iv = stackalloc byte[IvLength];
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + RtcpIndexLength];
        WriteRtcpInputs(packet, indexWord, iv, associated);
        _rtcp.Seal(iv, associated, packet[RtcpHeaderLength..^RtcpIndexLength]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[^RtcpIndexLength..], indexWord);
    }

    public bool UnprotectRtcp(Span<byte> packet, uint indexWord, bool encrypted)
    {
        Span<byte> iv = stackalloc byte[IvLength];
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + RtcpIndexLength];
        WriteRtcpInputs(packet, indexWord, iv, associated);
        return encrypted
            ? _rtcp.Open(iv, associated, packet[RtcpHeaderLength..^RtcpIndexLength])
            : OpenClearRtcp(packet, indexWord, iv);
    }

    public void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    // With the encryption flag off, the whole packet and the index word are associated data and the text is empty
    // (RFC 7714 §9.3). Moving the word before the tag makes them one piece.
    private bool OpenClearRtcp(Span<byte> packet, uint indexWord, ReadOnlySpan<byte> iv)
    {
        Span<byte> tag = stackalloc byte[TagLength];
        packet[^(TagLength + RtcpIndexLength)..^RtcpIndexLength].CopyTo(tag);
        BinaryPrimitives.WriteUInt32BigEndian(packet[^(TagLength + RtcpIndexLength)..], indexWord);
        return _rtcp.Open(iv, packet[..^TagLength], tag);
    }

    private void WriteRtcpInputs(ReadOnlySpan<byte> packet, uint indexWord, Span<byte> iv, Span<byte> associated)
    {
        _rtcpSalt.Write(iv, BinaryPrimitives.ReadUInt32BigEndian(packet[4..]), indexWord & int.MaxValue);
        packet[..RtcpHeaderLength].CopyTo(associated);
        BinaryPrimitives.WriteUInt32BigEndian(associated[RtcpHeaderLength..], indexWord);
    }

    // The IV is 16 zero bits, the SSRC and the 48-bit index, all xored with the salt (RFC 7714 §8.1, §9.1).
    private readonly struct IvSalt(ReadOnlySpan<byte> salt)
    {
        private readonly uint _high = BinaryPrimitives.ReadUInt32BigEndian(salt);
        private readonly ulong _low = BinaryPrimitives.ReadUInt64BigEndian(salt[4..]);

        public void Write(Span<byte> iv, uint ssrc, ulong index)
        {
            BinaryPrimitives.WriteUInt32BigEndian(iv, _high ^ ssrc >> 16);
            BinaryPrimitives.WriteUInt64BigEndian(iv[4..], _low ^ (ulong)ssrc << 48 ^ index);
        }
    }
}
