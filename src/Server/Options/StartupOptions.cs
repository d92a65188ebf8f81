using System.Reflection;

namespace Sylk.Conference.Server.Options;

internal enum StartupRequest { Serve, CheckConfig, PrintConfig, Version }

/// <summary>What the command line, the environment and the files asked for, and everything that is wrong with it.</summary>
internal sealed class StartupOptions
{
    private const string SystemFolder = "/etc/sylk-conference";

    private readonly OptionKeys _keys;

    private StartupOptions(string[] args, Action<IConfigurationBuilder>? more)
    {
        _keys = new OptionKeys(Options);
        var line = CommandLine.Read(args);
        (Request, IsDevelopment) = (line.Request, line.IsDevelopment);
        Problems.AddRange(line.Problems);
        if (line.ConfigFile is { } file && !File.Exists(file))
            Problems.Add($"--config: there is no file {file}.");
        var configuration = Sources(line, more).Build().GetSection(SylkOptions.Root);
        try
        {
            _keys.Fill(configuration, Problems);
        }
        catch (InvalidDataException problem)
        {
            Problems.Add(problem.Message);
        }
        Problems.AddRange(OptionRules.Check(Options));
    }

    public static string Version { get; } =
        typeof(StartupOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public SylkOptions Options { get; } = new();
    public StartupRequest Request { get; }

    /// <summary>Loopback, in memory, logs for people.</summary>
    public bool IsDevelopment { get; }
    public List<string> Problems { get; } = [];

    public static StartupOptions Read(string[] args, Action<IConfigurationBuilder>? more = null) => new(args, more);

    public string Describe() => string.Join('\n', _keys.Describe());

    private static ConfigurationBuilder Sources(CommandLine line, Action<IConfigurationBuilder>? more)
    {
        var sources = new ConfigurationBuilder();
        if (line.ConfigFile is { } file)
        {
            if (File.Exists(file))
                sources.AddJsonFile(Path.GetFullPath(file));
        }
        else if (!line.IsDevelopment)
        {
            AddSystemFiles(sources);
        }
        sources.AddInMemoryCollection(FromEnvironment());
        more?.Invoke(sources);
        sources.AddInMemoryCollection(line.Settings.Select(s => KeyValuePair.Create($"{SylkOptions.Root}:{s.Key}", (string?)s.Value)));
        return sources;
    }

    private static void AddSystemFiles(ConfigurationBuilder sources)
    {
        sources.AddJsonFile(Path.Combine(SystemFolder, "appsettings.json"), optional: true);
        var parts = Path.Combine(SystemFolder, "conf.d");
        if (Directory.Exists(parts))
        {
            foreach (var part in Directory.GetFiles(parts, "*.json").Order(StringComparer.Ordinal))
                sources.AddJsonFile(part);
        }
        if (Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY") is { Length: > 0 } secrets && Directory.Exists(secrets))
            sources.AddKeyPerFile(secrets, optional: true);
    }

    private static IEnumerable<KeyValuePair<string, string?>> FromEnvironment()
    {
        foreach (System.Collections.DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var name = (string)entry.Key;
            if (name.StartsWith("Sylk__", StringComparison.OrdinalIgnoreCase))
                yield return KeyValuePair.Create(name.Replace("__", ":", StringComparison.Ordinal), (string?)entry.Value);
        }
    }
}
