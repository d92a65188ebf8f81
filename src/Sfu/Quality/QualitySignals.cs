using System.Collections.Immutable;

namespace Sylk.Conference.Sfu;

/// <summary>What makes a connection worse than it could be, the worst of it.</summary>
public enum QualityCause : byte
{
    /// <summary>Nothing anybody would notice.</summary>
    None,

    /// <summary>Packets do not arrive.</summary>
    Loss,

    /// <summary>Packets arrive too unevenly to be played in time.</summary>
    Jitter,

    /// <summary>The way is long.</summary>
    Delay,

    /// <summary>The link carries less than was wanted.</summary>
    Bandwidth,

    /// <summary>Pictures stood still.</summary>
    Freeze,

    /// <summary>The participant's own machine cannot keep up.</summary>
    Cpu,
}

/// <summary>How connections do; at most every 2 s and only those that changed (product §7.4).</summary>
public sealed record QualityChanged(string Room, ImmutableArray<QualityItem> Items) : MediaSignal(Room);

/// <param name="Direction"><see cref="FlowDirection.Receive"/>: what the participant sends us.</param>
/// <param name="Score">1 (bad) to 5 (good).</param>
public sealed record QualityItem(string PeerId, FlowDirection Direction, int Score, QualityCause Cause);
