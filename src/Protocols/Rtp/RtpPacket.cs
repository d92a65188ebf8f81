using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Rtp;

/// <summary>
/// A view on one RTP packet (RFC 3550 section 5.1). It copies nothing; it is valid as long as the bytes under it are.
/// </summary>
public readonly ref struct RtpPacket
{
    /// <summary>Octets of the fixed header.</summary>
    public const int FixedHeaderLength = 12;

    private const int Longest = ushort.MaxValue;
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _extensionOffset;

    private RtpPacket(ReadOnlySpan<byte> bytes, int extensionOffset, int headerLength, int paddingLength)
    {
        _bytes = bytes;
        _extensionOffset = extensionOffset;
        HeaderLength = headerLength;
        PaddingLength = paddingLength;
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>Octets of fixed header, CSRC list and extension block.</summary>
    public int HeaderLength { get; }

    /// <summary>Octets of padding including its count octet; 0 when only the header was parsed.</summary>
    public int PaddingLength { get; }

    public bool HasPadding => (_bytes[0] & 0x20) != 0;

    public bool HasExtension => (_bytes[0] & 0x10) != 0;

    public bool Marker => (_bytes[1] & 0x80) != 0;

    public byte PayloadType => (byte)(_bytes[1] & 0x7F);

    public ushort SequenceNumber => BinaryPrimitives.ReadUInt16BigEndian(_bytes[2..]);

    public uint Timestamp => BinaryPrimitives.ReadUInt32BigEndian(_bytes[4..]);

    public uint Ssrc => BinaryPrimitives.ReadUInt32BigEndian(_bytes[8..]);

    public int CsrcCount => _bytes[0] & 0x0F;

    /// <summary>The "defined by profile" field of the extension block; 0 without one.</summary>
    public ushort ExtensionProfile => HasExtension ? BinaryPrimitives.ReadUInt16BigEndian(_bytes[(_extensionOffset - 4)..]) : (ushort)0;

    /// <summary>Offset in <see cref="Bytes"/> of the first octet of <see cref="Extension"/>.</summary>
    public int ExtensionOffset => _extensionOffset;

    /// <summary>The extension block without its four octets of profile and length.</summary>
    public ReadOnlySpan<byte> Extension => _bytes[_extensionOffset..HeaderLength];

    /// <summary>What follows the header, padding removed. Encrypted bytes when only the header was parsed.</summary>
    public ReadOnlySpan<byte> Payload => _bytes[HeaderLength..^PaddingLength];

    /// <summary>Parses a whole packet in the clear: header and padding must fit the bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> bytes, out RtpPacket packet)
    {
        if (!TryParseHeader(bytes, out packet)) return false;
        if (!packet.HasPadding) return true;
        int padding = bytes[^1];
        if (padding == 0 || padding > bytes.Length - packet.HeaderLength)
        {
            packet = default;
            return false;
        }
        packet = new RtpPacket(bytes, packet._extensionOffset, packet.HeaderLength, padding);
        return true;
    }

    /// <summary>Parses the header only: what may be read of an SRTP packet before it is unprotected (RFC 3711 section 3.1).</summary>
    public static bool TryParseHeader(ReadOnlySpan<byte> bytes, out RtpPacket packet)
    {
        packet = default;
        if (bytes.Length is < FixedHeaderLength or > Longest || bytes[0] >> 6 != 2) return false;
        var header = FixedHeaderLength + (bytes[0] & 0x0F) * 4;
        if ((bytes[0] & 0x10) == 0)
        {
            if (header > bytes.Length) return false;
            packet = new RtpPacket(bytes, header, header, 0);
            return true;
        }
        var extension = header + 4;
        if (extension > bytes.Length) return false;
        header = extension + BinaryPrimitives.ReadUInt16BigEndian(bytes[(extension - 2)..]) * 4;
        if (header > bytes.Length) return false;
        packet = new RtpPacket(bytes, extension, header, 0);
        return true;
    }

    /// <param name="index">0 .. <see cref="CsrcCount"/> - 1.</param>
    public uint Csrc(int index) => BinaryPrimitives.ReadUInt32BigEndian(_bytes[(FixedHeaderLength + index * 4)..]);

    /// <summary>The first element with <paramref name="id"/>, in the one-byte or the two-byte form (RFC 8285 section 4).</summary>
    public bool TryGetExtension(int id, out ReadOnlySpan<byte> value)
    {
        var reader = ExtensionElements();
        while (reader.TryRead(out var element))
        {
            if (element.Id != id) continue;
            value = _bytes.Slice(element.Offset, element.Length);
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>Finds all negotiated elements in one pass. Of a repeated element the first one counts.</summary>
    public RtpExtensionScan Scan(in RtpExtensionIds ids)
    {
        var scan = default(RtpExtensionScan);
        var reader = ExtensionElements();
        while (reader.TryRead(out var element))
            scan.Note(ids.KindOf(element.Id), element);
        return scan;
    }

    /// <summary>Walks the elements of the extension block; their offsets count from the start of the packet.</summary>
    public RtpExtensionReader ExtensionElements() => new(ExtensionProfile, Extension, _extensionOffset);
}
