using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests;

/// <summary>Sign-in of people by OpenID Connect against a provider over real HTTP (product §9).</summary>
public sealed class OidcTests : IAsyncLifetime
{
    private OidcProvider _provider = null!;
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _provider = await OidcProvider.StartAsync();
        _server = await RunningServer.StartAsync(
            $"--Auth:Oidc:Authority={_provider.Authority}", $"--Auth:Oidc:ClientId={OidcProvider.ClientId}", $"--Auth:Oidc:ClientSecret={OidcProvider.Secret}",
            "--Auth:Oidc:AdminClaim=groups", "--Auth:Oidc:AdminValues:0=operators", "--Rooms:AutoCreate=signedIn",
            "--Limits:AnonymousRequestsBurst=1000", "--Limits:AnonymousRequestsPerSecond=1000");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _provider.DisposeAsync();
    }

    [Fact(DisplayName = "Code with PKCE: whoever has the admin claim has every scope, in a session that needs its header")]
    public async Task An_administrator_signs_in()
    {
        using var browser = new Browser(_server);
        Assert.Equal("/admin", await browser.SignInAsync("/admin"));
        var session = await browser.SessionAsync();
        Assert.Equal(("Jane Doe", "person:jane@example.org"), (session.GetProperty("name").GetString(), session.GetProperty("id").GetString()));
        Assert.Equal(ErrorCodes.CapabilityMissing, await ApiClient.Code(await browser.Http.GetAsync("/api/v1/rooms")));
        browser.Http.DefaultRequestHeaders.Add("X-CSRF-Token", session.GetProperty("csrf").GetString());
        await ApiClient.Body(await browser.Http.GetAsync("/api/v1/rooms"));
        await ApiClient.Body(await browser.Http.PostAsJsonAsync("/api/v1/api-keys", new { name = "mine", scopes = new[] { "rooms:read" } }), HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.NoContent, (await browser.Http.DeleteAsync("/api/v1/session")).StatusCode);
        Assert.False((await browser.SessionAsync()).GetProperty("signedIn").GetBoolean());
    }

    [Fact(DisplayName = "Without the claim somebody is known, and may administer nothing")]
    public async Task A_member_signs_in()
    {
        _provider.Claims["groups"] = new[] { "staff" };
        using var browser = new Browser(_server);
        await browser.SignInAsync("/");
        var session = await browser.SessionAsync();
        Assert.Empty(session.GetProperty("scopes").EnumerateArray());
        browser.Http.DefaultRequestHeaders.Add("X-CSRF-Token", session.GetProperty("csrf").GetString());
        Assert.Equal(ErrorCodes.CapabilityMissing, await ApiClient.Code(await browser.Http.GetAsync("/api/v1/server")));
    }

    [Fact(DisplayName = "An address the provider did not check is no identity: the subject is")]
    public async Task An_unchecked_address_is_no_identity()
    {
        _provider.Claims["email_verified"] = false;
        using var browser = new Browser(_server);
        await browser.SignInAsync("/");
        Assert.Equal("person:248289761001", (await browser.SessionAsync()).GetProperty("id").GetString());
    }

    [Fact(DisplayName = "TW-01 Who signed in opens a room as who they are; the cookie alone proves nothing")]
    public async Task Who_signed_in_opens_a_room()
    {
        using var browser = new Browser(_server);
        await browser.SignInAsync("/");
        var csrf = (await browser.SessionAsync()).GetProperty("csrf").GetString();
        foreach (var (room, shown) in new[] { ("one", null), ("two", "guessed"), ("three", "") })
            Assert.Equal(ErrorCodes.TokenRequired, HubClient.Code(await browser.JoinAsync(room, shown)));
        var self = HubClient.Value(await browser.JoinAsync("four", csrf)).GetProperty("self");
        Assert.Equal(("jane@example.org", "Jane"), (self.GetProperty("identity").GetString(), self.GetProperty("displayName").GetString()));
        await using var stranger = await HubClient.ConnectAsync(_server);
        Assert.Equal(ErrorCodes.TokenRequired, HubClient.Code(await stranger.CallAsync("Join", new { room = "five", displayName = "X", session = csrf })));
    }

    [Theory(DisplayName = "A wrong answer of the provider signs nobody in")]
    [InlineData("nonce")]
    [InlineData("audience")]
    [InlineData("issuer")]
    [InlineData("expired")]
    [InlineData("key")]
    [InlineData("none")]
    public async Task A_wrong_answer_signs_nobody_in(string flaw)
    {
        _provider.Flaw = flaw;
        using var browser = new Browser(_server);
        Assert.Equal("/admin#signin=failed", await browser.SignInAsync("/admin"));
        Assert.False((await browser.SessionAsync()).GetProperty("signedIn").GetBoolean());
    }

    [Fact(DisplayName = "A callback nobody began, and one that is shown twice, sign nobody in")]
    public async Task A_callback_is_good_for_who_began_it()
    {
        using var victim = new Browser(_server);
        using var other = new Browser(_server);
        var callback = await other.BeginAsync("/");
        Assert.EndsWith("#signin=failed", await victim.FollowAsync(callback), StringComparison.Ordinal);
        Assert.False((await victim.SessionAsync()).GetProperty("signedIn").GetBoolean());
        Assert.Equal("/", await other.FollowAsync(callback));
        using var third = new Browser(_server);
        Assert.EndsWith("#signin=failed", await third.FollowAsync(callback), StringComparison.Ordinal);
    }

    [Theory(DisplayName = "The way back leads nowhere else")]
    [InlineData("https://evil.example.org/")]
    [InlineData("//evil.example.org")]
    [InlineData("/\\evil.example.org")]
    [InlineData("admin")]
    public async Task The_way_back_leads_nowhere_else(string back)
    {
        using var browser = new Browser(_server);
        Assert.Equal("/", await browser.SignInAsync(back));
    }

    [Fact(DisplayName = "A provider that is away costs the sign-in and nothing else")]
    public async Task A_provider_that_is_away()
    {
        await using var lonely = await RunningServer.StartAsync("--Auth:Oidc:Authority=http://127.0.0.1:1", "--Auth:Oidc:ClientId=x");
        var reply = await lonely.Http.GetAsync("/api/session/oidc?return=/admin");
        Assert.Equal((HttpStatusCode.Redirect, "/admin#signin=failed"), (reply.StatusCode, reply.Headers.Location!.ToString()));
        await using var person = await HubClient.JoinAsync(lonely, "room");
        await using var without = await RunningServer.StartAsync();
        Assert.Equal(ErrorCodes.RoomNotFound, await ApiClient.Code(await without.Http.GetAsync("/api/session/oidc")));
    }

    /// <summary>A browser: keeps cookies, follows where it is told.</summary>
    private sealed class Browser : IDisposable
    {
        private readonly RunningServer _server;
        private readonly CookieContainer _cookies = new();

        public Browser(RunningServer server)
        {
            _server = server;
            Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies }) { BaseAddress = server.Address };
        }

        public HttpClient Http { get; }

        public async Task<string> SignInAsync(string back) => await FollowAsync(await BeginAsync(back));

        /// <returns>Where the provider sends the browser back to.</returns>
        public async Task<Uri> BeginAsync(string back)
        {
            var toProvider = await Http.GetAsync($"/api/session/oidc?return={Uri.EscapeDataString(back)}");
            Assert.Equal(HttpStatusCode.Redirect, toProvider.StatusCode);
            return (await Http.GetAsync(toProvider.Headers.Location)).Headers.Location!;
        }

        public async Task<string> FollowAsync(Uri callback) => (await Http.GetAsync(callback)).Headers.Location!.ToString();

        public Task<JsonElement> SessionAsync() => Http.GetFromJsonAsync<JsonElement>("/api/v1/session");

        public async Task<JsonElement> JoinAsync(string room, string? session)
        {
            await using var hub = new HubConnectionBuilder().WithUrl(new Uri(_server.Address, "/hubs/room"), options => options.Cookies = _cookies).Build();
            await hub.StartAsync();
            return await hub.InvokeAsync<JsonElement>("Join", new { room, displayName = "Jane", session });
        }

        public void Dispose() => Http.Dispose();
    }
}
