using System.Runtime.InteropServices;

namespace Sylk.Conference.Load.Serving;

/// <summary>Where the numbers come from.</summary>
internal sealed record MachineFacts(int Cores, string Processor, string Kernel, string Runtime, string LoadAverage)
{
    public static MachineFacts Read() => new(
        Environment.ProcessorCount,
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1]
            ?? "unknown",
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        RuntimeInformation.FrameworkDescription,
        string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]));

    public override string ToString() => $"{Cores} cores, {Processor}, Linux {Kernel}, {Runtime}, load average {LoadAverage}";
}
