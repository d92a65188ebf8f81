namespace Sylk.Conference.Server.Ops;

/// <summary>How busy this process is: its share of all cores over the last second or more, 0 to 1.</summary>
internal sealed class ServerLoad
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private (TimeSpan Cpu, long At) _last = (Environment.CpuUsage.TotalTime, TimeProvider.System.GetTimestamp());
    private double _load;

    public DateTimeOffset StartedAt { get; } = TimeProvider.System.GetUtcNow();

    public TimeSpan Uptime => TimeProvider.System.GetUtcNow() - StartedAt;

    public double Read()
    {
        lock (_gate)
        {
            var passed = TimeProvider.System.GetElapsedTime(_last.At);
            if (passed < Shortest)
                return _load;
            var cpu = Environment.CpuUsage.TotalTime;
            _load = Math.Clamp((cpu - _last.Cpu) / (passed * Environment.ProcessorCount), 0, 1);
            _last = (cpu, TimeProvider.System.GetTimestamp());
            return _load;
        }
    }
}
