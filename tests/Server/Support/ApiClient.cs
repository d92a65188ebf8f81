using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Server.Auth;

namespace Sylk.Conference.Server.Tests;

/// <summary>An integrator's program: one key, JSON in and out.</summary>
internal sealed class ApiClient : IDisposable
{
    private ApiClient(RunningServer server, NewKey key)
    {
        Key = key;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server.Address };
        Http.DefaultRequestHeaders.Authorization = new("Bearer", key.Text);
    }

    public NewKey Key { get; }
    public HttpClient Http { get; }

    /// <param name="scopes">All of them when none is named.</param>
    public static async Task<ApiClient> CreateAsync(RunningServer server, params string[] scopes)
    {
        var ring = server.Services.GetRequiredService<KeyRing>();
        return new(server, await ring.CreateAsync("test", [.. scopes.Length == 0 ? Scopes.All.AsEnumerable() : scopes], null));
    }

    public Task<HttpResponseMessage> GetAsync(string path) => Http.GetAsync($"/api/v1{path}");

    public Task<HttpResponseMessage> PostAsync(string path, object? body = null) => SendAsync(HttpMethod.Post, path, body);

    public Task<HttpResponseMessage> SendAsync(HttpMethod verb, string path, object? body = null, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(verb, $"/api/v1{path}");
        if (body is string text)
            request.Content = new StringContent(text, Encoding.UTF8, verb == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        else if (body is not null)
            request.Content = JsonContent.Create(body);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return Http.SendAsync(request);
    }

    public void Dispose() => Http.Dispose();

    public static async Task<JsonElement> Body(HttpResponseMessage reply, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await reply.Content.ReadAsStringAsync();
        Assert.True(reply.StatusCode == expected, $"{(int)reply.StatusCode}: {text}");
        return JsonElement.Parse(text);
    }

    /// <summary>The code of a problem, after checking that it is a whole one.</summary>
    public static async Task<string> Code(HttpResponseMessage reply)
    {
        Assert.Equal("application/problem+json", reply.Content.Headers.ContentType?.MediaType);
        var problem = JsonElement.Parse(await reply.Content.ReadAsStringAsync());
        Assert.Equal((int)reply.StatusCode, problem.GetProperty("status").GetInt32());
        Assert.Equal(reply.Headers.GetValues("Trace-Id").Single(), problem.GetProperty("traceId").GetString());
        return problem.GetProperty("code").GetString()!;
    }
}

/// <summary>A server that minds no number of requests, for all tests of a class.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;
    internal ApiClient Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await RunningServer.StartAsync(
            "--Limits:RequestsBurst=1000000", "--Limits:RequestsPerSecond=1000000",
            "--Limits:AnonymousRequestsBurst=1000000", "--Limits:AnonymousRequestsPerSecond=1000000");
        Api = await ApiClient.CreateAsync(Server);
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await Server.DisposeAsync();
    }
}
