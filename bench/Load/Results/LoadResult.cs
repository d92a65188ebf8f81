namespace Sylk.Conference.Load.Results;

/// <summary>What one run of a scenario found. Times in the unit of the name; -1 where the scenario does not say.</summary>
internal sealed record LoadResult
{
    public required string Scenario { get; init; }
    public int Players { get; init; }
    public double ForwardedPerSecond { get; init; } = -1;
    public double ExpectedPerSecond { get; init; } = -1;
    public double ServerCpuMicrosPerPacket { get; init; } = -1;
    public double BareSendMicros { get; init; } = -1;
    public double RatioToBareSend { get; init; } = -1;
    public double DelayP50Ms { get; init; } = -1;
    public double DelayP99Ms { get; init; } = -1;
    public double DelayP999Ms { get; init; } = -1;
    public double DelayP9999Ms { get; init; } = -1;
    public double LossPercent { get; init; } = -1;
    public double RepairPercent { get; init; } = -1;
    public double MemoryKibPerPeer { get; init; } = -1;
    public double JoinsPerSecond { get; init; } = -1;
    public double JoinsPerCpuSecond { get; init; } = -1;
    public double ServerCpuMsPerJoin { get; init; } = -1;
    public double FailedJoins { get; init; } = -1;

    /// <summary>Of those who stand, before the storm and by how much more in it; the difference may be negative.</summary>
    public double CalmDelayP99Ms { get; init; } = -1;
    public double CalmLossPercent { get; init; } = -1;
    public double AddedDelayP99Ms { get; init; } = -1;

    /// <summary>The server's CPU before the flood, % of a core, and how many times as much it is in it (reliability R-19).</summary>
    public double CalmCpuPercent { get; init; } = -1;
    public double CpuRatio { get; init; } = -1;
    public double DtlsUpMs { get; init; } = -1;
    public double FirstMediaMs { get; init; } = -1;

    /// <summary>Of the server's garbage-collected memory, where it was watched.</summary>
    public double AllocatedOctetsPerPacket { get; init; } = -1;
    public double PauseMs { get; init; } = -1;
    public double OldestCollections { get; init; } = -1;

    /// <summary>Of each collection of generation 2.</summary>
    public IReadOnlyList<double> OldestPausesMs { get; init; } = [];

    /// <summary>Share of one core.</summary>
    public double ServerCpuPercent { get; init; } = -1;
    public double GeneratorCpuPercent { get; init; } = -1;
    public string BusiestThreads { get; init; } = "";

    /// <summary>Each number's median over the runs.</summary>
    /// <summary>With what the same run found before the storm or flood began.</summary>
    public LoadResult After(LoadResult calm) => this with
    {
        CalmDelayP99Ms = calm.DelayP99Ms,
        CalmLossPercent = calm.LossPercent,
        AddedDelayP99Ms = DelayP99Ms - calm.DelayP99Ms,
    };

    public static LoadResult Median(IReadOnlyList<LoadResult> runs)
    {
        double Of(Func<LoadResult, double> number) => Middle([.. runs.Select(number)]);
        return runs[0] with
        {
            ForwardedPerSecond = Of(r => r.ForwardedPerSecond),
            ExpectedPerSecond = Of(r => r.ExpectedPerSecond),
            ServerCpuMicrosPerPacket = Of(r => r.ServerCpuMicrosPerPacket),
            BareSendMicros = Of(r => r.BareSendMicros),
            RatioToBareSend = Of(r => r.RatioToBareSend),
            DelayP50Ms = Of(r => r.DelayP50Ms),
            DelayP99Ms = Of(r => r.DelayP99Ms),
            DelayP999Ms = Of(r => r.DelayP999Ms),
            DelayP9999Ms = Of(r => r.DelayP9999Ms),
            LossPercent = Of(r => r.LossPercent),
            RepairPercent = Of(r => r.RepairPercent),
            MemoryKibPerPeer = Of(r => r.MemoryKibPerPeer),
            JoinsPerSecond = Of(r => r.JoinsPerSecond),
            JoinsPerCpuSecond = Of(r => r.JoinsPerCpuSecond),
            ServerCpuMsPerJoin = Of(r => r.ServerCpuMsPerJoin),
            FailedJoins = Of(r => r.FailedJoins),
            CalmDelayP99Ms = Of(r => r.CalmDelayP99Ms),
            CalmLossPercent = Of(r => r.CalmLossPercent),
            AddedDelayP99Ms = Of(r => r.AddedDelayP99Ms),
            CalmCpuPercent = Of(r => r.CalmCpuPercent),
            CpuRatio = Of(r => r.CpuRatio),
            DtlsUpMs = Of(r => r.DtlsUpMs),
            FirstMediaMs = Of(r => r.FirstMediaMs),
            AllocatedOctetsPerPacket = Of(r => r.AllocatedOctetsPerPacket),
            PauseMs = Of(r => r.PauseMs),
            OldestCollections = Of(r => r.OldestCollections),
            ServerCpuPercent = Of(r => r.ServerCpuPercent),
            GeneratorCpuPercent = Of(r => r.GeneratorCpuPercent),
        };
    }

    public static double Middle(double[] values)
    {
        Array.Sort(values);
        return values.Length == 0 ? -1 : (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }
}
