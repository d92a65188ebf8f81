using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sylk.Conference.Protocols.Stun;

/// <summary>
/// One STUN message read in place (RFC 8489 section 5). Attributes after MESSAGE-INTEGRITY other than FINGERPRINT are not
/// protected and are ignored; of repeated attributes the first counts. Nothing is authentic before <see cref="VerifyIntegrity"/>.
/// </summary>
public readonly ref partial struct StunMessage
{
    private readonly ReadOnlySpan<byte> _datagram;
    private readonly StunIndex _index;

    private StunMessage(ReadOnlySpan<byte> datagram, scoped in StunIndex index)
    {
        _datagram = datagram;
        _index = index;
    }

    public StunClass Class
    {
        get
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(_datagram);
            return (StunClass)(((type >> 7) & 2) | ((type >> 4) & 1));
        }
    }

    public StunMethod Method
    {
        get
        {
            var type = BinaryPrimitives.ReadUInt16BigEndian(_datagram);
            return (StunMethod)((type & 0xF) | ((type >> 1) & 0x70) | ((type >> 2) & 0xF80));
        }
    }

    public StunTransactionId TransactionId => StunTransactionId.Read(_datagram[8..]);

    public bool HasUsername => _index.Username.Present;

    /// <summary>The raw USERNAME, empty when absent.</summary>
    public ReadOnlySpan<byte> Username => Slice(_index.Username);

    public bool HasIntegrity => _index.Integrity.Present;

    public bool HasFingerprint => _index.Fingerprint.Present;

    public bool UseCandidate => _index.UseCandidate.Present;

    /// <summary>The first comprehension-required attribute we do not know, or 0 (answered with 420).</summary>
    public ushort UnknownRequired => _index.UnknownRequired;

    /// <summary>The numeric ERROR-CODE, or 0 when absent.</summary>
    public int ErrorCode => _index.ErrorCode.Present ? ReadErrorCode(Slice(_index.ErrorCode)) : 0;

    public bool TryGetPriority(out uint priority) => TryGetUInt32(_index.Priority, out priority);

    /// <summary>The renomination counter of libwebrtc (attribute 0xC001).</summary>
    public bool TryGetNomination(out uint nomination) => TryGetUInt32(_index.Nomination, out nomination);

    public bool TryGetControlled(out ulong tieBreaker) => TryGetUInt64(_index.Controlled, out tieBreaker);

    public bool TryGetControlling(out ulong tieBreaker) => TryGetUInt64(_index.Controlling, out tieBreaker);

    /// <summary>The value of SOFTWARE, empty when absent.</summary>
    public ReadOnlySpan<byte> Software => Slice(_index.Software);

    public ReadOnlySpan<byte> Realm => Slice(_index.Realm);

    public ReadOnlySpan<byte> Nonce => Slice(_index.Nonce);

    public bool TryGetXorMappedAddress(out TransportAddress address)
    {
        address = default;
        return _index.XorMapped.Present && StunAddress.TryReadXor(Slice(_index.XorMapped), _datagram, out address);
    }

    /// <summary>Constant-time check of MESSAGE-INTEGRITY; false when the attribute is absent.</summary>
    /// <param name="key">The short-term password's bytes, or the long-term key.</param>
    public bool VerifyIntegrity(ReadOnlySpan<byte> key)
    {
        if (!_index.Integrity.Present)
        {
            return false;
        }

        Span<byte> expected = stackalloc byte[StunFormat.IntegritySize];
        StunIntegrity.Compute(_datagram[..(_index.Integrity.Offset - StunFormat.AttributeHeaderSize)], key, expected);
        return CryptographicOperations.FixedTimeEquals(expected, Slice(_index.Integrity));
    }

    /// <summary>False when FINGERPRINT is absent or wrong.</summary>
    public bool VerifyFingerprint()
    {
        return _index.Fingerprint.Present
            && TryGetUInt32(_index.Fingerprint, out var value)
            && value == StunIntegrity.Fingerprint(_datagram[..(_index.Fingerprint.Offset - StunFormat.AttributeHeaderSize)]);
    }

    private static int ReadErrorCode(ReadOnlySpan<byte> value) => (value[2] & 7) * 100 + Math.Min(value[3], (byte)99);

    private ReadOnlySpan<byte> Slice(StunIndex.Entry entry) => _datagram.Slice(entry.Offset, entry.Length);

    private bool TryGetUInt32(StunIndex.Entry entry, out uint value)
    {
        value = entry.Present ? BinaryPrimitives.ReadUInt32BigEndian(Slice(entry)) : 0;
        return entry.Present;
    }

    private bool TryGetUInt64(StunIndex.Entry entry, out ulong value)
    {
        value = entry.Present ? BinaryPrimitives.ReadUInt64BigEndian(Slice(entry)) : 0;
        return entry.Present;
    }
}
