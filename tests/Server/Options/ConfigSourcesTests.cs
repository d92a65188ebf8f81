using Microsoft.Extensions.Logging.Abstractions;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Tests;

/// <summary>Product §15: the order of sources, and O6: what an operator reads after a typing mistake.</summary>
public sealed class ConfigSourcesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sylk-config").FullName;
    private readonly Dictionary<string, string> _environment = [];

    public ConfigSourcesTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "conf.d"));
        Directory.CreateDirectory(Path.Combine(_folder, "secrets"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(DisplayName = "Product 15 Later sources win: files, parts by name, a file per key, environment, command line")]
    public void Later_sources_win()
    {
        var shown = new List<string>();
        Write("appsettings.json", """{ "Sylk": { "Rooms": { "MaxParticipants": 1 } } }""");
        shown.Add(Seen());
        Write("conf.d/10-first.json", """{ "Sylk": { "Rooms": { "MaxParticipants": 2 } } }""");
        shown.Add(Seen());
        Write("conf.d/20-second.json", """{ "Sylk": { "Rooms": { "MaxParticipants": 3 } } }""");
        shown.Add(Seen());
        Write("secrets/Sylk__Rooms__MaxParticipants", "4\n");
        shown.Add(Seen());
        _environment["SYLK__Rooms__MaxParticipants"] = "5";
        shown.Add(Seen());
        shown.Add(Seen("--Rooms:MaxParticipants=6"));
        Assert.Equal(
            [
                $"1 {_folder}/appsettings.json:1", $"2 {_folder}/conf.d/10-first.json:1", $"3 {_folder}/conf.d/20-second.json:1",
                $"4 {_folder}/secrets/Sylk__Rooms__MaxParticipants", "5 environment SYLK__Rooms__MaxParticipants", "6 command line",
            ],
            shown);

        string Seen(params string[] args)
        {
            var startup = Read(args);
            Assert.Empty(startup.Problems);
            var setting = startup.Settings.Single(setting => setting.Key == "Rooms:MaxParticipants");
            return $"{setting.Value} {setting.Origin}";
        }
    }

    [Fact(DisplayName = "O6 A typing mistake is answered with file, line, key, allowed values and the nearest name; all mistakes at once")]
    public void Mistakes_are_named_with_their_place()
    {
        var file = Write("appsettings.json", """
            {
              // comments are allowed
              "Sylk": {
                "Rooms": { "MaxParticipant": 7, "AutoCreate": "singedIn" },
                "Media": {
                  "UdpPort": 70000,
                  "VideoCodecs": ["VP8", "VP7"]
                },
                "Observability": { "LogFormat": "xml" },
                "Storage": { "Mode": "postgres" },
              },
              "Http": { "Urls": "http://localhost" },
            }
            """);
        _environment["Sylk__Http__Url"] = "http://localhost";
        Assert.Equal(
            [
                $"{file}:12: Http: stands outside of Sylk; only what is inside is read.",
                $"{file}:4: Rooms:MaxParticipant: there is no such setting. Did you mean Rooms:MaxParticipants?",
                $"{file}:4: Rooms:AutoCreate: \"singedIn\" is not one of true, signedIn, false. Did you mean signedIn?",
                $"{file}:6: Media:UdpPort: must be 0 to 65535.",
                $"{file}:9: Observability:LogFormat: \"xml\" is not one of text, json.",
                $"{file}:7: Media:VideoCodecs: \"VP7\" is not one of VP8, VP9, H264, AV1. Did you mean VP8?",
                "environment Sylk__Http__Url: Http:Url: there is no such setting. Did you mean Http:Urls?",
                "Storage:Connection: is missing, but Storage:Mode is postgres.",
            ],
            Read().Problems);
    }

    [Theory]
    [InlineData("{ \"Sylk\": { \"Rooms\": ", 1, "this is not JSON")]
    [InlineData("{\n  \"Sylk\": {\n    \"Rooms\" 7 } }", 3, "this is not JSON")]
    [InlineData("[]", 1, "the file is one object with the member Sylk.")]
    [InlineData("{ \"Sylk\": 5 }", 1, "Sylk is an object.")]
    [InlineData("{ \"Sylk\": { \"Web\": { \"Root\": \"\" },\n\"Web\": { } } }", 2, "Web: is here twice.")]
    public void A_file_that_cannot_be_read_is_named_with_its_line(string text, int line, string problem)
    {
        var file = Write("appsettings.json", text);
        Assert.StartsWith($"{file}:{line}: {problem}", Assert.Single(Read().Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_of_objects_are_read_whole_and_replaced_whole()
    {
        Write("appsettings.json", """
            { "Sylk": { "Auth": { "Issuers": [ { "Issuer": "https://a.example" }, { "Issuer": "https://b.example", "Jwks": "https://b.example/keys" } ] } } }
            """);
        var issuers = Read().Options.Auth.Issuers;
        Assert.Equal(["https://a.example", "https://b.example"], issuers.Select(issuer => issuer.Issuer));
        Assert.Equal("https://b.example/keys", issuers[1].Jwks);
        Assert.Equal("https://c.example", Assert.Single(Read("--Auth:Issuers:0:Issuer=https://c.example").Options.Auth.Issuers).Issuer);
        Assert.Equal(
            ["Auth:Issuers:0:Isuer: there is no such setting. Did you mean Issuer?", "Auth:Issuers:0:Issuer: is missing."],
            Read("--Auth:Issuers:0:Isuer=x").Problems);
    }

    [Theory(DisplayName = "Reliability 1.11 Secrets of samples and short secrets stop the start; in development only those of samples")]
    [InlineData("correct horse battery staple", false, "is a value everybody knows from a sample")]
    [InlineData("CHANGE-ME", true, "is a value everybody knows from a sample")]
    [InlineData("fifteen-bytes-x", false, "is shorter than 16 bytes.")]
    [InlineData("fifteen-bytes-x", true, null)]
    [InlineData("sixteen-bytes-xx", false, null)]
    public void Weak_secrets_stop_the_start(string secret, bool development, string? problem)
    {
        string[] mode = development ? ["--dev"] : [];
        var startup = Read([.. mode, $"--Auth:Oidc:ClientSecret={secret}"]);
        if (problem is null)
            Assert.Empty(startup.Problems);
        else
            Assert.Contains($"Auth:Oidc:ClientSecret: {problem}", Assert.Single(startup.Problems), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, startup.Describe() + string.Join('\n', startup.Problems), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Secrets_are_printed_as_stars_and_every_key_with_its_origin()
    {
        Write("secrets/Sylk__Storage__Connection", "Host=db;Password=hunter2hunter2");
        var text = Read("--Storage:Mode=Postgres").Describe();
        Assert.Contains($"Storage:Connection = ***  # {_folder}/secrets/Sylk__Storage__Connection\n", text, StringComparison.Ordinal);
        Assert.Contains("Storage:Mode = postgres  # command line\n", text, StringComparison.Ordinal);
        Assert.Contains("Rooms:MaxParticipants = 100  # built-in, live\n", text, StringComparison.Ordinal);
    }

    [Fact(DisplayName = "Product 15 A reload takes over live keys, keeps what became wrong, and names what needs a restart")]
    public void Reload_takes_over_live_keys()
    {
        Write("appsettings.json", """{ "Sylk": { "Rooms": { "MaxParticipants": 10, "DepartureTimeoutMs": 7000 }, "Media": { "UdpPort": 11000 } } }""");
        var startup = Read();
        var (options, changes) = (startup.Options, 0);
        var live = new LiveOptions(startup, NullLogger<LiveOptions>.Instance);
        live.Changed += () => changes++;

        Write("appsettings.json", """{ "Sylk": { "Rooms": { "MaxParticipants": 20, "DepartureTimeoutMs": -1 }, "Media": { "UdpPort": 12000 } } }""");
        var report = live.Reload();
        Assert.Equal(["Rooms:MaxParticipants"], report.Applied);
        Assert.Equal(["Media:UdpPort"], report.NeedRestart);
        Assert.Equal($"{_folder}/appsettings.json:1: Rooms:DepartureTimeoutMs: must be 0 or more.", Assert.Single(report.Problems));
        Assert.Equal((20, 7000, 11_000, 1), (options.Rooms.MaxParticipants, options.Rooms.DepartureTimeoutMs, options.Media.UdpPort, changes));

        Write("appsettings.json", "{ \"Sylk\": ");
        Assert.Empty(live.Reload().Applied);
        Assert.Equal((20, 1), (options.Rooms.MaxParticipants, changes));

        Write("appsettings.json", "{}");
        Assert.Equal(["Rooms:DepartureTimeoutMs", "Rooms:MaxParticipants"], live.Reload().Applied);
        Assert.Equal((100, 20_000), (options.Rooms.MaxParticipants, options.Rooms.DepartureTimeoutMs));
    }

    [Fact]
    public void The_page_for_operators_has_every_key_with_its_default()
    {
        var rows = File.ReadLines(Path.Combine(ShippedRulesTests.Root, "docs/operations/configuration.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToList();
        var expected = Read().Settings.Select(setting => $"| `{setting.Key}`{(setting.IsLive ? " ↻" : "")} | {(setting.Value.Length > 0 ? $"`{setting.Value}`" : "")} |").ToList();
        Assert.Equal(expected.Order(StringComparer.Ordinal), rows.Select(row => expected.FirstOrDefault(start => row.StartsWith(start, StringComparison.Ordinal)) ?? row).Order(StringComparer.Ordinal));
    }

    private StartupOptions Read(params string[] args) => StartupOptions.Read(args, new ConfigPlaces(_folder, Path.Combine(_folder, "secrets"), _environment));

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }
}
