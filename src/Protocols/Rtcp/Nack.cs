using System.Buffers.Binary;

namespace Sylk.Conference.Protocols.Rtcp;

/// <summary>A generic NACK (RFC 4585 section 6.2.1). Enumerate it for the lost sequence numbers.</summary>
public readonly ref struct Nack
{
    internal const int FciOctets = 4;
    private readonly ReadOnlySpan<byte> _body;

    private Nack(ReadOnlySpan<byte> body) => _body = body;

    public uint SenderSsrc => RtcpBlock.Word(_body, 0);

    public uint MediaSsrc => RtcpBlock.Word(_body, 4);

    public Enumerator GetEnumerator() => new(_body[RtcpBlock.FeedbackHeader..]);

    internal static bool TryParse(RtcpBlock block, out Nack nack)
    {
        var good = block.IsFeedback(RtcpPacketType.TransportFeedback, RtcpBlock.GenericNackFormat, FciOctets)
            && block.Body.Length % FciOctets == 0;
        nack = good ? new Nack(block.Body) : default;
        return good;
    }

    /// <summary>Gives each packet id and then the ids its bit mask names, lowest first.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _items;
        private int _at;
        private uint _mask;
        private ushort _first;

        internal Enumerator(ReadOnlySpan<byte> items) => _items = items;

        public ushort Current { get; private set; }

        public bool MoveNext()
        {
            if (_mask == 0 && !TryTake()) return false;
            var bit = System.Numerics.BitOperations.TrailingZeroCount(_mask);
            _mask &= _mask - 1;
            Current = (ushort)(_first + bit);
            return true;
        }

        private bool TryTake()
        {
            if (_at + FciOctets > _items.Length) return false;
            _first = BinaryPrimitives.ReadUInt16BigEndian(_items[_at..]);
            _mask = (uint)BinaryPrimitives.ReadUInt16BigEndian(_items[(_at + 2)..]) << 1 | 1;
            _at += FciOctets;
            return true;
        }
    }
}
