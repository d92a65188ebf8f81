namespace Sylk.Conference.Protocols.Payloads;

/// <summary>
/// The template dependency structure as read from the wire (AV1 RTP specification appendix A.8.3). All tables have their
/// largest size from the start.
/// </summary>
internal sealed class DependencyTables
{
    internal const int MaximumTemplates = 64;
    internal const int MaximumTargets = 32;
    internal const int MaximumSpatialId = 3;
    internal const int MaximumTemporalId = 7;
    internal const int MaximumDiffs = 8;

    internal readonly byte[] Spatial = new byte[MaximumTemplates];
    internal readonly byte[] Temporal = new byte[MaximumTemplates];
    internal readonly ulong[] Indications = new ulong[MaximumTemplates];
    internal readonly byte[] DiffCounts = new byte[MaximumTemplates];
    internal readonly byte[] Diffs = new byte[MaximumTemplates * MaximumDiffs];
    internal readonly byte[] ChainDiffs = new byte[MaximumTemplates * MaximumTargets];
    internal readonly byte[] ProtectedBy = new byte[MaximumTargets];
    internal readonly byte[] TargetSpatial = new byte[MaximumTargets];
    internal readonly byte[] TargetTemporal = new byte[MaximumTargets];
    internal readonly int[] Widths = new int[MaximumSpatialId + 1];
    internal readonly int[] Heights = new int[MaximumSpatialId + 1];

    internal int IdOffset { get; private set; }

    internal int Templates { get; private set; }

    internal int Targets { get; private set; }

    internal int Chains { get; private set; }

    internal int MaxSpatialId { get; private set; }

    internal bool HasResolutions { get; private set; }

    internal bool TryRead(ref BitReader bits)
    {
        IdOffset = (int)bits.Read(6);
        Targets = (int)bits.Read(5) + 1;
        if (!ReadLayers(ref bits)) return false;
        for (var t = 0; t < Templates; t++) Indications[t] = ReadIndications(ref bits, Targets);
        if (!ReadDiffs(ref bits)) return false;
        ReadChains(ref bits);
        FindTargetLayers();
        ReadResolutions(ref bits);
        return !bits.IsOverrun;
    }

    /// <summary>Two bits for each decode target, the first target lowest.</summary>
    internal static ulong ReadIndications(ref BitReader bits, int targets)
    {
        ulong indications = 0;
        for (var t = 0; t < targets; t++) indications |= (ulong)bits.Read(2) << (2 * t);
        return indications;
    }

    private bool ReadLayers(ref BitReader bits)
    {
        int spatial = 0, temporal = 0;
        for (Templates = 0; Templates < MaximumTemplates;)
        {
            Spatial[Templates] = (byte)spatial;
            Temporal[Templates++] = (byte)temporal;
            var next = bits.Read(2);
            MaxSpatialId = spatial;
            if (next == 3) return !bits.IsOverrun;
            if (next == 1) temporal++;
            if (next == 2) (spatial, temporal) = (spatial + 1, 0);
            if (spatial > MaximumSpatialId || temporal > MaximumTemporalId) return false;
        }
        return false;
    }

    private bool ReadDiffs(ref BitReader bits)
    {
        for (var t = 0; t < Templates; t++)
        {
            var count = 0;
            while (bits.ReadFlag())
            {
                if (count == MaximumDiffs) return false;
                Diffs[t * MaximumDiffs + count++] = (byte)(bits.Read(4) + 1);
            }
            DiffCounts[t] = (byte)count;
        }
        return true;
    }

    private void ReadChains(ref BitReader bits)
    {
        Chains = (int)bits.ReadBelow((uint)Targets + 1);
        if (Chains == 0) return;
        for (var d = 0; d < Targets; d++) ProtectedBy[d] = (byte)bits.ReadBelow((uint)Chains);
        for (var t = 0; t < Templates; t++)
            for (var c = 0; c < Chains; c++) ChainDiffs[t * MaximumTargets + c] = (byte)bits.Read(4);
    }

    private void FindTargetLayers()
    {
        for (var d = 0; d < Targets; d++)
        {
            TargetSpatial[d] = TargetTemporal[d] = 0;
            for (var t = 0; t < Templates; t++)
            {
                if ((Indications[t] >> (2 * d) & 3) == 0) continue;
                TargetSpatial[d] = Math.Max(TargetSpatial[d], Spatial[t]);
                TargetTemporal[d] = Math.Max(TargetTemporal[d], Temporal[t]);
            }
        }
    }

    private void ReadResolutions(ref BitReader bits)
    {
        HasResolutions = bits.ReadFlag();
        if (!HasResolutions) return;
        for (var s = 0; s <= MaxSpatialId; s++)
        {
            Widths[s] = (int)bits.Read(16) + 1;
            Heights[s] = (int)bits.Read(16) + 1;
        }
    }
}
