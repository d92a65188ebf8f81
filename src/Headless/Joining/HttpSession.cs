using System.Net.Http.Headers;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Headless.Joining;

/// <summary>The server said no, or something that is not an answer.</summary>
public sealed class JoinRefusedException(string message) : Exception(message);

/// <summary>One WHIP or WHEP resource (RFC 9725): opened by POST of an offer, ended by DELETE.</summary>
public sealed class HttpSession : ISession
{
    private const string SdpType = "application/sdp";
    private readonly HttpClient _http;
    private readonly Uri _resource;
    private readonly string? _token;

    private HttpSession(HttpClient http, Uri resource, string? token, SessionDescription answer)
    {
        (_http, _resource, _token) = (http, resource, token);
        Answer = answer;
    }

    public SessionDescription Answer { get; }

    /// <param name="http">May be shared by any number of sessions.</param>
    /// <param name="endpoint">Such as <c>http://host/whip/room?name=…</c>.</param>
    /// <param name="offer">Ours.</param>
    /// <param name="token">A join token, where the room needs one.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="JoinRefusedException">Not 201 with an answer and a location.</exception>
    public static async Task<HttpSession> OpenAsync(
        HttpClient http, Uri endpoint, SessionDescription offer, string? token, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, endpoint);
        request.Content = new StringContent(offer.ToString(), new MediaTypeHeaderValue(SdpType));
        Authorize(request, token);
        using var response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
        var body = await response.Content.ReadAsStringAsync(cancellation).ConfigureAwait(false);
        if (response.StatusCode != System.Net.HttpStatusCode.Created || response.Headers.Location is not { } location)
            throw new JoinRefusedException($"{endpoint} answered {(int)response.StatusCode}: {body}");
        if (!SdpParser.TryParse(body, out var answer, out var error) || AnswerCheck.Find(offer, answer) != AnswerFault.None)
            throw new JoinRefusedException($"{endpoint} answered SDP that does not fit the offer ({error.Code}).");
        return new HttpSession(http, new Uri(endpoint, location), token, answer);
    }

    public async Task CloseAsync(CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, _resource);
        Authorize(request, _token);
        using var response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
    }

    private static void Authorize(HttpRequestMessage request, string? token)
    {
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }
}
