using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Payloads;

/// <summary>
/// The VP9 payload descriptor (RFC 9628 section 4.2). Offsets count from the start of the payload; 0 means absent.
/// </summary>
public struct Vp9Descriptor
{
    internal const int MaximumReferences = 3;
    private byte _first;
    private byte _layer;
    private byte _structure;

    /// <summary>Octets of the descriptor.</summary>
    public int Length { get; private set; }

    public byte PictureIdOffset { get; private set; }

    public byte Tl0Offset { get; private set; }

    /// <summary>Offset of the scalability structure.</summary>
    public byte StructureOffset { get; private set; }

    public readonly bool HasPictureId => (_first & 0x80) != 0;

    /// <summary>The picture id has 15 bits, not 7.</summary>
    public bool HasLongPictureId { get; private set; }

    public ushort PictureId { get; private set; }

    /// <summary>The frame refers to earlier pictures (P).</summary>
    public readonly bool IsInterPicture => (_first & 0x40) != 0;

    public readonly bool HasLayers => (_first & 0x20) != 0;

    /// <summary>References are told per frame (F), not by a group of pictures.</summary>
    public readonly bool IsFlexible => (_first & 0x10) != 0;

    /// <summary>First packet of a layer frame (B).</summary>
    public readonly bool StartsLayerFrame => (_first & 0x08) != 0;

    /// <summary>Last packet of a layer frame (E).</summary>
    public readonly bool EndsLayerFrame => (_first & 0x04) != 0;

    public readonly bool HasStructure => (_first & 0x02) != 0;

    /// <summary>No upper spatial layer refers to this frame (Z).</summary>
    public readonly bool IsUnusedByUpperLayers => (_first & 0x01) != 0;

    /// <summary>0..7.</summary>
    public readonly byte TemporalId => (byte)(_layer >> 5);

    /// <summary>A receiver may step up in time here (U).</summary>
    public readonly bool IsSwitchingUp => (_layer & 0x10) != 0;

    /// <summary>0..7.</summary>
    public readonly byte SpatialId => (byte)(_layer >> 1 & 7);

    /// <summary>The frame refers to the lower spatial layer of its picture (D).</summary>
    public readonly bool IsInterLayer => (_layer & 0x01) != 0;

    public byte Tl0PictureIndex { get; private set; }

    /// <summary>References told in flexible mode, 0..3.</summary>
    public int ReferenceCount { get; private set; }

    /// <summary>Layers the structure tells of, 1..8; 0 without one.</summary>
    public readonly int SpatialLayerCount => HasStructure ? (_structure >> 5) + 1 : 0;

    public readonly bool HasResolutions => HasStructure && (_structure & 0x10) != 0;

    /// <summary>First packet of a picture that refers to nothing.</summary>
    public readonly bool IsKeyframeStart => !IsInterPicture && StartsLayerFrame && SpatialId == 0 && !IsInterLayer;

    private int ReferencesOffset { get; set; }

    /// <returns>False when the descriptor contradicts itself, is cut short, or nothing follows it.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out Vp9Descriptor descriptor)
    {
        descriptor = default;
        if (payload.IsEmpty) return false;
        var parsed = new Vp9Descriptor { _first = payload[0], Length = 1 };
        if (parsed.IsFlexible && !parsed.HasPictureId) return false;
        if (parsed.HasPictureId && !parsed.TakePictureId(payload)) return false;
        if (parsed.HasLayers && !parsed.TakeLayers(payload)) return false;
        if (parsed.IsFlexible && parsed.IsInterPicture && !parsed.TakeReferences(payload)) return false;
        if (parsed.HasStructure && !parsed.TakeStructure(payload)) return false;
        if (parsed.Length >= payload.Length) return false;
        descriptor = parsed;
        return true;
    }

    /// <summary>How many pictures back a reference lies, 1..127.</summary>
    /// <param name="payload">The payload this was parsed from.</param>
    /// <param name="index">0 .. <see cref="ReferenceCount"/> - 1.</param>
    public readonly int Reference(ReadOnlySpan<byte> payload, int index) => payload[ReferencesOffset + index] >> 1;

    /// <summary>Size of one spatial layer in pixels, when <see cref="HasResolutions"/>.</summary>
    public readonly bool TryReadSize(ReadOnlySpan<byte> payload, int spatialId, out int width, out int height)
    {
        width = height = 0;
        if (!HasResolutions || spatialId < 0 || spatialId >= SpatialLayerCount) return false;
        var at = StructureOffset + 1 + spatialId * 4;
        width = BinaryPrimitives.ReadUInt16BigEndian(payload[at..]);
        height = BinaryPrimitives.ReadUInt16BigEndian(payload[(at + 2)..]);
        return true;
    }

    /// <summary>Writes another picture id in the source's own width (7 or 15 bits); without one it does nothing.</summary>
    public readonly void PatchPictureId(Span<byte> payload, int pictureId)
    {
        if (!HasPictureId) return;
        if (!HasLongPictureId)
        {
            payload[PictureIdOffset] = (byte)(pictureId & 0x7F);
            return;
        }
        payload[PictureIdOffset] = (byte)(0x80 | (pictureId >> 8 & 0x7F));
        payload[PictureIdOffset + 1] = (byte)pictureId;
    }

    /// <summary>Writes another TL0PICIDX; without one it does nothing.</summary>
    public readonly void PatchTl0(Span<byte> payload, byte tl0)
    {
        if (Tl0Offset != 0) payload[Tl0Offset] = tl0;
    }

    private bool TakePictureId(ReadOnlySpan<byte> payload)
    {
        if (Length >= payload.Length) return false;
        PictureIdOffset = (byte)Length;
        HasLongPictureId = (payload[Length] & 0x80) != 0;
        Length += HasLongPictureId ? 2 : 1;
        if (Length > payload.Length) return false;
        var first = payload[PictureIdOffset];
        PictureId = HasLongPictureId ? (ushort)((first & 0x7F) << 8 | payload[PictureIdOffset + 1]) : first;
        return true;
    }

    private bool TakeLayers(ReadOnlySpan<byte> payload)
    {
        var octets = IsFlexible ? 1 : 2;
        if (Length + octets > payload.Length) return false;
        _layer = payload[Length];
        if (!IsFlexible)
        {
            Tl0Offset = (byte)(Length + 1);
            Tl0PictureIndex = payload[Tl0Offset];
        }
        Length += octets;
        return true;
    }

    private bool TakeReferences(ReadOnlySpan<byte> payload)
    {
        ReferencesOffset = Length;
        var more = true;
        while (more)
        {
            if (Length >= payload.Length || ReferenceCount == MaximumReferences) return false;
            more = (payload[Length++] & 1) != 0;
            ReferenceCount++;
        }
        return true;
    }

    private bool TakeStructure(ReadOnlySpan<byte> payload)
    {
        if (Length >= payload.Length) return false;
        StructureOffset = (byte)Length;
        _structure = payload[Length++];
        if (HasResolutions) Length += SpatialLayerCount * 4;
        if ((_structure & 0x08) == 0) return Length <= payload.Length;
        if (Length >= payload.Length) return false;
        for (int pictures = payload[Length++]; pictures > 0; pictures--)
        {
            if (Length >= payload.Length) return false;
            Length += 1 + (payload[Length] >> 2 & 3);
        }
        return Length <= payload.Length;
    }
}
