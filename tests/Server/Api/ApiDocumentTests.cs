using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Server.Api;

namespace Sylk.Conference.Server.Tests;

public sealed class ApiDocumentTests
{
    private const string Committed = "docs/openapi/v1.json";

    private static readonly string Root = AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/", StringComparison.Ordinal)];

    [Fact(DisplayName = "I5 The document in docs/openapi equals the running server (SYLK_WRITE_OPENAPI=1 writes it)")]
    public async Task The_document_equals_the_server()
    {
        await using var world = await ApiWorld.StartAsync();
        var running = (await world.Server.Http.GetStringAsync("/openapi/v1.json")).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var file = Path.Combine(Root, Committed);
        if (Environment.GetEnvironmentVariable("SYLK_WRITE_OPENAPI") == "1")
            await File.WriteAllTextAsync(file, running);
        Assert.Equal((await File.ReadAllTextAsync(file)).ReplaceLineEndings("\n"), running);
        Assert.StartsWith("3.1", world.Document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        Assert.Matches("^openapi: '?3\\.1", await world.Server.Http.GetStringAsync("/openapi/v1.yaml"));
    }

    [Fact(DisplayName = "I5 Every mapped operation is in the document, with an id, a scope or none, and an example for its body")]
    public async Task Every_operation_is_described()
    {
        await using var world = await ApiWorld.StartAsync();
        var mapped = world.Server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<OperationFacts>() is not null)
            .Select(endpoint => endpoint.RoutePattern.RawText!).Distinct().Order().ToArray();
        Assert.NotEmpty(mapped);
        Assert.Equal(mapped, world.Document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order());
        Assert.All(world.Operations, operation =>
        {
            Assert.NotEmpty(operation.Facts.GetProperty("operationId").GetString()!);
            Assert.NotEmpty(operation.Facts.GetProperty("summary").GetString()!);
            Assert.True(operation.Facts.GetProperty("responses").TryGetProperty("default", out _));
            Assert.True(operation.Facts.TryGetProperty("x-codeSamples", out _));
            var named = operation.Path.Split('/').Count(part => part.StartsWith('{'));
            var described = operation.Facts.TryGetProperty("parameters", out var parameters)
                ? parameters.EnumerateArray().Count(one => one.GetProperty("in").GetString() == "path" && one.GetProperty("description").GetString() is { Length: > 0 })
                : 0;
            Assert.True(named == described, $"{operation.Verb} {operation.Path}: parameters without words");
        });
        Assert.Equal(world.Operations.Count(), world.Operations.Select(one => one.Facts.GetProperty("operationId").GetString()).Distinct().Count());
    }

    [Fact(DisplayName = "I5 Every example runs")]
    public async Task Every_example_runs()
    {
        await using var world = await ApiWorld.StartAsync();
        foreach (var (verb, path, facts) in world.Operations)
        {
            if (facts.GetProperty("operationId").GetString() == "bootstrap")
                continue; // the code of its example is nobody's; AccessTests redeem a real one
            await world.Api.SendAsync(HttpMethod.Delete, "/rooms/standup");
            var (body, type) = ApiWorld.Example(facts);
            var reply = await world.SendAsync(verb, await world.FillAsync(path), body, type);
            var expected = facts.GetProperty("responses").EnumerateObject().Select(one => one.Name).ToArray();
            Assert.True(reply.IsSuccessStatusCode, $"{verb} {path}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync()}");
            Assert.Contains(((int)reply.StatusCode).ToString(System.Globalization.CultureInfo.InvariantCulture), expected);
        }
    }

    [Fact(DisplayName = "The reference page fetches nothing from elsewhere")]
    public async Task The_reference_page_is_our_own()
    {
        await using var server = await RunningServer.StartAsync();
        var reply = await server.Http.GetAsync("/scalar/");
        if (reply.StatusCode is HttpStatusCode.Redirect or HttpStatusCode.MovedPermanently or HttpStatusCode.TemporaryRedirect)
            reply = await server.Http.GetAsync(new Uri(server.Address, reply.Headers.Location!));
        var page = await reply.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.DoesNotContain("//cdn", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("src=\"http", page, StringComparison.OrdinalIgnoreCase);
        var policy = reply.Headers.GetValues("Content-Security-Policy").Single();
        var nonce = policy.Split("'nonce-")[1].Split('\'')[0];
        Assert.All(page.Split("<script").Skip(1), script => Assert.Contains($"nonce=\"{nonce}\"", script.Split('>')[0], StringComparison.Ordinal));
        Assert.DoesNotContain("unsafe-inline", policy.Split("style-src")[0], StringComparison.Ordinal);
        foreach (var source in page.Split("src=\"").Skip(1).Select(part => part.Split('"')[0]))
            Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync(new Uri(new Uri(server.Address, "/scalar/"), source))).StatusCode);
    }
}
