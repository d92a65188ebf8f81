using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sylk.Conference.Server.Tests.Webhooks;

/// <summary>Somebody's web server that takes webhooks, and checks signatures as the Standard Webhooks specification says.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Receiver(WebApplication app) => _app = app;

    public ConcurrentQueue<Received> Got { get; } = [];

    /// <summary>What the next posts are answered with.</summary>
    public Func<HttpContext, int> Answer { get; set; } = _ => 204;

    public string Url => _app.Urls.First() + "/hook";

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var receiver = new Receiver(app);
        app.Map("/{**path}", receiver.TakeAsync);
        await app.StartAsync();
        return receiver;
    }

    /// <summary>Written from the public specification: the signed content is id, timestamp and body joined by dots; any of the listed signatures will do.</summary>
    public static bool Verify(Received got, string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var signed = Encoding.UTF8.GetBytes($"{got.Id}.{got.Timestamp.ToString(CultureInfo.InvariantCulture)}.{got.Body}");
        var expected = HMACSHA256.HashData(key, signed);
        foreach (var entry in got.Signature.Split(' '))
        {
            var parts = entry.Split(',', 2);
            if (parts is ["v1", var encoded] && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(encoded), expected))
                return true;
        }
        return false;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task TakeAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var headers = context.Request.Headers;
        Got.Enqueue(new(
            context.Request.Path, headers["webhook-id"].ToString(), long.Parse(headers["webhook-timestamp"].ToString(), CultureInfo.InvariantCulture),
            headers["webhook-signature"].ToString(), body));
        context.Response.StatusCode = Answer(context);
    }
}

internal sealed record Received(string Path, string Id, long Timestamp, string Signature, string Body);
