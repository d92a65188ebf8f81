namespace Sylk.Conference.Ctl.Cli;

/// <summary>What the tool finds around itself; tests bring their own.</summary>
internal sealed record Surroundings(TextWriter Output, TextWriter Error, Func<string, string?> Variable, string ProfileFile, bool IsTerminal)
{
    public static Surroundings OfThisProcess() => new(
        Console.Out,
        Console.Error,
        Environment.GetEnvironmentVariable,
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "sylkctl", "profiles.json"),
        !Console.IsOutputRedirected);
}
