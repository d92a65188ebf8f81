namespace Sylk.Conference.Protocols.Payloads;

/// <summary>
/// The latest template dependency structure of one source. <see cref="DependencyDescriptor.TryParse"/> replaces it, in
/// place and only as a whole, when a descriptor carries a new one.
/// </summary>
public sealed class DependencyStructure
{
    public const int MaximumTemplates = DependencyTables.MaximumTemplates;
    public const int MaximumDecodeTargets = DependencyTables.MaximumTargets;
    public const int MaximumSpatialId = DependencyTables.MaximumSpatialId;
    public const int MaximumTemporalId = DependencyTables.MaximumTemporalId;

    private DependencyTables _tables = new();
    private DependencyTables _spare = new();

    /// <summary>No structure has come yet.</summary>
    public bool IsEmpty => _tables.Templates == 0;

    /// <summary>The template id that means the first template, 0..63.</summary>
    public int TemplateIdOffset => _tables.IdOffset;

    public int TemplateCount => _tables.Templates;

    public int DecodeTargetCount => _tables.Targets;

    public int ChainCount => _tables.Chains;

    public int MaxSpatialId => _tables.MaxSpatialId;

    /// <summary>One bit for each decode target.</summary>
    public uint AllDecodeTargets => _tables.Targets == 0 ? 0 : uint.MaxValue >> (MaximumDecodeTargets - _tables.Targets);

    internal DependencyTables Tables => _tables;

    internal DependencyTables Spare => _spare;

    /// <summary>Highest spatial layer of a decode target, 0..3.</summary>
    public int TargetSpatialId(int target) => _tables.TargetSpatial[target];

    /// <summary>Highest temporal layer of a decode target, 0..7.</summary>
    public int TargetTemporalId(int target) => _tables.TargetTemporal[target];

    /// <summary>The chain that protects a decode target; -1 when the structure has no chains.</summary>
    public int ProtectingChain(int target) => _tables.Chains == 0 ? -1 : _tables.ProtectedBy[target];

    /// <summary>
    /// The decode targets of which nothing is missing where all frames of <paramref name="target"/> are there, one bit each: itself
    /// and, where its frames are predicted from theirs, those below.
    /// </summary>
    public uint CoveredBy(int target)
    {
        // Two bits an indication: what is present in a frame that the target lacks is not covered.
        ulong missed = 0;
        for (var template = 0; template < _tables.Templates; template++)
            if ((_tables.Indications[template] >> (2 * target) & 3) == 0) missed |= _tables.Indications[template];
        var covered = 0u;
        for (var other = 0; other < _tables.Targets; other++)
            if ((missed >> (2 * other) & 3) == 0) covered |= 1u << other;
        return covered;
    }

    /// <summary>Largest size of a spatial layer's pictures in pixels.</summary>
    public bool TryGetSize(int spatialId, out int width, out int height)
    {
        var known = _tables.HasResolutions && spatialId >= 0 && spatialId <= _tables.MaxSpatialId;
        (width, height) = known ? (_tables.Widths[spatialId], _tables.Heights[spatialId]) : (0, 0);
        return known;
    }

    internal void TakeSpare() => (_tables, _spare) = (_spare, _tables);
}
