using System.Collections.Concurrent;
using System.Globalization;
using Sylk.Conference.Audio.Prompts;

namespace Sylk.Conference.Audio;

/// <summary>
/// Recorded sounds: <c>{directory}/{language}/{name}.wav</c>, 16-bit PCM of any rate, kept at 48 kHz. <see cref="Load"/> reads files,
/// <see cref="TryGet"/> never does. Any thread.
/// </summary>
/// <param name="directory">Need not exist: then every prompt is unknown.</param>
public sealed class PromptLibrary(string directory)
{
    /// <summary>What stands in for a language or a prompt that is not there.</summary>
    public const string Fallback = "en";

    private const int LongestName = 64;
    private const long LargestFile = 32 << 20;

    private readonly ConcurrentDictionary<string, ReadOnlyMemory<float>> _sounds = new(StringComparer.Ordinal);

    /// <summary>Reads all sounds of a language, and those of the fallback. Blocks; not for the tick's thread. Doing it again reads again.</summary>
    /// <returns>How many sounds there are now.</returns>
    public int Load(string language)
    {
        LoadFolder(Fallback);
        if (IsName(language) && language != Fallback) LoadFolder(language);
        return _sounds.Count;
    }

    /// <summary>
    /// Finds what was loaded. <c>en-GB</c> is looked for as <c>en-gb</c>, then <c>en</c>, then in the fallback language.
    /// </summary>
    public bool TryGet(string language, string name, out ReadOnlyMemory<float> samples48k)
    {
        var tongue = language.ToLowerInvariant();
        var dash = tongue.IndexOf('-', StringComparison.Ordinal);
        return _sounds.TryGetValue(Key(tongue, name), out samples48k)
            || (dash > 0 && _sounds.TryGetValue(Key(tongue[..dash], name), out samples48k))
            || _sounds.TryGetValue(Key(Fallback, name), out samples48k);
    }

    /// <summary>Adds the sounds that say something: a prompt's name, or <c>number:17</c> for a number from 0 to 999.</summary>
    /// <returns>False when nothing of it is known; nothing is added then.</returns>
    public bool TryAppend(string language, string prompt, List<ReadOnlyMemory<float>> to)
    {
        if (!prompt.StartsWith("number:", StringComparison.Ordinal))
        {
            if (!TryGet(language, prompt, out var sound)) return false;
            to.Add(sound);
            return true;
        }

        if (!int.TryParse(prompt.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        var count = to.Count;
        foreach (var name in SpokenNumber.Names(number, IsKnown))
        {
            if (TryGet(language, name, out var sound)) to.Add(sound);
        }

        return to.Count > count;

        bool IsKnown(string name) => TryGet(language, name, out _);
    }

    private static string Key(string language, string name) => $"{language}/{name}";

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private void LoadFolder(string language)
    {
        var folder = Path.Combine(directory, language.ToLowerInvariant());
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder, "*.wav"))
        {
            if (new FileInfo(file).Length > LargestFile || WaveFile.Read(File.ReadAllBytes(file)) is not { } samples) continue;
            _sounds[Key(language.ToLowerInvariant(), Path.GetFileNameWithoutExtension(file))] = samples;
        }
    }
}
