using Sylk.Conference.Ctl.Cli;

namespace Sylk.Conference.Ctl.Tests;

/// <summary>One run of the tool, in this process.</summary>
internal static class Ctl
{
    public static Task<(int Code, string Output, string Errors)> RunAsync(string url, params string[] args) => RunWithAsync(new() { ["SYLKCTL_URL"] = url }, "", args);

    public static async Task<(int Code, string Output, string Errors)> RunWithAsync(Dictionary<string, string> variables, string profiles, params string[] args)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = await Tool.RunAsync(args, new Surroundings(output, error, variables.GetValueOrDefault, profiles, IsTerminal: variables.ContainsKey("TERMINAL")));
        return (code, output.ToString(), error.ToString());
    }
}
