namespace Sylk.Conference.Protocols.Payloads;

/// <summary>
/// The VP8 payload descriptor (RFC 7741 section 4.2), and where its patchable fields lie. Offsets count from the start of the
/// payload; 0 means the field is absent.
/// </summary>
public readonly struct Vp8Descriptor
{
    /// <summary>Octets of the longest descriptor.</summary>
    public const int LongestDescriptor = 6;

    private const byte ExtensionBit = 0x80;
    private const byte LongIdBit = 0x80;
    private readonly byte _first;
    private readonly byte _extension;
    private readonly byte _layer;

    private Vp8Descriptor(ReadOnlySpan<byte> payload, int length, byte idOffset, byte tl0Offset, byte layerOffset)
    {
        _first = payload[0];
        _extension = (_first & ExtensionBit) != 0 ? payload[1] : (byte)0;
        PictureIdOffset = idOffset;
        Tl0Offset = tl0Offset;
        LayerOffset = layerOffset;
        Length = (byte)length;
        HasLongPictureId = idOffset != 0 && (payload[idOffset] & LongIdBit) != 0;
        if (HasLongPictureId) PictureId = (ushort)((payload[idOffset] & 0x7F) << 8 | payload[idOffset + 1]);
        else if (idOffset != 0) PictureId = payload[idOffset];
        if (tl0Offset != 0) Tl0PictureIndex = payload[tl0Offset];
        if (layerOffset != 0) _layer = payload[layerOffset];
        IsKeyframeStart = IsFrameStart && (payload[length] & 1) == 0;
    }

    /// <summary>Octets of the descriptor.</summary>
    public byte Length { get; }

    public byte PictureIdOffset { get; }

    public byte Tl0Offset { get; }

    /// <summary>Offset of the octet with TID, Y and KEYIDX.</summary>
    public byte LayerOffset { get; }

    public bool IsFrameStart => (_first & 0x17) == 0x10;

    public bool IsKeyframeStart { get; }

    /// <summary>No other frame refers to this one (N).</summary>
    public bool IsNonReference => (_first & 0x20) != 0;

    public bool HasPictureId => PictureIdOffset != 0;

    /// <summary>The picture id has 15 bits, not 7.</summary>
    public bool HasLongPictureId { get; }

    public ushort PictureId { get; }

    public bool HasTl0PictureIndex => Tl0Offset != 0;

    public byte Tl0PictureIndex { get; }

    public bool HasTemporalId => (_extension & 0x20) != 0;

    /// <summary>0..3; 0 when absent.</summary>
    public byte TemporalId => HasTemporalId ? (byte)(_layer >> 6) : (byte)0;

    /// <summary>The frame refers to the base layer only (Y): a receiver may step up here.</summary>
    public bool IsLayerSync => HasTemporalId && (_layer & 0x20) != 0;

    public bool HasKeyIndex => (_extension & 0x10) != 0;

    /// <summary>0..31; 0 when absent.</summary>
    public byte KeyIndex => HasKeyIndex ? (byte)(_layer & 0x1F) : (byte)0;

    /// <summary>Octets a payload grows by when rewritten: 1 when the picture id has 7 bits, else 0.</summary>
    public int Growth => HasPictureId && !HasLongPictureId ? 1 : 0;

    /// <returns>False when the descriptor is cut short or nothing follows it.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out Vp8Descriptor descriptor)
    {
        descriptor = default;
        if (payload.Length < 2) return false;
        var extension = (payload[0] & ExtensionBit) != 0 ? payload[1] : 0;
        var at = (payload[0] & ExtensionBit) != 0 ? 2 : 1;
        byte id = 0, tl0 = 0, layer = 0;
        if ((extension & 0x80) != 0)
        {
            if (at >= payload.Length) return false;
            id = (byte)at;
            at += (payload[at] & LongIdBit) != 0 ? 2 : 1;
        }
        if ((extension & 0x40) != 0) tl0 = (byte)at++;
        if ((extension & 0x30) != 0) layer = (byte)at++;
        if (at >= payload.Length) return false;
        descriptor = new Vp8Descriptor(payload, at, id, tl0, layer);
        return true;
    }

    /// <summary>Size of the picture, which only the first packet of a keyframe tells (RFC 6386 section 9.1).</summary>
    public bool TryReadSize(ReadOnlySpan<byte> payload, out int width, out int height)
    {
        width = height = 0;
        if (!IsKeyframeStart || payload.Length < Length + 10) return false;
        var frame = payload[Length..];
        if (frame[3] != 0x9D || frame[4] != 0x01 || frame[5] != 0x2A) return false;
        width = (frame[7] & 0x3F) << 8 | frame[6];
        height = (frame[9] & 0x3F) << 8 | frame[8];
        return true;
    }

    /// <summary>
    /// Puts other numbers in the place of those present; the picture id is written with 15 bits. Absent fields stay absent.
    /// </summary>
    /// <param name="payload">
    /// The payload <paramref name="d"/> was parsed from, followed by <see cref="Growth"/> spare octets that belong to the span.
    /// </param>
    /// <param name="d">Its descriptor as it is.</param>
    /// <param name="pictureId15">The picture id; its low 15 bits count.</param>
    /// <param name="tl0">TL0PICIDX.</param>
    /// <param name="keyIdx">KEYIDX; its low 5 bits count.</param>
    /// <returns>Octets of the payload now, which is the whole span.</returns>
    public static int Rewrite(Span<byte> payload, in Vp8Descriptor d, int pictureId15, byte tl0, byte keyIdx)
    {
        if (d.Growth == 1) payload[d.Length..^1].CopyTo(payload[(d.Length + 1)..]);
        d.WriteDescriptor(payload, pictureId15, tl0, keyIdx, payload);
        return payload.Length;
    }

    /// <summary>Writes only the descriptor with other numbers, for one who copies the rest of the payload himself.</summary>
    /// <param name="payload">The payload this was parsed from.</param>
    /// <param name="pictureId15">The picture id; its low 15 bits count.</param>
    /// <param name="tl0">TL0PICIDX.</param>
    /// <param name="keyIdx">KEYIDX; its low 5 bits count.</param>
    /// <param name="destination">At least <see cref="Length"/> + <see cref="Growth"/> octets; may start where the payload does.</param>
    /// <returns>Octets of the new descriptor.</returns>
    public int WriteDescriptor(ReadOnlySpan<byte> payload, int pictureId15, byte tl0, byte keyIdx, Span<byte> destination)
    {
        payload[..(HasPictureId ? PictureIdOffset : Length)].CopyTo(destination);
        if (HasPictureId)
        {
            destination[PictureIdOffset] = (byte)(LongIdBit | (pictureId15 >> 8 & 0x7F));
            destination[PictureIdOffset + 1] = (byte)pictureId15;
        }
        if (HasTl0PictureIndex) destination[Tl0Offset + Growth] = tl0;
        if (LayerOffset != 0) destination[LayerOffset + Growth] = (byte)((_layer & 0xE0) | ((HasKeyIndex ? keyIdx : _layer) & 0x1F));
        return Length + Growth;
    }
}
