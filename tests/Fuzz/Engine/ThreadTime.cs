using System.Diagnostics;
using System.Globalization;

namespace Sylk.Conference.Fuzz.Tests.Engine;

/// <summary>
/// Time the calling thread has spent on a processor, so that a busy machine does not make an input look slow. Good to a few
/// milliseconds; where the kernel does not tell, the clock on the wall.
/// </summary>
internal static class ThreadTime
{
    private const string Source = "/proc/thread-self/schedstat";

    public static double Milliseconds()
    {
        if (!File.Exists(Source))
        {
            return Stopwatch.GetTimestamp() * 1000.0 / Stopwatch.Frequency;
        }

        var text = File.ReadAllText(Source).AsSpan();
        return long.Parse(text[..text.IndexOf(' ')], CultureInfo.InvariantCulture) / 1e6;
    }
}
