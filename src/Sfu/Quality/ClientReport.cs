using System.Collections.Immutable;

namespace Sylk.Conference.Sfu;

/// <summary>What a client says of its own end (product §7.3 <c>ReportStats</c>).</summary>
/// <param name="CpuLimited">Its encoder makes less than it should because the machine is busy.</param>
/// <param name="BandwidthLimited">Its encoder makes less than it should because its uplink carries no more.</param>
public sealed record ClientReport(bool CpuLimited, bool BandwidthLimited, ImmutableArray<ClientSlotReport> Slots);

/// <param name="Freezes">Pictures that stood still since the slot's start.</param>
public readonly record struct ClientSlotReport(string Mid, int Freezes);
