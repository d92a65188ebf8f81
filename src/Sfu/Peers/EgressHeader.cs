using System.Buffers.Binary;
using Sylk.Conference.Protocols.Payloads;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>The RTP header of a packet as one receiver negotiated it: our SSRC and numbers, one contributing source, extensions.</summary>
internal static class EgressHeader
{
    /// <summary>Fixed header, one contributing source, and the extension block at its largest (transport-wide number, orientation, dependency descriptor).</summary>
    public const int Most = 12 + 4 + 4 + 8 + 260;

    /// <summary>The one-byte form carries up to this much in an element (RFC 8285 section 4.2).</summary>
    private const int LongestShort = 16;

    private const int Plain = 16;

    public static int Length(in PendingPacket item) => Plain + (BlockLength(item) is var block and > 0 ? 4 + block : 0);

    /// <returns>Octets written, as <see cref="Length"/> said.</returns>
    public static int Write(
        Span<byte> destination, in PendingPacket item, in StoredPacket stored, ushort sequence, bool padded)
    {
        var slot = item.Slot;
        var block = BlockLength(item);
        var retransmission = (item.Flags & PendingFlags.Retransmission) != 0;
        var payloadType = retransmission ? slot.Format.RtxPayloadTypeOf(item.PayloadType) : item.PayloadType;
        destination[0] = (byte)(0x81 | (padded ? 0x20 : 0) | (block > 0 ? 0x10 : 0));
        destination[1] = (byte)(payloadType | ((item.Flags & PendingFlags.Marker) != 0 ? 0x80 : 0));
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], item.OutTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], retransmission ? slot.RtxSsrc : slot.Ssrc);
        // The member's number as the only contributing source tells the receiver, packet by packet, who fills the slot.
        BinaryPrimitives.WriteUInt32BigEndian(destination[12..], item.Source.Track.Owner.Number);
        if (block == 0)
            return Plain;
        WriteBlock(destination.Slice(Plain, 4 + block), item, stored);
        return Plain + 4 + block;
    }

    /// <summary>A packet of nothing but padding on the retransmission stream (RFC 3550 §5.1, RFC 4588): what probes are made of.</summary>
    /// <param name="last">What the slot sent last: its clock goes on from there.</param>
    /// <returns>Octets of the header; the padding follows.</returns>
    public static int WritePadding(Span<byte> destination, Slot slot, in LedgerEntry last, ushort sequence)
    {
        destination[0] = (byte)(0xA0 | (slot.Format.TransportCcId != 0 ? 0x10 : 0));
        destination[1] = slot.Format.RtxPayloadTypeOf(last.PayloadType);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], sequence);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], last.Timestamp);
        BinaryPrimitives.WriteUInt32BigEndian(destination[8..], slot.RtxSsrc);
        if (slot.Format.TransportCcId == 0)
            return 12;
        var block = destination.Slice(12, 8);
        block.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(block, 0xBEDE_0001);
        WriteTransportNumber(block[4..], slot);
        return 20;
    }

    private static int BlockLength(in PendingPacket item)
    {
        var used = (CarriesLevel(item) || CarriesOrientation(item) ? 2 : 0) + (item.Slot.Format.TransportCcId != 0 ? 3 : 0);
        if (item.DescriptorLength != 0)
            used = LengthWithDescriptor(item, used);
        return (used + 3) & ~3;
    }

    private static int LengthWithDescriptor(in PendingPacket item, int others)
    {
        if (item.DescriptorLength <= LongestShort)
            return others + 1 + item.DescriptorLength;
        var elements = (CarriesOrientation(item) ? 1 : 0) + (item.Slot.Format.TransportCcId != 0 ? 1 : 0);
        return others + elements + 2 + item.DescriptorLength;
    }

    private static bool CarriesLevel(in PendingPacket item) =>
        (item.Flags & PendingFlags.Audio) != 0 && item.Slot.Format.AudioLevelId != 0 && item.Source.HasAudioLevel;

    private static bool CarriesOrientation(in PendingPacket item) =>
        (item.Flags & PendingFlags.Audio) == 0 && item.Slot.Format.OrientationId != 0 && item.Source.Orientation != 0;

    private static void WriteBlock(Span<byte> block, in PendingPacket item, in StoredPacket stored)
    {
        block.Clear();
        if (item.DescriptorLength > LongestShort)
        {
            WriteLongBlock(block, item, stored);
            return;
        }

        BinaryPrimitives.WriteUInt32BigEndian(block, 0xBEDE_0000u | (uint)((block.Length - 4) / 4));
        var at = 4;
        if (item.DescriptorLength != 0)
        {
            block[at] = (byte)((item.Slot.Format.DependencyId << 4) | (item.DescriptorLength - 1));
            WriteDescriptor(block.Slice(at + 1, item.DescriptorLength), item, stored);
            at += 1 + item.DescriptorLength;
        }

        if (item.Slot.Format.TransportCcId != 0)
            at += WriteTransportNumber(block[at..], item.Slot);
        if (CarriesLevel(item))
            (block[at], block[at + 1]) = ((byte)(item.Slot.Format.AudioLevelId << 4), stored.Flags);
        else if (CarriesOrientation(item))
            (block[at], block[at + 1]) = ((byte)(item.Slot.Format.OrientationId << 4), item.Source.Orientation);
    }

    /// <summary>The two-byte form (RFC 8285 §4.3): a descriptor with a structure is longer than the one-byte form carries.</summary>
    private static void WriteLongBlock(Span<byte> block, in PendingPacket item, in StoredPacket stored)
    {
        BinaryPrimitives.WriteUInt32BigEndian(block, 0x1000_0000u | (uint)((block.Length - 4) / 4));
        (block[4], block[5]) = (item.Slot.Format.DependencyId, item.DescriptorLength);
        WriteDescriptor(block.Slice(6, item.DescriptorLength), item, stored);
        var at = 6 + item.DescriptorLength;
        if (item.Slot.Format.TransportCcId != 0)
        {
            (block[at], block[at + 1]) = (item.Slot.Format.TransportCcId, 2);
            TransportCcSequence.Write(block[(at + 2)..], item.Slot.Viewer.Congestion!.Sent.Take());
            at += 4;
        }

        if (CarriesOrientation(item))
            (block[at], block[at + 1], block[at + 2]) = (item.Slot.Format.OrientationId, 1, item.Source.Orientation);
    }

    private static void WriteDescriptor(Span<byte> place, in PendingPacket item, in StoredPacket stored)
    {
        item.Targets.Write(stored.Descriptor, place);
        var template = place[0] - item.Tl0PictureIndex;
        DependencyDescriptor.Patch(place, template, item.PictureId);
        if (DependencyDescriptor.TryReadTemplateOffset(place, out var offset))
            DependencyDescriptor.PatchTemplateOffset(place, offset - item.Tl0PictureIndex);
    }

    /// <summary>RFC 8285 §4.2: an id, the length less one, and two octets.</summary>
    private static int WriteTransportNumber(Span<byte> element, Slot slot)
    {
        element[0] = (byte)((slot.Format.TransportCcId << 4) | 1);
        TransportCcSequence.Write(element[1..], slot.Viewer.Congestion!.Sent.Take());
        return 3;
    }
}
