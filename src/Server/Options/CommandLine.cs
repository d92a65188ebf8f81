namespace Sylk.Conference.Server.Options;

/// <summary>The flags of product §16, and settings as <c>--Section:Key=value</c> or <c>--Section:Key value</c>.</summary>
internal sealed class CommandLine
{
    public StartupRequest Request { get; private set; } = StartupRequest.Serve;
    public bool IsDevelopment { get; private set; }
    public string? ConfigFile { get; private set; }
    public Dictionary<string, string> Settings { get; } = new(StringComparer.OrdinalIgnoreCase);
    public List<string> Problems { get; } = [];

    public static CommandLine Read(string[] args)
    {
        var line = new CommandLine();
        for (var i = 0; i < args.Length; i++)
            i += line.Take(args[i], i + 1 < args.Length ? args[i + 1] : null);
        return line;
    }

    /// <returns>How many further arguments were used up.</returns>
    private int Take(string argument, string? next)
    {
        switch (argument)
        {
            case "--dev":
                IsDevelopment = true;
                return 0;
            case "--version":
                Request = StartupRequest.Version;
                return 0;
            case "--check-config":
                Request = StartupRequest.CheckConfig;
                return 0;
            case "--print-config":
                Request = StartupRequest.PrintConfig;
                return 0;
            case "--config":
                ConfigFile = next;
                if (next is null)
                    Problems.Add("--config: name a file.");
                return 1;
            default:
                return TakeSetting(argument, next);
        }
    }

    private int TakeSetting(string argument, string? next)
    {
        if (!argument.StartsWith("--", StringComparison.Ordinal) || !argument.Contains(':', StringComparison.Ordinal))
        {
            Problems.Add($"{argument}: not understood. Settings look like --Http:Urls=http://localhost:8080.");
            return 0;
        }
        var cut = argument.IndexOf('=', StringComparison.Ordinal);
        if (cut > 0)
        {
            Settings[argument[2..cut]] = argument[(cut + 1)..];
            return 0;
        }
        if (next is null)
            Problems.Add($"{argument}: a value is missing.");
        else
            Settings[argument[2..]] = next;
        return 1;
    }
}
