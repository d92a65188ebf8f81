using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Stun;

/// <summary>
/// Builds one STUN message in the caller's buffer. Attributes are added in order; <see cref="Finish"/> closes the message
/// and says how long it is. What does not fit makes the result 0; nothing throws.
/// </summary>
public ref struct StunWriter
{
    private readonly Span<byte> _buffer;
    private int _length;

    /// <param name="destination">At most the first 548 bytes are used.</param>
    /// <param name="messageClass">Request, indication, success or error.</param>
    /// <param name="transactionId">A new one for a request, the request's for an answer.</param>
    /// <param name="method">The method.</param>
    public StunWriter(Span<byte> destination, StunClass messageClass, StunTransactionId transactionId, StunMethod method = StunMethod.Binding)
    {
        _buffer = destination.Length > StunFormat.MaxMessage ? destination[..StunFormat.MaxMessage] : destination;
        if (_buffer.Length < StunFormat.HeaderSize)
        {
            Overflowed = true;
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_buffer, TypeOf(messageClass, method));
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[4..], StunFormat.Cookie);
        transactionId.Write(_buffer[8..]);
        _length = StunFormat.HeaderSize;
    }

    /// <summary>Something did not fit; the message is unusable.</summary>
    public bool Overflowed { get; private set; }

    public void Add(StunAttribute type, scoped ReadOnlySpan<byte> value, byte padding = 0)
    {
        var place = Reserve(type, value.Length, padding);
        if (!place.IsEmpty)
        {
            value.CopyTo(place);
        }
    }

    /// <summary>USERNAME as <c>left:right</c>: the receiver's ufrag first.</summary>
    public void AddUsername(scoped ReadOnlySpan<byte> left, scoped ReadOnlySpan<byte> right)
    {
        var place = Reserve(StunAttribute.Username, left.Length + 1 + right.Length, 0);
        if (!place.IsEmpty)
        {
            left.CopyTo(place);
            place[left.Length] = (byte)':';
            right.CopyTo(place[(left.Length + 1)..]);
        }
    }

    public void AddXorMappedAddress(in TransportAddress address)
    {
        var place = Reserve(StunAttribute.XorMappedAddress, address.IsIPv4 ? StunAddress.SizeIPv4 : StunAddress.SizeIPv6, 0);
        if (!place.IsEmpty)
        {
            StunAddress.WriteXor(address, _buffer, place);
        }
    }

    public void AddUInt32(StunAttribute type, uint value)
    {
        var place = Reserve(type, 4, 0);
        if (!place.IsEmpty)
        {
            BinaryPrimitives.WriteUInt32BigEndian(place, value);
        }
    }

    public void AddUInt64(StunAttribute type, ulong value)
    {
        var place = Reserve(type, 8, 0);
        if (!place.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64BigEndian(place, value);
        }
    }

    public void AddPriority(uint priority) => AddUInt32(StunAttribute.Priority, priority);

    public void AddUseCandidate() => Add(StunAttribute.UseCandidate, []);

    /// <param name="code">300..699.</param>
    /// <param name="reason">ASCII, for people who read captures.</param>
    public void AddErrorCode(int code, scoped ReadOnlySpan<byte> reason)
    {
        var place = Reserve(StunAttribute.ErrorCode, 4 + reason.Length, 0);
        if (!place.IsEmpty)
        {
            place[..2].Clear();
            place[2] = (byte)(code / 100);
            place[3] = (byte)(code % 100);
            reason.CopyTo(place[4..]);
        }
    }

    public void AddUnknownAttribute(ushort type)
    {
        Span<byte> value = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(value, type);
        Add(StunAttribute.UnknownAttributes, value);
    }

    /// <summary>Adds MESSAGE-INTEGRITY (unless <paramref name="key"/> is empty) and FINGERPRINT.</summary>
    /// <returns>The message's length, or 0 when it did not fit.</returns>
    public int Finish(scoped ReadOnlySpan<byte> key, bool fingerprint = true)
    {
        AddIntegrity(key);
        if (fingerprint)
        {
            AddFingerprint();
        }

        if (Overflowed)
        {
            return 0;
        }

        WriteLength();
        return _length;
    }

    private static ushort TypeOf(StunClass messageClass, StunMethod method)
    {
        var value = (int)method;
        var bits = (int)messageClass;
        return (ushort)((value & 0xF) | ((value & 0x70) << 1) | ((value & 0xF80) << 2) | ((bits & 1) << 4) | ((bits & 2) << 7));
    }

    private void AddIntegrity(scoped ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty || Overflowed)
        {
            return;
        }

        var covered = _length;
        var place = Reserve(StunAttribute.MessageIntegrity, StunFormat.IntegritySize, 0);
        if (!place.IsEmpty)
        {
            StunIntegrity.Compute(_buffer[..covered], key, place);
        }
    }

    private void AddFingerprint()
    {
        var covered = _length;
        var place = Reserve(StunAttribute.Fingerprint, StunFormat.FingerprintSize, 0);
        if (!place.IsEmpty)
        {
            WriteLength();
            BinaryPrimitives.WriteUInt32BigEndian(place, StunIntegrity.Fingerprint(_buffer[..covered]));
        }
    }

    private readonly void WriteLength() => BinaryPrimitives.WriteUInt16BigEndian(_buffer[2..], (ushort)(_length - StunFormat.HeaderSize));

    private Span<byte> Reserve(StunAttribute type, int size, byte padding)
    {
        var padded = (size + 3) & ~3;
        if (Overflowed || StunFormat.AttributeHeaderSize + padded > _buffer.Length - _length)
        {
            Overflowed = true;
            return default;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_buffer[_length..], (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[(_length + 2)..], (ushort)size);
        var place = _buffer.Slice(_length + StunFormat.AttributeHeaderSize, padded);
        place[size..].Fill(padding);
        _length += StunFormat.AttributeHeaderSize + padded;
        return place[..size];
    }
}
