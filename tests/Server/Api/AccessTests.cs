using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;

namespace Sylk.Conference.Server.Tests;

public sealed class AccessTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly RunningServer _server = fixture.Server;
    private readonly ApiClient _api = fixture.Api;

    [Fact]
    public async Task Without_a_key_nothing_is_told()
    {
        var reply = await _server.Http.GetAsync("/api/v1/server");
        Assert.Equal(HttpStatusCode.Unauthorized, reply.StatusCode);
        Assert.Equal("Bearer", reply.Headers.WwwAuthenticate.ToString());
        Assert.Equal(ErrorCodes.TokenRequired, await ApiClient.Code(reply));
    }

    [Theory]
    [InlineData("sk_nonsense")]
    [InlineData("sk_01ARZ3NDEKTSV4RRFFQ69G5FAV_0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("")]
    public async Task A_wrong_key_is_refused(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/server");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        Assert.Equal(ErrorCodes.TokenInvalid, await ApiClient.Code(await _server.Http.SendAsync(request)));
    }

    [Fact]
    public async Task The_right_id_with_another_secret_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/server");
        request.Headers.Authorization = new("Bearer", _api.Key.Key.Text(ApiKey.NewSecret()));
        Assert.Equal(ErrorCodes.TokenInvalid, await ApiClient.Code(await _server.Http.SendAsync(request)));
    }

    [Fact(DisplayName = "TW-09 A key does what its scopes say and nothing else")]
    public async Task A_key_does_what_its_scopes_say()
    {
        using var reader = await ApiClient.CreateAsync(_server, Scopes.ServerRead);
        await ApiClient.Body(await reader.GetAsync("/server"));
        var refused = await reader.PostAsync("/api-keys", new { name = "more", scopes = new[] { Scopes.ServerWrite } });
        Assert.Equal(ErrorCodes.CapabilityMissing, await ApiClient.Code(refused));
        Assert.Contains(Scopes.ServerWrite, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_key_makes_a_mightier_one()
    {
        using var limited = await ApiClient.CreateAsync(_server, Scopes.ServerWrite, Scopes.RoomsRead);
        var refused = await limited.PostAsync("/api-keys", new { name = "x", scopes = new[] { Scopes.RoomsRead, Scopes.RoomsWrite } });
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(refused));
        Assert.Contains("scopes[1]", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_made_listed_turned_and_taken_back()
    {
        var made = await ApiClient.Body(
            await _api.PostAsync("/api-keys", new { name = "booking", scopes = new[] { Scopes.ServerRead } }), HttpStatusCode.Created);
        var (id, secret) = (made.GetProperty("id").GetString()!, made.GetProperty("secret").GetString()!);
        Assert.StartsWith("sk_", secret, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusWith(secret));
        var shown = (await ApiClient.Body(await _api.GetAsync("/api-keys?limit=200"))).GetProperty("items").EnumerateArray()
            .Single(key => key.GetProperty("id").GetString() == id);
        Assert.StartsWith(shown.GetProperty("prefix").GetString()!, secret, StringComparison.Ordinal);
        Assert.NotEqual(JsonValueKind.Null, shown.GetProperty("lastUsedAt").ValueKind);
        Assert.DoesNotContain(secret, await (await _api.GetAsync("/api-keys?limit=200")).Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var turned = await ApiClient.Body(await _api.PostAsync($"/api-keys/{id}/rotate", new { graceMs = 60_000 }));
        Assert.Equal(HttpStatusCode.OK, await StatusWith(turned.GetProperty("secret").GetString()!));
        Assert.Equal(HttpStatusCode.OK, await StatusWith(secret));
        _server.Time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusWith(secret));

        Assert.Equal(HttpStatusCode.NoContent, (await _api.SendAsync(HttpMethod.Delete, $"/api-keys/{id}")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusWith(turned.GetProperty("secret").GetString()!));
    }

    [Fact]
    public async Task Keys_are_kept_as_fingerprints()
    {
        var kept = await _server.Services.GetRequiredService<IKeyStore>().FindAsync(_api.Key.Key.Id);
        var secret = _api.Key.Text.Split('_')[2];
        Assert.Equal(64, secret.Length);
        Assert.DoesNotContain(secret, kept!.ToString(), StringComparison.Ordinal);
    }

    [Fact(DisplayName = "The link of the first start makes one key, once")]
    public async Task The_link_of_the_first_start_makes_one_key()
    {
        await using var fresh = await RunningServer.StartAsync();
        var code = await fresh.Services.GetRequiredService<Bootstrap>().OfferAsync();
        Assert.NotNull(code);
        Assert.Equal(ErrorCodes.TokenInvalid, await ApiClient.Code(await Redeem(fresh, "0123")));
        var made = await ApiClient.Body(await Redeem(fresh, code), HttpStatusCode.Created);
        Assert.Equal(Scopes.All.Count, made.GetProperty("scopes").GetArrayLength());
        Assert.Equal(ErrorCodes.TokenInvalid, await ApiClient.Code(await Redeem(fresh, code)));
        Assert.Null(await fresh.Services.GetRequiredService<Bootstrap>().OfferAsync());
        await using var off = await RunningServer.StartAsync("--Auth:BootstrapAdmin=false");
        Assert.Null(await off.Services.GetRequiredService<Bootstrap>().OfferAsync());
    }

    [Fact(DisplayName = "TW-02 A session cookie proves nothing without its header")]
    public async Task A_session_cookie_needs_its_header()
    {
        var opened = await _api.PostAsync("/session");
        var csrf = (await ApiClient.Body(opened, HttpStatusCode.Created)).GetProperty("csrf").GetString()!;
        var cookie = opened.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        var pair = cookie.Split(';')[0];
        Assert.Equal(ErrorCodes.CapabilityMissing, await ApiClient.Code(await WithCookie(HttpMethod.Get, "/server", pair, null)));
        Assert.Equal(ErrorCodes.CapabilityMissing, await ApiClient.Code(await WithCookie(HttpMethod.Get, "/server", pair, "guess")));
        Assert.Equal(HttpStatusCode.OK, (await WithCookie(HttpMethod.Get, "/server", pair, csrf)).StatusCode);
        Assert.Equal(csrf, (await ApiClient.Body(await WithCookie(HttpMethod.Get, "/session", pair, null))).GetProperty("csrf").GetString());
        Assert.Equal(ErrorCodes.CapabilityMissing, await ApiClient.Code(await WithCookie(HttpMethod.Delete, "/session", pair, null)));
        Assert.Equal(HttpStatusCode.NoContent, (await WithCookie(HttpMethod.Delete, "/session", pair, csrf)).StatusCode);
    }

    [Fact]
    public async Task The_session_of_a_key_ends_with_the_key()
    {
        using var second = await ApiClient.CreateAsync(_server);
        var opened = await second.PostAsync("/session");
        var csrf = (await ApiClient.Body(opened, HttpStatusCode.Created)).GetProperty("csrf").GetString()!;
        var pair = opened.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        Assert.Equal(HttpStatusCode.OK, (await WithCookie(HttpMethod.Get, "/server", pair, csrf)).StatusCode);
        await _api.SendAsync(HttpMethod.Delete, $"/api-keys/{second.Key.Key.Id}");
        Assert.Equal(HttpStatusCode.Unauthorized, (await WithCookie(HttpMethod.Get, "/server", pair, csrf)).StatusCode);
    }

    private async Task<HttpResponseMessage> WithCookie(HttpMethod verb, string path, string cookie, string? csrf)
    {
        var request = new HttpRequestMessage(verb, $"/api/v1{path}");
        request.Headers.Add("Cookie", cookie);
        if (csrf is not null)
            request.Headers.Add("X-CSRF-Token", csrf);
        using var http = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = _server.Address };
        return await http.SendAsync(request);
    }

    private async Task<HttpStatusCode> StatusWith(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/server");
        request.Headers.Authorization = new("Bearer", key);
        return (await _server.Http.SendAsync(request)).StatusCode;
    }

    private static Task<HttpResponseMessage> Redeem(RunningServer server, string code) =>
        server.Http.PostAsJsonAsync("/api/v1/bootstrap", new { code });
}
