using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Sylk.Conference.Ctl.Tests;

internal sealed record Asked(string Method, string Path, string Query, string Key, string ContentType, JsonNode? Body)
{
    public override string ToString() => $"{Method} {Path}{Query}{(Body is null ? "" : $" {Body.ToJsonString()}")}";
}

/// <summary>An HTTP server that says what a test tells it to, and remembers what it was asked.</summary>
internal sealed class StubServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StubServer(WebApplication app) => _app = app;

    public ConcurrentQueue<Asked> Requests { get; } = new();

    /// <summary>By "METHOD /path?query"; others get 204.</summary>
    public Dictionary<string, (int Status, string Body)> Answers { get; } = [];

    public string Url => _app.Urls.First();

    public static async Task<StubServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var stub = new StubServer(app);
        app.Urls.Add("http://127.0.0.1:0");
        app.Map("/{**path}", stub.AnswerAsync);
        await app.StartAsync();
        return stub;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var (request, body) = (context.Request, await new StreamReader(context.Request.Body).ReadToEndAsync());
        // As it came over the wire: escapes are part of what is tested.
        var path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        Requests.Enqueue(new(
            request.Method, path, request.QueryString.Value ?? "", request.Headers.Authorization.ToString(), request.ContentType ?? "",
            body.Length == 0 ? null : JsonNode.Parse(body)));
        if (!Answers.TryGetValue($"{request.Method} {path}{request.QueryString}", out var answer))
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }
        context.Response.StatusCode = answer.Status;
        context.Response.ContentType = answer.Body.StartsWith('{') || answer.Body.StartsWith('[') ? "application/json" : "text/event-stream";
        await context.Response.WriteAsync(answer.Body);
    }
}
