namespace Sylk.Conference.Sfu.Diagnostics;

internal enum ConnectionOutcome : byte { Connected, Failed, Lost }

/// <summary>What became of media connections, by the transport they ran over (none for those that never ran).</summary>
internal sealed class ConnectionCounts
{
    private static readonly string[] Transports = ["", "udp", "tcp"];
    private static readonly string[] Outcomes = ["connected", "failed", "lost"];
    private readonly long[] _counts = new long[Transports.Length * Outcomes.Length];

    public void Add(ConnectionOutcome outcome, bool overTcp) => _counts[((overTcp ? 2 : 1) * Outcomes.Length) + (int)outcome]++;

    /// <summary>Gone before it was ever up.</summary>
    public void AddFailed() => _counts[(int)ConnectionOutcome.Failed]++;

    public void Read(List<ConnectionStatistics> into)
    {
        for (var i = 0; i < _counts.Length; i++)
            if (Volatile.Read(ref _counts[i]) is > 0 and var count)
                into.Add(new ConnectionStatistics(Transports[i / Outcomes.Length], Outcomes[i % Outcomes.Length], count));
    }
}
