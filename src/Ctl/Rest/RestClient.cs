using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sylk.Conference.Ctl.Rest;

/// <summary>The server said no, by a problem (RFC 9457) or otherwise.</summary>
internal sealed class RefusedException(int status, JsonObject? problem, string reason) : Exception(reason)
{
    public int Status => status;

    public JsonObject? Problem => problem;
}

/// <summary>Nobody answered.</summary>
internal sealed class UnreachableException(string message, Exception cause) : Exception(message, cause);

/// <summary>The REST API of product §4.</summary>
internal sealed class RestClient : IDisposable
{
    private const string Base = "api/v1";
    private const int PageSize = 200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpClient _http;

    public RestClient(Uri server, string? key)
    {
        Server = server;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(server, "/"), Timeout = Timeout.InfiniteTimeSpan };
        if (key is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        _http.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("sylkctl", typeof(RestClient).Assembly.GetName().Version!.ToString(3)));
    }

    public Uri Server { get; }

    /// <returns>The body, or null when there is none.</returns>
    /// <exception cref="RefusedException">The status is not one of success.</exception>
    /// <exception cref="UnreachableException">There was no answer.</exception>
    public async Task<JsonNode?> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        using var request = new HttpRequestMessage(method, Base + path);
        if (body is not null)
        {
            var type = method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json";
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, type);
        }
        using var reply = await ReachAsync(() => _http.SendAsync(request, patience.Token), stop);
        var text = await ReachAsync(() => reply.Content.ReadAsStringAsync(patience.Token), stop);
        if (!reply.IsSuccessStatusCode)
            throw Refusal(reply, text);
        return text.Length == 0 ? null : Parse(reply, text);
    }

    public Task<JsonNode?> GetAsync(string path, CancellationToken stop) => SendAsync(HttpMethod.Get, path, null, stop);

    /// <summary>Follows <c>next</c> to the end.</summary>
    public async IAsyncEnumerable<JsonArray> PagesAsync(string path, [EnumeratorCancellation] CancellationToken stop)
    {
        string? cursor = null;
        do
        {
            var join = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var more = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var page = await GetAsync($"{path}{join}limit={PageSize}{more}", stop);
            yield return page as JsonArray ?? page?["items"] as JsonArray ?? [];
            cursor = page is JsonObject ? (string?)page["next"] : null;
        }
        while (cursor is not null);
    }

    /// <summary>A reply that is read while it comes; outside of the API too.</summary>
    public async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken stop)
    {
        var reply = await ReachAsync(() => _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop), stop);
        if (reply.IsSuccessStatusCode)
            return reply;
        using (reply)
            throw Refusal(reply, await reply.Content.ReadAsStringAsync(stop));
    }

    public static HttpRequestMessage Get(string path) => new(HttpMethod.Get, Base + path);

    /// <summary>Any page of the server, whatever its status.</summary>
    public Task<HttpResponseMessage> FetchAsync(string path, CancellationToken stop) => ReachAsync(() => _http.GetAsync(path, stop), stop);

    public void Dispose() => _http.Dispose();

    private async Task<T> ReachAsync<T>(Func<Task<T>> reach, CancellationToken stop)
    {
        try
        {
            return await reach();
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException || (problem is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw new UnreachableException($"{Server} does not answer: {(problem is OperationCanceledException ? "no reply in time" : problem.Message)}", problem);
        }
    }

    private static RefusedException Refusal(HttpResponseMessage reply, string text)
    {
        var status = (int)reply.StatusCode;
        try
        {
            return new(status, JsonNode.Parse(text) as JsonObject, reply.ReasonPhrase ?? "");
        }
        catch (JsonException)
        {
            return new(status, null, reply.ReasonPhrase ?? "");
        }
    }

    private static JsonNode? Parse(HttpResponseMessage reply, string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            throw new RefusedException((int)reply.StatusCode, null, "this is not the API of a Sylk.Conference server");
        }
    }
}
