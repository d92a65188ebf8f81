namespace Sylk.Conference.Protocols.Rtcp;

/// <summary>
/// A packet status chunk (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1.3, 3.1.4). A symbol's value is the
/// number of octets of its delta: 0 not received, 1 small, 2 large; 3 is reserved.
/// </summary>
internal readonly struct TransportCcChunk(ushort bits)
{
    internal const int LongestRun = 0x1FFF;
    internal const int OneBitSymbols = 14;
    internal const int TwoBitSymbols = 7;
    private const int Reserved = 3;
    private const int RunBit = 0x8000;
    private const int TwoBitBit = 0x4000;

    internal ushort Bits => bits;

    /// <summary>Symbols the chunk holds; a run may be empty.</summary>
    internal int Count => IsRun ? bits & LongestRun : IsTwoBit ? TwoBitSymbols : OneBitSymbols;

    private bool IsRun => (bits & RunBit) == 0;

    private bool IsTwoBit => (bits & TwoBitBit) != 0;

    internal static TransportCcChunk Run(int symbol, int length) => new((ushort)(symbol << 13 | length));

    /// <param name="symbols">1..14 symbols, none of them large.</param>
    internal static TransportCcChunk OneBit(ReadOnlySpan<byte> symbols)
    {
        var bits = RunBit;
        for (var i = 0; i < symbols.Length; i++) bits |= symbols[i] << (OneBitSymbols - 1 - i);
        return new TransportCcChunk((ushort)bits);
    }

    /// <param name="symbols">1..7 symbols.</param>
    internal static TransportCcChunk TwoBit(ReadOnlySpan<byte> symbols)
    {
        var bits = RunBit | TwoBitBit;
        for (var i = 0; i < symbols.Length; i++) bits |= symbols[i] << ((TwoBitSymbols - 1 - i) * 2);
        return new TransportCcChunk((ushort)bits);
    }

    internal int Symbol(int index)
    {
        if (IsRun) return bits >> 13;
        return IsTwoBit ? bits >> ((TwoBitSymbols - 1 - index) * 2) & 3 : bits >> (OneBitSymbols - 1 - index) & 1;
    }

    /// <summary>Adds the octets of the first <paramref name="symbols"/> symbols' deltas; false on a reserved symbol.</summary>
    internal bool TryMeasure(int symbols, ref int deltaOctets)
    {
        if (IsRun)
        {
            deltaOctets += Symbol(0) * symbols;
            return symbols == 0 || Symbol(0) != Reserved;
        }
        for (var i = 0; i < symbols; i++)
        {
            var symbol = Symbol(i);
            if (symbol == Reserved) return false;
            deltaOctets += symbol;
        }
        return true;
    }
}
