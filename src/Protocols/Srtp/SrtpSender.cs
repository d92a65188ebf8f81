using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>
/// Protects what goes to one peer. It keeps nothing per SSRC: the caller owns each stream's extended sequence and
/// never protects two different packets under one SSRC and index (that would give the key stream away). Not thread-safe.
/// </summary>
public sealed class SrtpSender : IDisposable
{
    private const uint EncryptedFlag = 0x8000_0000;
    private const int MinimumRtpHeader = 12;
    private const int MinimumRtcpPacket = 8;

    private readonly GcmTransform? _gcm;
    private readonly CounterModeTransform? _counterMode;
    private readonly KeyLines _lines;
    private uint _rtcpIndex;

    /// <param name="profile">What DTLS agreed on.</param>
    /// <param name="masterKey">Of the profile's key length.</param>
    /// <param name="masterSalt">Of the profile's salt length.</param>
    /// <exception cref="ArgumentException">A length does not fit the profile.</exception>
    public SrtpSender(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt)
        : this(profile, SrtpSessionKeys.Derive(profile, masterKey, masterSalt))
    {
    }

    /// <summary>Takes session keys as they are and wipes them.</summary>
    internal SrtpSender(SrtpProfile profile, SrtpSessionKeys keys, uint rtcpIndex = 0)
    {
        using (keys)
        {
            _gcm = profile.IsAead ? new GcmTransform(keys) : null;
            _counterMode = profile.IsAead ? null : new CounterModeTransform(keys, profile.TagLength);
        }

        _lines = new KeyLines(_gcm);
        _rtcpIndex = rtcpIndex;
        Overhead = profile.TagLength;
        RtcpOverhead = profile.RtcpOverhead;
    }

    /// <summary>Bytes that protection adds to an RTP packet.</summary>
    public int Overhead { get; }

    /// <summary>Bytes that protection adds to an RTCP packet.</summary>
    public int RtcpOverhead { get; }

    /// <summary>Says that packets will be protected soon (<see cref="CacheLine"/>).</summary>
    public void FetchKeys() => _lines.Fetch();

    /// <summary>Protects a plain RTP packet in place (RFC 3711 §3.3, RFC 7714 §8).</summary>
    /// <param name="buffer">The packet and at least <see cref="Overhead"/> bytes of room behind it.</param>
    /// <param name="headerLength">Fixed header, CSRCs and extensions: what stays readable.</param>
    /// <param name="length">Length of the plain packet.</param>
    /// <param name="rolloverCounter">How often the sequence number in the header has wrapped.</param>
    /// <returns>Length of the protected packet.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The lengths do not fit each other or the buffer.</exception>
    public int Protect(Span<byte> buffer, int headerLength, int length, uint rolloverCounter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(headerLength, MinimumRtpHeader);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(headerLength, length);
        var packet = buffer[..(length + Overhead)];
        var index = (ulong)rolloverCounter << 16 | BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);
        if (_gcm is not null)
        {
            _gcm.ProtectRtp(packet, headerLength, ssrc, index);
        }
        else
        {
            _counterMode!.ProtectRtp(packet, headerLength, ssrc, index);
        }

        return packet.Length;
    }

    /// <summary>
    /// Protects a plain compound RTCP packet in place (RFC 3711 §3.4, RFC 7714 §9). All SSRCs of this sender share one
    /// count of indices, which is legal: a receiver asks only that each SSRC's indices never repeat, and gaps are losses.
    /// </summary>
    /// <param name="buffer">The packet and at least <see cref="RtcpOverhead"/> bytes of room behind it.</param>
    /// <param name="length">Length of the plain packet.</param>
    /// <returns>Length of the protected packet; 0 when all 2^31 indices are used up and nothing may be sent.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The length does not fit an RTCP packet or the buffer.</exception>
    public int ProtectRtcp(Span<byte> buffer, int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, MinimumRtcpPacket);
        var packet = buffer[..(length + RtcpOverhead)];
        if (_rtcpIndex >= EncryptedFlag)
        {
            return 0;
        }

        var indexWord = _rtcpIndex++ | EncryptedFlag;
        if (_gcm is not null)
        {
            _gcm.ProtectRtcp(packet, indexWord);
        }
        else
        {
            _counterMode!.ProtectRtcp(packet, indexWord);
        }

        return packet.Length;
    }

    public void Dispose()
    {
        _gcm?.Dispose();
        _counterMode?.Dispose();
    }
}
