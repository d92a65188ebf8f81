using System.Reflection;

namespace Sylk.Conference.Server.Options;

internal enum StartupRequest { Serve, CheckConfig, PrintConfig, Version }

/// <summary>A key as it is in force, for people: secrets masked.</summary>
internal readonly record struct EffectiveSetting(string Key, string Value, string Origin, bool IsLive);

/// <summary>What the command line, the environment and the files asked for, and everything that is wrong with it.</summary>
internal sealed class StartupOptions
{
    private readonly Func<StartupOptions> _again;
    private readonly List<OptionProblem> _problems = [];

    private StartupOptions(string[] args, ConfigPlaces places, Action<IConfigurationBuilder>? more)
    {
        _again = () => new StartupOptions(args, places, more);
        Keys = new OptionKeys(Options);
        var line = CommandLine.Read(args);
        (Request, IsDevelopment) = (line.Request, line.IsDevelopment);
        _problems.AddRange(line.Problems.Select(text => new OptionProblem("", text, Origin.CommandLine)));
        foreach (var layer in SettingSources.Read(line, places, more))
        {
            Keys.Take(layer, _problems);
            IsReadable &= !layer.IsUnreadable;
        }
        if (IsDevelopment && OriginOf("Storage:Mode") == Origin.BuiltIn)
            Options.Storage.Mode = "memory";
        _problems.AddRange(OptionRules.Check(Options).Select(problem => new OptionProblem(problem.Key, problem.Text, OriginOf(problem.Key))));
        _problems.AddRange(SecretRules.Check(Keys, IsDevelopment));
    }

    public static string Version { get; } =
        typeof(StartupOptions).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public SylkOptions Options { get; } = new();
    public OptionKeys Keys { get; }
    public StartupRequest Request { get; }

    /// <summary>Loopback, in memory, logs for people.</summary>
    public bool IsDevelopment { get; }

    /// <summary>False when a source could not be read at all.</summary>
    public bool IsReadable { get; } = true;

    /// <summary>One line each.</summary>
    public List<string> Problems => [.. _problems.Select(problem => problem.ToString())];

    public IEnumerable<string> WrongKeys => _problems.Select(problem => problem.Key);

    public IEnumerable<EffectiveSetting> Settings =>
        Keys.Leaves.Select(leaf => new EffectiveSetting(leaf.Key, leaf.Show(), leaf.Origin.ToString(), leaf.IsLive));

    public static StartupOptions Read(string[] args, Action<IConfigurationBuilder>? more = null) =>
        Read(args, ConfigPlaces.OfThisMachine(), more);

    public static StartupOptions Read(string[] args, ConfigPlaces places, Action<IConfigurationBuilder>? more = null) => new(args, places, more);

    /// <summary>The same sources, as they are now.</summary>
    public StartupOptions ReadAgain() => _again();

    public string Describe() => string.Join('\n', Settings.Select(setting => $"{setting.Key} = {setting.Value}  # {setting.Origin}{(setting.IsLive ? ", live" : "")}"));

    private Origin OriginOf(string key) => Keys.Leaves.FirstOrDefault(leaf =>
        key.Equals(leaf.Key, StringComparison.OrdinalIgnoreCase) || key.StartsWith(leaf.Key + ":", StringComparison.OrdinalIgnoreCase))?.Origin ?? Origin.BuiltIn;
}
