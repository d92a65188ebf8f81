using System.CommandLine;

namespace Sylk.Conference.Ctl.Cli;

/// <summary>Arguments and options in one line each.</summary>
internal static class Takes
{
    public static Argument<string> Argument(string name, string description) => new(name) { Description = description };

    public static Option<string?> Text(string name, string description, bool required = false) => new(name) { Description = description, Required = required };

    public static Option<string?> Word(string name, string description, params string[] words)
    {
        var option = Text(name, description);
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    public static Option<string[]> Texts(string name, string description) =>
        new(name) { Description = description, AllowMultipleArgumentsPerToken = true };

    public static Option<int?> Number(string name, string description) => new(name) { Description = description };

    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };
}

/// <summary>Paths of the REST API with what was typed in them escaped.</summary>
internal static class Paths
{
    public static string Of(FormattableString path) =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, path.Format, [.. path.GetArguments().Select(part => Uri.EscapeDataString($"{part}"))]);

    public static string Query(string path, params (string Name, string? Value)[] parameters)
    {
        var query = string.Join('&', parameters.Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"));
        return query.Length == 0 ? path : $"{path}?{query}";
    }
}
