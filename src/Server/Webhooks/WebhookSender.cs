using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Webhooks;

/// <param name="Status">Null when there was no answer.</param>
/// <param name="Error">In one line; null when it was accepted.</param>
internal readonly record struct SendResult(int? Status, string? Error, int DurationMs)
{
    public bool Accepted => Error is null;
}

/// <summary>Posts one delivery. What the other side answers is not read beyond its status line and headers.</summary>
internal sealed class WebhookSender : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;

    /// <param name="allowPrivate">Asked at every connection, so that the setting can change while we run.</param>
    public WebhookSender(Func<bool> allowPrivate) => _http = new HttpClient(Handler(allowPrivate)) { Timeout = Patience };


    public async Task<SendResult> SendAsync(Webhook webhook, WebhookDelivery delivery, DateTimeOffset now, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        int Elapsed() => (int)Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        try
        {
            using var request = Request(webhook, delivery, now);
            using var reply = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            var status = (int)reply.StatusCode;
            return new(status, reply.IsSuccessStatusCode ? null : $"answered {status}", Elapsed());
        }
        catch (HttpRequestException problem)
        {
            return new(null, problem.HttpRequestError == HttpRequestError.Unknown ? problem.Message : $"{problem.HttpRequestError}: {problem.Message}", Elapsed());
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(null, $"no answer within {Patience.TotalSeconds:0} s", Elapsed());
        }
    }

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler Handler(Func<bool> allowPrivate) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(3),
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        MaxConnectionsPerServer = 16,
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 64 * 1024,
        ConnectCallback = (context, cancellation) => TargetGuard.ConnectAsync(context.DnsEndPoint, allowPrivate(), cancellation),
    };

    private static HttpRequestMessage Request(Webhook webhook, WebhookDelivery delivery, DateTimeOffset now)
    {
        IEnumerable<string> secrets = webhook.FormerSecret is { } former && webhook.FormerSecretUntil > now
            ? [webhook.Secret, former] : [webhook.Secret];
        var body = new ByteArrayContent(Encoding.UTF8.GetBytes(delivery.Body));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, webhook.Url) { Content = body };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Sylk.Conference", "1"));
        request.Headers.Add("webhook-id", delivery.EventId);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSecret.Sign(secrets, delivery.EventId, now, delivery.Body));
        return request;
    }
}
