using Sylk.Conference.Sfu.Routing;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>Makes the retransmission of something a slot has sent (RFC 4588).</summary>
internal static class Resending
{
    /// <summary>False: no retransmission stream was negotiated for it, or its payload is gone.</summary>
    public static bool TryMake(Slot slot, ushort sequence, in LedgerEntry entry, out PendingPacket pending)
    {
        pending = default;
        // Without a retransmission stream nothing is resent: the same index may not be encrypted twice with other bytes (E.9).
        if (slot.Format.RtxPayloadTypeOf(entry.PayloadType) == 0
            || slot.SourceByNumber(entry.Source) is not { } source
            || !source.History.TryGet(entry.SourceSequence, out var stored))
            return false;

        pending = new PendingPacket
        {
            Slot = slot,
            Source = source,
            SourceSequence = entry.SourceSequence,
            OutSequence = sequence,
            OutTimestamp = entry.Timestamp,
            PictureId = entry.Picture,
            Tl0PictureIndex = entry.Tl0,
            KeyIndex = ((PendingFlags)entry.Flags & PendingFlags.RewriteVp8) != 0 ? entry.KeyIndex : (byte)0,
            PayloadLength = (ushort)stored.Payload.Length,
            PayloadType = entry.PayloadType,
            DescriptorLength = slot.Format.DependencyId != 0 ? (byte)stored.Descriptor.Length : (byte)0,
            Flags = (PendingFlags)entry.Flags | PendingFlags.Retransmission,
        };
        return true;
    }
}
