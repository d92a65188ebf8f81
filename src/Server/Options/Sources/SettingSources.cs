using System.Collections;

namespace Sylk.Conference.Server.Options;

/// <summary>Where a machine keeps what is not on the command line.</summary>
/// <param name="Folder">Has <c>appsettings.json</c> and <c>conf.d</c>.</param>
/// <param name="Secrets">Files named like variables, such as <c>Sylk__Auth__Oidc__ClientSecret</c>.</param>
internal sealed record ConfigPlaces(string Folder, string Secrets, IDictionary Environment)
{
    public static ConfigPlaces OfThisMachine()
    {
        var credentials = System.Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY");
        return new("/etc/sylk-conference", credentials ?? "/run/secrets/sylk-conference", System.Environment.GetEnvironmentVariables());
    }
}

/// <summary>
/// The order of product §15, later wins: built-in, appsettings.json, conf.d by name, a file per key, environment, command line.
/// <c>--config FILE</c> stands for the first two; <c>--dev</c> uses no file of the machine.
/// </summary>
internal static class SettingSources
{
    private const string Prefix = SylkOptions.Root + "__";

    public static IEnumerable<SettingLayer> Read(CommandLine line, ConfigPlaces places, Action<IConfigurationBuilder>? more)
    {
        foreach (var file in Files(line, places))
            yield return FromFile(file);
        if (!line.IsDevelopment && Directory.Exists(places.Secrets))
            yield return FromSecrets(places.Secrets);
        yield return FromEnvironment(places.Environment);
        if (more is not null)
            yield return FromCode(more);
        yield return FromCommandLine(line);
    }

    private static IEnumerable<string> Files(CommandLine line, ConfigPlaces places)
    {
        if (line.ConfigFile is { } file)
            return [Path.GetFullPath(file)];
        if (line.IsDevelopment)
            return [];
        var (main, parts) = (Path.Combine(places.Folder, "appsettings.json"), Path.Combine(places.Folder, "conf.d"));
        string[] found = Directory.Exists(parts) ? [.. Directory.GetFiles(parts, "*.json").Order(StringComparer.Ordinal)] : [];
        return File.Exists(main) ? [main, .. found] : found;
    }

    private static SettingLayer FromFile(string file)
    {
        var layer = new SettingLayer();
        JsonSettings.Read(file, layer);
        return layer;
    }

    private static SettingLayer FromSecrets(string folder)
    {
        var layer = new SettingLayer();
        foreach (var file in Directory.GetFiles(folder, Prefix + "*").Order(StringComparer.Ordinal))
        {
            try
            {
                layer.Settings.Add(new Setting(KeyOf(Path.GetFileName(file)), File.ReadAllText(file).TrimEnd('\r', '\n'), new Origin(file)));
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                layer.Unreadable("", $"cannot be read: {problem.Message}", new Origin(file));
            }
        }
        return layer;
    }

    private static SettingLayer FromEnvironment(IDictionary variables)
    {
        var layer = new SettingLayer();
        foreach (DictionaryEntry entry in variables)
        {
            if ((string)entry.Key is var name && name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
                layer.Settings.Add(new Setting(KeyOf(name), (string?)entry.Value ?? "", new Origin($"environment {name}")));
        }
        return layer;
    }

    private static SettingLayer FromCode(Action<IConfigurationBuilder> more)
    {
        var (layer, sources) = (new SettingLayer(), new ConfigurationBuilder());
        more(sources);
        foreach (var (key, value) in sources.Build().GetSection(SylkOptions.Root).AsEnumerable(makePathsRelative: true))
        {
            if (value is not null)
                layer.Settings.Add(new Setting(key, value, new Origin("code")));
        }
        return layer;
    }

    private static SettingLayer FromCommandLine(CommandLine line)
    {
        var layer = new SettingLayer();
        layer.Settings.AddRange(line.Settings.Select(setting => new Setting(setting.Key, setting.Value, Origin.CommandLine)));
        return layer;
    }

    private static string KeyOf(string name) => name[Prefix.Length..].Replace("__", ":", StringComparison.Ordinal);
}
