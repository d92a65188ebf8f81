using System.CommandLine;
using System.Text.Json;
using Sylk.Conference.Ctl.Output;
using Sylk.Conference.Ctl.Rest;

namespace Sylk.Conference.Ctl.Cli;

/// <summary>Options every verb takes. For server and key: the option, else the profile, else the environment, else this machine.</summary>
internal sealed class Globals
{
    private const string ThisMachine = "http://localhost:8080";

    private readonly Option<string?> _url = new("--url") { Description = "The server's address; else SYLKCTL_URL, else " + ThisMachine + ".", Recursive = true };
    private readonly Option<string?> _key = new("--key") { Description = "API key (sk_…); else SYLKCTL_KEY, which other users of this machine cannot see.", Recursive = true };
    private readonly Option<string?> _profile = new("--profile") { Description = "Server and key by this name in sylkctl/profiles.json; else SYLKCTL_PROFILE.", Recursive = true };
    private readonly Option<bool> _json = new("--json") { Description = "JSON as the server gives it.", Recursive = true };
    private readonly Option<bool> _quiet = new("--quiet") { Description = "Names or ids only.", Recursive = true };
    private readonly Option<bool> _noColor = new("--no-color") { Description = "No colours; so does NO_COLOR.", Recursive = true };

    public void AddTo(RootCommand root)
    {
        foreach (var option in new Option[] { _url, _key, _profile, _json, _quiet, _noColor })
            root.Options.Add(option);
    }

    /// <exception cref="UsageException">The profile is not there, or the address is none.</exception>
    public Session Open(ParseResult line, Surroundings around)
    {
        var profile = Profile.Find(line.GetValue(_profile) ?? around.Variable("SYLKCTL_PROFILE"), around.ProfileFile);
        var url = line.GetValue(_url) ?? profile.Url ?? around.Variable("SYLKCTL_URL") ?? ThisMachine;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
            throw new UsageException($"--url: \"{url}\" is not an address, such as https://meet.example.org.");
        var colours = around.IsTerminal && !line.GetValue(_noColor) && string.IsNullOrEmpty(around.Variable("NO_COLOR"));
        var printer = new Printer(around.Output, around.Error, line.GetValue(_json), line.GetValue(_quiet), colours);
        return new Session(new RestClient(server, line.GetValue(_key) ?? profile.Key ?? around.Variable("SYLKCTL_KEY")), printer);
    }

    private sealed record Profile(string? Url, string? Key)
    {
        private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

        public static Profile Find(string? name, string file)
        {
            if (name is null)
                return new(null, null);
            try
            {
                var all = File.Exists(file) ? JsonSerializer.Deserialize<Dictionary<string, Profile>>(File.ReadAllText(file), Web) : null;
                return all?.GetValueOrDefault(name) ?? throw new UsageException($"--profile: there is no {name} in {file}.");
            }
            catch (JsonException problem)
            {
                throw new UsageException($"{file}: {problem.Message}");
            }
        }
    }
}

/// <summary>The command line asks for something that cannot be.</summary>
internal sealed class UsageException(string message) : Exception(message);

/// <summary>One run of one verb.</summary>
internal sealed record Session(RestClient Rest, Printer Printer);
