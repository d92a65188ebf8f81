using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>SRTP and SRTCP under AES-GCM (RFC 7714 §8, §9) with the session keys of one direction.</summary>
internal sealed class GcmTransform : IDisposable
{
    private const int TagLength = AeadCipher.TagLength;
    private const int RtcpHeaderLength = 8;
    private const int RtcpIndexLength = 4;

    private readonly AeadCipher _rtp;
    private readonly AeadCipher _rtcp;
    private readonly GcmIv _rtpSalt;
    private readonly GcmIv _rtcpSalt;

    public GcmTransform(SrtpSessionKeys keys)
    {
        _rtp = new AeadCipher(keys.RtpKey);
        _rtcp = new AeadCipher(keys.RtcpKey);
        _rtpSalt = GcmIv.Read(keys.RtpSalt);
        _rtcpSalt = GcmIv.Read(keys.RtcpSalt);
    }

    public AeadCipher Rtp => _rtp;

    /// <param name="packet">The plain packet and room for the tag.</param>
    /// <param name="headerLength">Where the text begins.</param>
    /// <param name="ssrc">As in the header.</param>
    /// <param name="index">Rollover counter and sequence number, 48 bits.</param>
    public void ProtectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index) =>
        _rtp.Seal(_rtpSalt.ForPacket(ssrc, index), packet[..headerLength], packet[headerLength..]);

    public bool UnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index) =>
        _rtp.Open(_rtpSalt.ForPacket(ssrc, index), packet[..headerLength], packet[headerLength..]);

    /// <param name="packet">The plain packet and room for tag and index word.</param>
    /// <param name="indexWord">Encryption flag and 31-bit index.</param>
    public void ProtectRtcp(Span<byte> packet, uint indexWord)
    {
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + RtcpIndexLength];
        WriteRtcpAssociated(packet, indexWord, associated);
        _rtcp.Seal(RtcpIv(packet, indexWord), associated, packet[RtcpHeaderLength..^RtcpIndexLength]);
        BinaryPrimitives.WriteUInt32BigEndian(packet[^RtcpIndexLength..], indexWord);
    }

    public bool UnprotectRtcp(Span<byte> packet, uint indexWord, bool encrypted)
    {
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + RtcpIndexLength];
        WriteRtcpAssociated(packet, indexWord, associated);
        return encrypted
            ? _rtcp.Open(RtcpIv(packet, indexWord), associated, packet[RtcpHeaderLength..^RtcpIndexLength])
            : OpenClearRtcp(packet, indexWord);
    }

    public void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    // With the encryption flag off, the whole packet and the index word are associated data and the text is empty
    // (RFC 7714 §9.3). Moving the word before the tag makes them one piece.
    private bool OpenClearRtcp(Span<byte> packet, uint indexWord)
    {
        Span<byte> tag = stackalloc byte[TagLength];
        packet[^(TagLength + RtcpIndexLength)..^RtcpIndexLength].CopyTo(tag);
        BinaryPrimitives.WriteUInt32BigEndian(packet[^(TagLength + RtcpIndexLength)..], indexWord);
        return _rtcp.Open(RtcpIv(packet, indexWord), packet[..^TagLength], tag);
    }

    private GcmIv RtcpIv(ReadOnlySpan<byte> packet, uint indexWord) =>
        _rtcpSalt.ForPacket(BinaryPrimitives.ReadUInt32BigEndian(packet[4..]), indexWord & int.MaxValue);

    private static void WriteRtcpAssociated(ReadOnlySpan<byte> packet, uint indexWord, Span<byte> associated)
    {
        packet[..RtcpHeaderLength].CopyTo(associated);
        BinaryPrimitives.WriteUInt32BigEndian(associated[RtcpHeaderLength..], indexWord);
    }
}
