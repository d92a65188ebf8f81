using System.Globalization;

namespace Sylk.Conference.Load.Serving;

/// <summary>What the kernel knows about a process: CPU in ticks of 10 ms, memory in KiB.</summary>
internal sealed record ProcessFacts(double CpuSeconds, long ResidentKib, IReadOnlyDictionary<string, double> ThreadCpuSeconds)
{
    private const double TicksPerSecond = 100;
    private const int UserField = 11;

    public static ProcessFacts Read(int pid)
    {
        var threads = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var task in Directory.GetDirectories($"/proc/{pid}/task"))
        {
            if (TryRead($"{task}/stat", out var stat))
                threads[$"{Name(stat)}/{Path.GetFileName(task)}"] = Cpu(stat);
        }

        return new ProcessFacts(Cpu(File.ReadAllText($"/proc/{pid}/stat")), Resident(pid), threads);
    }

    /// <summary>The busiest threads since <paramref name="before"/>, in seconds of CPU.</summary>
    public IEnumerable<(string Thread, double CpuSeconds)> BusiestSince(ProcessFacts before, int most) => ThreadCpuSeconds
        .Select(thread => (thread.Key, thread.Value - before.ThreadCpuSeconds.GetValueOrDefault(thread.Key)))
        .OrderByDescending(thread => thread.Item2)
        .Take(most);

    private static bool TryRead(string path, out string text)
    {
        try
        {
            text = File.ReadAllText(path);
            return true;
        }
        catch (IOException)
        {
            text = "";
            return false;
        }
    }

    private static string Name(string stat) => stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..stat.LastIndexOf(')')];

    /// <summary>Fields behind the name, which may hold blanks: utime and stime are the 12th and 13th.</summary>
    private static double Cpu(string stat)
    {
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = long.Parse(fields[UserField], CultureInfo.InvariantCulture) + long.Parse(fields[UserField + 1], CultureInfo.InvariantCulture);
        return ticks / TicksPerSecond;
    }

    private static long Resident(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
