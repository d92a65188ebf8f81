using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sylk.Conference.Storage.Tests;

namespace Sylk.Conference.Server.Tests.Storage;

/// <summary>A real server on a place that stays when it is killed, with the first key made as an operator makes it.</summary>
internal sealed partial class KeptServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sylk-kept-").FullName;
    private readonly string[] _settings;
    private ServerProcess? _process;
    private string _key = "";

    private KeptServer(string[] settings) => _settings = ["--Rooms:AutoCreate=true", "--Webhooks:AllowPrivateNetworks=true", .. settings];

    public Uri Address => _process!.Address;

    /// <summary>Its <c>Server:DataDir</c>.</summary>
    public string Folder => _folder;

    /// <summary>Shows the key.</summary>
    public HttpClient Http => _process!.Http;

    public static Task<KeptServer> OnSqliteAsync(params string[] settings) => StartAsync(settings);

    public static async Task<KeptServer> OnPostgresAsync(PostgresCluster cluster) =>
        await StartAsync(["--Storage:Mode=postgres", $"--Storage:Connection={await cluster.CreateAsync()}"]);

    public async Task StartAgainAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = await ServerProcess.StartAsync([$"--Server:DataDir={_folder}", .. _settings]);
        Show(_key);
    }

    public Task KillAsync() => _process!.KillAsync();

    public void Show(string key) => Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

    public async Task<JsonElement> GetAsync(string path) => await Body(await Http.GetAsync($"/api/v1{path}"));

    public async Task<JsonElement> PostAsync(string path, object? body = null) => await Body(await Http.PostAsJsonAsync($"/api/v1{path}", body ?? new { }));

    public async Task<HubClient> JoinAsync(object request)
    {
        var client = await HubClient.ConnectAsync(Address);
        await client.JoinAsync(request);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<KeptServer> StartAsync(string[] settings)
    {
        var server = new KeptServer(settings);
        await server.StartAgainAsync();
        var code = FirstKey().Match(await server._process!.LineAsync(FirstKey())).Groups[1].Value;
        server.Http.DefaultRequestHeaders.Authorization = null;
        server._key = (await server.PostAsync("/bootstrap", new { code })).GetProperty("secret").GetString()!;
        server.Show(server._key);
        return server;
    }

    private static async Task<JsonElement> Body(HttpResponseMessage reply)
    {
        var text = await reply.Content.ReadAsStringAsync();
        Assert.True(reply.IsSuccessStatusCode, $"{(int)reply.StatusCode} {text}");
        return reply.StatusCode == HttpStatusCode.NoContent ? default : JsonElement.Parse(text);
    }

    [GeneratedRegex("#bootstrap=([0-9a-f]+)")]
    private static partial Regex FirstKey();
}
