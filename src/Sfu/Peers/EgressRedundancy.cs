using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Sfu.Routing.Streams;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>
/// Sound for a receiver that loses packets: each packet repeats the one or two before it as RED (RFC 2198), where both ends
/// negotiated it and the source does not send it itself. Sequence numbers stay one to one.
/// </summary>
internal static class EgressRedundancy
{
    private const int PrimaryHeader = 1;
    private const int RedundantHeader = 4;
    private const int Farthest = 2;
    private const byte VoiceBit = 0x80;

    /// <summary>
    /// Turns a packet of Opus that waits into one of RED, when there is something to repeat. Which packets those are is settled
    /// here (in <see cref="PendingPacket.KeyIndex"/>, a bit for each distance): others may come until it is written.
    /// </summary>
    public static void Apply(ref PendingPacket pending)
    {
        var length = PrimaryHeader + pending.PayloadLength;
        byte repeated = 0;
        for (var distance = pending.Slot.Viewer.Congestion!.Redundancy; distance > 0; distance--)
        {
            if (!TryFind(pending, distance, out var earlier))
                continue;
            repeated |= BitOf(distance);
            length += RedundantHeader + earlier.Payload.Length;
        }

        if (repeated == 0)
            return;
        pending.KeyIndex = repeated;
        pending.PayloadLength = (ushort)length;
        pending.PayloadType = pending.Slot.Format.RedPayloadType;
        pending.Flags |= PendingFlags.Redundant;
    }

    /// <summary>Everything the packet is made of is still there.</summary>
    public static bool IsIntact(in PendingPacket item)
    {
        for (var distance = 1; distance <= Farthest; distance++)
            if ((item.KeyIndex & BitOf(distance)) != 0 && !TryFind(item, distance, out _))
                return false;
        return true;
    }

    /// <returns>Octets written: <see cref="PendingPacket.PayloadLength"/>.</returns>
    public static int Write(Span<byte> destination, in PendingPacket item, in StoredPacket primary)
    {
        var opus = item.Slot.Format.OpusPayloadType;
        var writer = new RedWriter(destination);
        for (var distance = Farthest; distance > 0; distance--)
            if ((item.KeyIndex & BitOf(distance)) != 0 && TryFind(item, distance, out var earlier))
                writer.TryAddRedundant(opus, (int)(primary.Timestamp - earlier.Timestamp), earlier.Payload);
        return writer.Complete(opus, primary.Payload);
    }

    private static byte BitOf(int distance) => (byte)(1 << (distance - 1));

    private static bool TryFind(in PendingPacket pending, int distance, out StoredPacket earlier)
    {
        earlier = default;
        var source = pending.Source;
        return source.History.TryGet(pending.SourceSequence, out var primary)
            && source.History.TryGet(pending.SourceSequence - distance, out earlier)
            && earlier.PayloadType == primary.PayloadType
            && (!source.HasAudioLevel || (earlier.Flags & VoiceBit) != 0)
            && earlier.Payload.Length is > 0 and <= RedWriter.LongestRedundantBlock
            && primary.Timestamp - earlier.Timestamp is > 0 and <= RedWriter.LargestTimestampOffset;
    }
}
