namespace Sylk.Conference.Fuzz.Tests.Engine;

/// <summary>What one input did to a target.</summary>
internal readonly record struct FuzzVerdict(bool IsAccepted, string? Broken)
{
    public static readonly FuzzVerdict Accepted = new(true, null);

    public static readonly FuzzVerdict Refused = new(false, null);

    /// <summary>An invariant does not hold.</summary>
    public static FuzzVerdict Violates(string invariant) => new(true, invariant);
}

/// <summary>Feeds one input; says whether the parser took it, and which invariant it broke.</summary>
internal delegate FuzzVerdict FuzzCheck(ReadOnlySpan<byte> input);

/// <summary>How the legal seeds of a target are built, which decides how they are broken.</summary>
internal enum SeedShape
{
    /// <summary>Fields, lengths and counts at byte positions.</summary>
    Binary,

    /// <summary>Lines made of words, numbers and separators.</summary>
    Lines,
}

/// <summary>A parser under fire.</summary>
/// <param name="Id">The row of the test plan, Z-01 .. Z-24.</param>
/// <param name="Name">What is parsed.</param>
/// <param name="Seeds">Legal inputs, one of each kind.</param>
/// <param name="Start">Makes a check with its own state; each worker has one.</param>
internal sealed record FuzzTarget(string Id, string Name, IReadOnlyList<byte[]> Seeds, Func<FuzzCheck> Start)
{
    public SeedShape Shape { get; init; }

    /// <summary>No input is longer, in bytes.</summary>
    public int MaxLength { get; init; } = 4096;

    /// <summary>Bytes an input may cost beside what its length allows.</summary>
    public int FreeAllocation { get; init; } = 64 * 1024;

    /// <summary>Least part of the inputs that the parser must take, or the seeds no longer reach past its door.</summary>
    public double LeastAccepted { get; init; } = 0.05;
}
