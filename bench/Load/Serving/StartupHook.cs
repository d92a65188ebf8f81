using System.Globalization;

/// <summary>
/// Loaded into the server by DOTNET_STARTUP_HOOKS when a load wants to know about its memory: notes allocated octets, pauses and
/// each collection of the oldest generation in a file. Its name and place are the runtime's choice.
/// </summary>
#pragma warning disable CA1050 // the runtime looks for it outside any namespace
internal static class StartupHook
#pragma warning restore CA1050
{
    public const string FileVariable = "SYLK_LOAD_MEMORY_FILE";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } path)
            new Thread(() => Watch(path)) { IsBackground = true, Name = "memory watch" }.Start();
    }

    private static void Watch(string path)
    {
        var oldest = -1;
        while (true)
        {
            var count = GC.CollectionCount(2);
            var pause = count > Math.Max(oldest, 0) ? LastPause() : 0;
            oldest = count;
            File.AppendAllText(path, string.Create(
                CultureInfo.InvariantCulture,
                $"{GC.GetTotalAllocatedBytes()} {GC.GetTotalPauseDuration().TotalMilliseconds} {GC.CollectionCount(0)} {GC.CollectionCount(1)} {count} {pause}\n"));
            Thread.Sleep(Interval);
        }
    }

    /// <summary>Milliseconds that the last collection of the oldest generation stopped the program, both its stops if it had two.</summary>
    private static double LastPause()
    {
        var (blocking, background) = (GC.GetGCMemoryInfo(GCKind.FullBlocking), GC.GetGCMemoryInfo(GCKind.Background));
        var last = background.Index > blocking.Index ? background : blocking;
        var total = TimeSpan.Zero;
        foreach (var pause in last.PauseDurations)
            total += pause;
        return total.TotalMilliseconds;
    }
}
