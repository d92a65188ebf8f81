using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Sylk.Conference.Protocols.Srtp;

/// <summary>
/// Opens what comes from one peer. Replays are refused before any decryption; state, also that a source exists at all,
/// changes only after a packet proves authentic. Not thread-safe.
/// </summary>
public sealed class SrtpReceiver : IDisposable
{
    private const uint EncryptedFlag = 0x8000_0000;
    private const int MinimumRtpHeader = 12;
    private const int RtcpHeaderLength = 8;
    private const int HalfSequenceSpace = 0x8000;
    private const long LastIndex = 0xFFFF_FFFF_FFFF;

    private readonly GcmTransform? _gcm;
    private readonly CounterModeTransform? _counterMode;
    private readonly SourceTable _sources = new();
    private readonly int _tagLength;
    private readonly int _rtcpOverhead;

    /// <inheritdoc cref="SrtpSender(SrtpProfile, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public SrtpReceiver(SrtpProfile profile, ReadOnlySpan<byte> masterKey, ReadOnlySpan<byte> masterSalt)
        : this(profile, SrtpSessionKeys.Derive(profile, masterKey, masterSalt))
    {
    }

    /// <summary>Takes session keys as they are and wipes them.</summary>
    internal SrtpReceiver(SrtpProfile profile, SrtpSessionKeys keys)
    {
        using (keys)
        {
            _gcm = profile.IsAead ? new GcmTransform(keys) : null;
            _counterMode = profile.IsAead ? null : new CounterModeTransform(keys, profile.TagLength);
        }

        _tagLength = profile.TagLength;
        _rtcpOverhead = profile.RtcpOverhead;
    }

    /// <summary>Sources remembered; at most 64.</summary>
    public int ContextCount => _sources.Count;

    /// <summary>Verifies and decrypts an RTP packet in place (RFC 3711 §3.3, RFC 7714 §8).</summary>
    /// <param name="packet">The whole datagram. Unless accepted, its payload is garbage afterwards.</param>
    /// <param name="headerLength">Fixed header, CSRCs and extensions, as parsed from the packet.</param>
    /// <param name="ssrc">As parsed from the packet.</param>
    /// <param name="sequence">As parsed from the packet.</param>
    /// <param name="plainLength">Length of the plain packet; 0 unless accepted.</param>
    /// <param name="extendedSequence">Rollover counter &lt;&lt; 16 | sequence (RFC 3711 §3.3.1); 0 unless accepted.</param>
    public SrtpVerdict Unprotect(
        Span<byte> packet, int headerLength, uint ssrc, ushort sequence, out int plainLength, out long extendedSequence)
    {
        (plainLength, extendedSequence) = (0, 0);
        if (headerLength < MinimumRtpHeader || headerLength > packet.Length - _tagLength)
        {
            return SrtpVerdict.TooShort;
        }

        var verdict = CheckReplay(ssrc, sequence, out var index);
        if (verdict != SrtpVerdict.Accepted)
        {
            return verdict;
        }

        if (!(_gcm?.UnprotectRtp(packet, headerLength, ssrc, (ulong)index)
              ?? _counterMode!.UnprotectRtp(packet, headerLength, ssrc, (ulong)index)))
        {
            return SrtpVerdict.AuthenticationFailed;
        }

        ref var source = ref _sources.Touch(ssrc);
        source.Highest = source.Rtp.Commit(source.Highest, index);
        (plainLength, extendedSequence) = (packet.Length - _tagLength, index);
        return SrtpVerdict.Accepted;
    }

    /// <summary>
    /// Verifies and decrypts an RTCP packet in place (RFC 3711 §3.4, RFC 7714 §9). A packet sent in the clear but
    /// authenticated (its encryption flag off) is accepted too; the flag itself cannot be forged.
    /// </summary>
    /// <param name="packet">The whole datagram. Unless accepted, its payload is garbage afterwards.</param>
    /// <param name="plainLength">Length of the plain packet; 0 unless accepted.</param>
    public SrtpVerdict UnprotectRtcp(Span<byte> packet, out int plainLength)
    {
        plainLength = 0;
        if (packet.Length < RtcpHeaderLength + _rtcpOverhead)
        {
            return SrtpVerdict.TooShort;
        }

        var indexOffset = packet.Length - (_gcm is null ? _rtcpOverhead : sizeof(uint));
        var indexWord = BinaryPrimitives.ReadUInt32BigEndian(packet[indexOffset..]);
        var index = indexWord & ~EncryptedFlag;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        ref var known = ref _sources.Find(ssrc);
        var verdict = Unsafe.IsNullRef(ref known) ? SrtpVerdict.Accepted : known.Rtcp.Check(index);
        if (verdict != SrtpVerdict.Accepted)
        {
            return verdict;
        }

        var encrypted = indexWord >= EncryptedFlag;
        if (!(_gcm?.UnprotectRtcp(packet, indexWord, encrypted) ?? _counterMode!.UnprotectRtcp(packet, indexWord, encrypted)))
        {
            return SrtpVerdict.AuthenticationFailed;
        }

        _sources.Touch(ssrc).Rtcp.Commit(index);
        plainLength = packet.Length - _rtcpOverhead;
        return SrtpVerdict.Accepted;
    }

    public void Dispose()
    {
        _gcm?.Dispose();
        _counterMode?.Dispose();
    }

    private SrtpVerdict CheckReplay(uint ssrc, ushort sequence, out long index)
    {
        ref var source = ref _sources.Find(ssrc);
        if (Unsafe.IsNullRef(ref source) || source.Highest == SourceTable.Source.Unheard)
        {
            index = sequence;
            return SrtpVerdict.Accepted;
        }

        index = Guess(source.Highest, sequence);
        return index is < 0 or > LastIndex ? SrtpVerdict.TooOld : source.Rtp.Check(source.Highest, index);
    }

    // RFC 3711 §3.3.1: the rollover counter that puts the index closest to the highest one heard.
    private static long Guess(long highest, ushort sequence)
    {
        var sameRound = highest & ~0xFFFFL | sequence;
        var distance = sequence - (int)(highest & 0xFFFF);
        return distance switch
        {
            > HalfSequenceSpace => sameRound - 0x1_0000,
            < -HalfSequenceSpace => sameRound + 0x1_0000,
            _ => sameRound,
        };
    }
}
