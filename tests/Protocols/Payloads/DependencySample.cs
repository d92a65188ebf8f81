using Sylk.Conference.Protocols.Payloads;

namespace Sylk.Conference.Protocols.Tests.Payloads;

/// <summary>One row of the tables in AV1 RTP specification appendix A.10: layer, differences, chains and indications.</summary>
internal sealed record TemplateRow(int Spatial, int Temporal, int[] Diffs, int[] Chains, string Indications);

/// <summary>Encodes dependency descriptors from the tables of the specification.</summary>
internal sealed record DependencySample(int IdOffset, TemplateRow[] Rows, int[] ProtectedBy, (int Width, int Height)[] Sizes)
{
    private const string Symbols = "-DSR";

    internal static readonly DependencySample L1T3 = new(
        5,
        [
            new(0, 0, [], [0], "SSS"),
            new(0, 0, [4], [4], "SSS"),
            new(0, 1, [2], [2], "SD-"),
            new(0, 2, [1], [1], "D--"),
            new(0, 2, [1], [3], "D--"),
        ],
        [0, 0, 0],
        [(1280, 720)]);

    internal static readonly DependencySample L2T1 = new(
        62,
        [
            new(0, 0, [], [0, 0], "SS"),
            new(0, 0, [2], [2, 1], "RS"),
            new(0, 0, [2], [2, 1], "SS"),
            new(1, 0, [1], [1, 1], "S-"),
            new(1, 0, [2, 1], [1, 1], "R-"),
        ],
        [1, 0],
        []);

    /// <summary>K-SVC, two temporal layers: four frames a round, S0T0, S1T0, S0T1, S1T1.</summary>
    internal static readonly DependencySample L2T2Key = new(
        10,
        [
            new(0, 0, [], [0, 0], "SSSS"),
            new(0, 0, [4], [4, 3], "--SS"),
            new(0, 1, [2], [2, 1], "--D-"),
            new(1, 0, [1], [1, 1], "SS--"),
            new(1, 0, [4], [1, 4], "SS--"),
            new(1, 1, [2], [3, 2], "D---"),
        ],
        [1, 1, 0, 0],
        []);

    internal int Targets => ProtectedBy.Length;

    internal int ChainCount => Rows[0].Chains.Length;

    /// <summary>A descriptor of three octets.</summary>
    internal byte[] Short(int row, ushort number, bool start = true, bool end = true)
    {
        var buffer = new byte[3];
        var bits = new BitWriter(buffer);
        WriteMandatory(ref bits, row, number, start, end);
        return buffer;
    }

    /// <summary>A descriptor with extended fields; null leaves a field out.</summary>
    internal byte[] Long(int row, ushort number, bool structure, uint? mask = null, TemplateRow? custom = null)
    {
        var buffer = new byte[255];
        var bits = new BitWriter(buffer);
        WriteMandatory(ref bits, row, number, true, true);
        bits.Write(structure ? 1u : 0, 1);
        bits.Write(mask is null ? 0u : 1, 1);
        bits.Write(custom is null ? 0u : 7, 3);
        if (structure) WriteStructure(ref bits);
        if (mask is { } targets) bits.Write(targets, Targets);
        if (custom is not null) WriteCustom(ref bits, custom);
        return buffer[..bits.Align()];
    }

    internal static DecodeTargetIndication Indication(char symbol) => (DecodeTargetIndication)Symbols.IndexOf(symbol, StringComparison.Ordinal);

    private void WriteMandatory(ref BitWriter bits, int row, ushort number, bool start, bool end)
    {
        bits.Write(start ? 1u : 0, 1);
        bits.Write(end ? 1u : 0, 1);
        bits.Write((uint)(IdOffset + row) % 64, 6);
        bits.Write(number, 16);
    }

    private void WriteStructure(ref BitWriter bits)
    {
        bits.Write((uint)IdOffset, 6);
        bits.Write((uint)Targets - 1, 5);
        for (var i = 1; i < Rows.Length; i++) bits.Write(Step(Rows[i - 1], Rows[i]), 2);
        bits.Write(3, 2);
        foreach (var row in Rows) WriteIndications(ref bits, row);
        foreach (var row in Rows)
        {
            foreach (var diff in row.Diffs) bits.Write((uint)(0x10 | (diff - 1)), 5);
            bits.Write(0, 1);
        }
        WriteBelow(ref bits, (uint)ChainCount, (uint)Targets + 1);
        foreach (var chain in ProtectedBy) WriteBelow(ref bits, (uint)chain, (uint)ChainCount);
        foreach (var chain in Rows.SelectMany(r => r.Chains)) bits.Write((uint)chain, 4);
        bits.Write(Sizes.Length > 0 ? 1u : 0, 1);
        foreach (var (width, height) in Sizes)
        {
            bits.Write((uint)width - 1, 16);
            bits.Write((uint)height - 1, 16);
        }
    }

    private static void WriteCustom(ref BitWriter bits, TemplateRow row)
    {
        WriteIndications(ref bits, row);
        foreach (var diff in row.Diffs)
        {
            var nibbles = diff <= 16 ? 1 : diff <= 256 ? 2 : 3;
            bits.Write((uint)nibbles, 2);
            bits.Write((uint)diff - 1, nibbles * 4);
        }
        bits.Write(0, 2);
        foreach (var chain in row.Chains) bits.Write((uint)chain, 8);
    }

    private static void WriteIndications(ref BitWriter bits, TemplateRow row)
    {
        foreach (var symbol in row.Indications) bits.Write((uint)Indication(symbol), 2);
    }

    private static uint Step(TemplateRow from, TemplateRow to) => to.Spatial > from.Spatial ? 2u : to.Temporal > from.Temporal ? 1u : 0;

    private static void WriteBelow(ref BitWriter bits, uint value, uint limit)
    {
        var width = 0;
        while (limit >> width != 0) width++;
        var shortValues = (1u << width) - limit;
        if (value < shortValues) bits.Write(value, width - 1);
        else bits.Write(value + shortValues, width);
    }
}
