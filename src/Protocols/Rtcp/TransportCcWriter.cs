using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Rtcp;

/// <summary>One transport-wide sequence number's fate.</summary>
/// <param name="Received">Whether the packet came.</param>
/// <param name="ArrivalMicros">When it came, on any clock that does not go back; ignored when it did not come.</param>
public readonly record struct TransportCcArrival(bool Received, long ArrivalMicros);

/// <summary>What names a feedback packet.</summary>
/// <param name="SenderSsrc">The one who reports.</param>
/// <param name="MediaSsrc">A source of the transport reported on.</param>
/// <param name="FeedbackCount">Rises by one with each packet sent, wraps.</param>
public readonly record struct TransportCcHeader(uint SenderSsrc, uint MediaSsrc, byte FeedbackCount);

/// <summary>Writes transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).</summary>
public static class TransportCcWriter
{
    /// <summary>Statuses in one packet at most.</summary>
    public const int MaximumStatuses = 1024;

    private const int FixedOctets = RtcpReader.HeaderLength + RtcpBlock.FeedbackHeader + TransportCcFeedback.FixedFci;
    private const int UnitsPerReference = TransportCcFeedback.ReferenceUnitMicros / TransportCcFeedback.DeltaUnitMicros;

    /// <summary>
    /// Writes one packet for as many of the arrivals as fit the buffer, the range of a delta and
    /// <see cref="MaximumStatuses"/>. Call again with the rest, the next feedback count and the base moved on.
    /// </summary>
    /// <param name="header">SSRCs and feedback count.</param>
    /// <param name="baseSequence">The extended transport-wide number of the first arrival.</param>
    /// <param name="arrivals">One for each number from the base on.</param>
    /// <param name="nowMicros">The reference time when nothing came; on the arrivals' clock.</param>
    /// <param name="destination">The packet, at most as long as the MTU allows.</param>
    /// <param name="consumed">How many arrivals the packet tells of.</param>
    /// <returns>Octets written, a multiple of four; 0 when not even one status fits.</returns>
    public static int Write(
        in TransportCcHeader header,
        long baseSequence,
        ReadOnlySpan<TransportCcArrival> arrivals,
        long nowMicros,
        Span<byte> destination,
        out int consumed)
    {
        Span<byte> symbols = stackalloc byte[MaximumStatuses];
        var reference = ReferenceOf(arrivals, nowMicros);
        consumed = Classify(arrivals, reference, destination.Length & ~3, symbols);
        if (consumed == 0) return 0;
        WriteFixed(header, (ushort)baseSequence, consumed, reference, destination);
        var length = FixedOctets + WriteChunks(symbols[..consumed], destination[FixedOctets..]);
        length += WriteDeltas(arrivals[..consumed], reference, destination[length..]);
        return Finish(destination, length);
    }

    private static long ReferenceOf(ReadOnlySpan<TransportCcArrival> arrivals, long nowMicros)
    {
        foreach (var arrival in arrivals)
            if (arrival.Received) return FloorDivide(arrival.ArrivalMicros, TransportCcFeedback.ReferenceUnitMicros);
        return FloorDivide(nowMicros, TransportCcFeedback.ReferenceUnitMicros);
    }

    private static int Classify(ReadOnlySpan<TransportCcArrival> arrivals, long reference, int capacity, Span<byte> symbols)
    {
        var last = reference * UnitsPerReference;
        var deltaOctets = 0;
        var most = Math.Min(arrivals.Length, symbols.Length);
        for (var i = 0; i < most; i++)
        {
            var delta = arrivals[i].Received ? UnitsOf(arrivals[i]) - last : 0;
            if (delta is < short.MinValue or > short.MaxValue) return i;
            var symbol = !arrivals[i].Received ? 0 : delta is >= 0 and <= byte.MaxValue ? 1 : 2;
            // Each chunk but the last holds seven symbols or more, so this is never too little.
            var chunks = i / TransportCcChunk.TwoBitSymbols + 1;
            if (FixedOctets + chunks * 2 + deltaOctets + symbol > capacity) return i;
            symbols[i] = (byte)symbol;
            deltaOctets += symbol;
            last += delta;
        }
        return most;
    }

    private static void WriteFixed(in TransportCcHeader header, ushort baseSequence, int count, long reference, Span<byte> packet)
    {
        packet[0] = 0x80 | RtcpBlock.TransportCcFormat;
        packet[1] = (byte)RtcpPacketType.TransportFeedback;
        BinaryPrimitives.WriteUInt32BigEndian(packet[4..], header.SenderSsrc);
        BinaryPrimitives.WriteUInt32BigEndian(packet[8..], header.MediaSsrc);
        BinaryPrimitives.WriteUInt16BigEndian(packet[12..], baseSequence);
        BinaryPrimitives.WriteUInt16BigEndian(packet[14..], (ushort)count);
        BinaryPrimitives.WriteUInt32BigEndian(packet[16..], (uint)reference << 8 | header.FeedbackCount);
    }

    private static int WriteChunks(ReadOnlySpan<byte> symbols, Span<byte> destination)
    {
        var length = 0;
        while (!symbols.IsEmpty)
        {
            var chunk = NextChunk(symbols, out var taken);
            BinaryPrimitives.WriteUInt16BigEndian(destination[length..], chunk.Bits);
            symbols = symbols[taken..];
            length += 2;
        }
        return length;
    }

    private static TransportCcChunk NextChunk(ReadOnlySpan<byte> symbols, out int taken)
    {
        var differs = symbols.IndexOfAnyExcept(symbols[0]);
        var run = differs < 0 ? symbols.Length : differs;
        var window = symbols[..Math.Min(symbols.Length, TransportCcChunk.OneBitSymbols)];
        var hasLarge = window.Contains((byte)2);
        taken = run;
        if (run == symbols.Length || run >= (hasLarge ? TransportCcChunk.TwoBitSymbols : TransportCcChunk.OneBitSymbols))
            return TransportCcChunk.Run(symbols[0], run);
        taken = hasLarge ? Math.Min(symbols.Length, TransportCcChunk.TwoBitSymbols) : window.Length;
        return hasLarge ? TransportCcChunk.TwoBit(symbols[..taken]) : TransportCcChunk.OneBit(window);
    }

    private static int WriteDeltas(ReadOnlySpan<TransportCcArrival> arrivals, long reference, Span<byte> destination)
    {
        var last = reference * UnitsPerReference;
        var length = 0;
        foreach (var arrival in arrivals)
        {
            if (!arrival.Received) continue;
            var delta = UnitsOf(arrival) - last;
            last += delta;
            if (delta is >= 0 and <= byte.MaxValue)
            {
                destination[length++] = (byte)delta;
                continue;
            }
            BinaryPrimitives.WriteInt16BigEndian(destination[length..], (short)delta);
            length += 2;
        }
        return length;
    }

    private static int Finish(Span<byte> packet, int length)
    {
        var padding = -length & 3;
        if (padding > 0)
        {
            packet.Slice(length, padding).Clear();
            packet[length + padding - 1] = (byte)padding;
            packet[0] |= 0x20;
        }
        length += padding;
        BinaryPrimitives.WriteUInt16BigEndian(packet[2..], (ushort)(length / 4 - 1));
        return length;
    }

    private static long UnitsOf(TransportCcArrival arrival) => FloorDivide(arrival.ArrivalMicros, TransportCcFeedback.DeltaUnitMicros);

    private static long FloorDivide(long value, long divisor) => value >= 0 ? value / divisor : -((divisor - 1 - value) / divisor);
}
