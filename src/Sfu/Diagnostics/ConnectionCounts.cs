using Sylk.Conference.Protocols.Ice;

namespace Sylk.Conference.Sfu.Diagnostics;

internal enum ConnectionOutcome : byte { Connected, Failed, Lost }

/// <summary>What became of media connections, by the transport and the client's candidate they ran over (none for those that never ran).</summary>
internal sealed class ConnectionCounts
{
    private static readonly string[] Ways = ["", "udp", "tcp"];
    private static readonly string[] Types = ["host", "srflx", "prflx", "relay"];
    private static readonly string[] Outcomes = ["connected", "failed", "lost"];
    private readonly long[] _counts = new long[Ways.Length * Types.Length * Outcomes.Length];

    public void Add(ConnectionOutcome outcome, bool overTcp, IceCandidateType type) => _counts[Place(overTcp ? 2 : 1, (int)type, outcome)]++;

    /// <summary>Gone before it was ever up.</summary>
    public void AddFailed() => _counts[Place(0, 0, ConnectionOutcome.Failed)]++;

    public void Read(List<ConnectionStatistics> into)
    {
        for (var way = 0; way < Ways.Length; way++)
        {
            for (var type = 0; type < Types.Length; type++)
            {
                foreach (var outcome in Enum.GetValues<ConnectionOutcome>())
                {
                    if (Volatile.Read(ref _counts[Place(way, type, outcome)]) is > 0 and var count)
                        into.Add(new ConnectionStatistics(Ways[way], way == 0 ? "" : Types[type], Outcomes[(int)outcome], count));
                }
            }
        }
    }

    private static int Place(int way, int type, ConnectionOutcome outcome) => (((way * Types.Length) + type) * Outcomes.Length) + (int)outcome;
}
