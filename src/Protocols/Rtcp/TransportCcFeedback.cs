using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Rtcp;

/// <summary>What a receiver says of one transport-wide sequence number.</summary>
/// <param name="Sequence">The packet's transport-wide number.</param>
/// <param name="Received">Whether it came.</param>
/// <param name="DeltaMicros">
/// Arrival after the former received packet of the same feedback (after the reference time for the first); 0 when lost.
/// </param>
public readonly record struct TransportCcStatus(ushort Sequence, bool Received, int DeltaMicros);

/// <summary>
/// Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1). It exists only when all its
/// chunks and deltas are there; enumerate it for the packets.
/// </summary>
public readonly ref struct TransportCcFeedback
{
    internal const int FixedFci = 8;
    internal const int DeltaUnitMicros = 250;
    internal const int ReferenceUnitMicros = 64_000;
    private readonly ReadOnlySpan<byte> _fci;

    private TransportCcFeedback(uint sender, uint media, ReadOnlySpan<byte> fci, int deltas)
    {
        SenderSsrc = sender;
        MediaSsrc = media;
        _fci = fci;
        DeltaOffset = deltas;
    }

    public uint SenderSsrc { get; }

    public uint MediaSsrc { get; }

    public ushort BaseSequence => BinaryPrimitives.ReadUInt16BigEndian(_fci);

    public int StatusCount => BinaryPrimitives.ReadUInt16BigEndian(_fci[2..]);

    /// <summary>Signed 24 bits of 64 ms; wraps.</summary>
    public int ReferenceTime => (int)RtcpBlock.Word(_fci, 4) >> 8;

    public long ReferenceMicros => (long)ReferenceTime * ReferenceUnitMicros;

    public byte FeedbackCount => _fci[7];

    private int DeltaOffset { get; }

    public Enumerator GetEnumerator() => new(_fci, DeltaOffset);

    internal static bool TryParse(RtcpBlock block, out TransportCcFeedback feedback)
    {
        feedback = default;
        if (!block.IsFeedback(RtcpPacketType.TransportFeedback, RtcpBlock.TransportCcFormat, FixedFci)) return false;
        var fci = block.Body[RtcpBlock.FeedbackHeader..];
        if (!TryMeasure(fci, out var deltas)) return false;
        feedback = new TransportCcFeedback(RtcpBlock.Word(block.Body, 0), RtcpBlock.Word(block.Body, 4), fci, deltas);
        return true;
    }

    private static bool TryMeasure(ReadOnlySpan<byte> fci, out int at)
    {
        int left = BinaryPrimitives.ReadUInt16BigEndian(fci[2..]);
        var deltaOctets = 0;
        at = FixedFci;
        if (left == 0) return false;
        while (left > 0)
        {
            if (at + 2 > fci.Length) return false;
            var chunk = new TransportCcChunk(BinaryPrimitives.ReadUInt16BigEndian(fci[at..]));
            var symbols = Math.Min(chunk.Count, left);
            if (!chunk.TryMeasure(symbols, ref deltaOctets)) return false;
            left -= symbols;
            at += 2;
        }
        return at + deltaOctets <= fci.Length;
    }

    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _fci;
        private TransportCcChunk _chunk;
        private int _chunkAt = FixedFci;
        private int _symbol;
        private int _delta;
        private int _left;
        private ushort _next;

        internal Enumerator(ReadOnlySpan<byte> fci, int deltas)
        {
            _fci = fci;
            _delta = deltas;
            _left = BinaryPrimitives.ReadUInt16BigEndian(fci[2..]);
            _next = BinaryPrimitives.ReadUInt16BigEndian(fci);
        }

        public TransportCcStatus Current { get; private set; }

        public bool MoveNext()
        {
            if (_left == 0) return false;
            while (_symbol >= _chunk.Count) LoadChunk();
            var symbol = _chunk.Symbol(_symbol++);
            Current = new TransportCcStatus(_next++, symbol != 0, TakeDelta(symbol) * DeltaUnitMicros);
            _left--;
            return true;
        }

        private void LoadChunk()
        {
            _chunk = new TransportCcChunk(BinaryPrimitives.ReadUInt16BigEndian(_fci[_chunkAt..]));
            _chunkAt += 2;
            _symbol = 0;
        }

        private int TakeDelta(int symbol)
        {
            if (symbol == 0) return 0;
            var units = symbol == 1 ? _fci[_delta] : BinaryPrimitives.ReadInt16BigEndian(_fci[_delta..]);
            _delta += symbol;
            return units;
        }
    }
}
