using System.Collections.Immutable;

namespace Sylk.Conference.Sfu;

/// <summary>Numbers about one participant's media: what they send, what is sent to them, and how those they see and hear arrive here.</summary>
/// <param name="Scores">Of the participant both ways, of the others what they send.</param>
public sealed record PeerStatistics(ImmutableArray<LineStatistics> Lines, ImmutableArray<QualityItem> Scores);

/// <summary>One track on one stretch of its way, over the last few seconds.</summary>
/// <param name="PeerId">Whose track it is.</param>
/// <param name="Direction"><see cref="FlowDirection.Receive"/>: from its publisher to here; else from here to the participant asked about.</param>
/// <param name="LossPercent">Before anything was repaired; one decimal.</param>
/// <param name="RoundTripMs">Null when unknown.</param>
/// <param name="Layer">Which of <paramref name="Layers"/> sizes flows, 0 the smallest; null when none does.</param>
/// <param name="Freezes">By the receiver's own count since the slot's start; 0 for what comes in.</param>
/// <param name="Repaired">Packets that came or went again because they were missing.</param>
/// <param name="Redundant">Packets that repeated earlier sound (RED).</param>
public sealed record LineStatistics(
    string PeerId, FlowDirection Direction, TrackKind Kind, TrackSource Source, string TrackId, string? Mid,
    double LossPercent, double JitterMs, double? RoundTripMs, long BitrateBps, int? Layer, int Layers, int Freezes, long Repaired, long Redundant);
