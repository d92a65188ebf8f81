using System.Runtime.InteropServices;

namespace Sylk.Conference.Audio;

/// <summary>What the operating system must bring for phones to have sound.</summary>
public static class AudioLibraries
{
    private static readonly string[] Needed = [LibOpusName, LibSpeexDspName];

    internal const string LibOpusName = "libopus.so.0";
    internal const string LibSpeexDspName = "libspeexdsp.so.1";

    /// <summary>Names of libraries that are not installed; empty when phones can be served.</summary>
    public static IReadOnlyList<string> Missing { get; } = [.. Needed.Where(name => !NativeLibrary.TryLoad(name, out _))];
}
