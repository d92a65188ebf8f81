using System.Text.Json;

namespace Sylk.Conference.Micro.Allocations;

/// <summary>
/// Runs each hot operation many times and compares the bytes it allocated with the number committed in
/// <c>allocations.json</c>. More, or an operation without a number, fails; less asks to be committed.
/// </summary>
internal static class AllocationGate
{
    private const int WarmUp = 2_000;
    private const int Runs = 20_000;

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    public static int Run(bool write)
    {
        var measured = HotOperations.All.ToDictionary(o => o.Name, o => Measure(o.Prepare()));
        if (write)
        {
            File.WriteAllText(CommittedPath(), JsonSerializer.Serialize(measured, Json) + "\n");
            return 0;
        }

        var committed = JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(CommittedPath()))!;
        var grown = measured.Where(m => !Report(m.Key, m.Value, committed)).ToList();
        return Complete(measured, committed) && grown.Count == 0 ? 0 : 1;
    }

    /// <summary>Bytes per run on this thread, after warm-up.</summary>
    private static double Measure(Action operation)
    {
        Repeat(operation, WarmUp);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Repeat(operation, Runs);
        return Math.Round((GC.GetAllocatedBytesForCurrentThread() - before) / (double)Runs, 2);
    }

    private static void Repeat(Action operation, int times)
    {
        for (var i = 0; i < times; i++)
        {
            operation();
        }
    }

    private static bool Report(string name, double bytes, Dictionary<string, double> committed)
    {
        var known = committed.TryGetValue(name, out var limit);
        var fits = known && bytes <= limit;
        var word = !known ? "NOT COMMITTED" : bytes > limit ? $"GREW from {limit}" : bytes < limit ? $"less than {limit}: commit it" : "ok";
        Console.WriteLine($"{bytes,10:0.##} B  {name}  {word}");
        return fits;
    }

    private static bool Complete(Dictionary<string, double> measured, Dictionary<string, double> committed)
    {
        var gone = committed.Keys.Except(measured.Keys).ToList();
        gone.ForEach(name => Console.WriteLine($"no such operation any more: {name}"));
        return gone.Count == 0;
    }

    // The source tree's file, so that --write changes what is committed; the copy beside the program where there is no tree.
    private static string CommittedPath()
    {
        const string Name = "allocations.json";
        var inTree = Path.Combine(AppContext.BaseDirectory, "../../../", Name);
        return File.Exists(inTree) ? inTree : Path.Combine(AppContext.BaseDirectory, Name);
    }
}
