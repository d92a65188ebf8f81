using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Accounts;

/// <summary>Pages on the account hub. Whose token it is stands in the token: real ones are IssuerTests' matter, and one test's here.</summary>
internal static class Accounts
{
    public const string Alice = "alice@people.example";
    public const string Bob = "bob@people.example";

    public static Task<RunningServer> StartAsync(params string[] settings) => StartAsync(settings, _ => { });

    public static Task<RunningServer> StartAsync(string[] settings, Action<IServiceCollection> more) => RunningServer.StartAsync(
        ["--Addresses:Domain=people.example", "--Addresses:GuestDomain=guest.example", .. settings],
        services =>
        {
            services.AddSingleton<IJoinTokens, NamedTokens>();
            more(services);
        });

    public static Task<HubClient> ConnectAsync(RunningServer server) => HubClient.ConnectAsync(server.Address, "/hubs/account");

    public static async Task<HubClient> SignInAsync(RunningServer server, string address, string? after = null)
    {
        var client = await ConnectAsync(server);
        Assert.Equal(address, (await client.OkAsync("SignIn", new { token = address, after })).GetProperty("address").GetString());
        return client;
    }

    public static async Task<(HubClient Client, JsonElement Signed)> EnterAsync(RunningServer server, string? resumeKey = null)
    {
        var client = await ConnectAsync(server);
        return (client, await client.OkAsync("SignIn", new { guest = true, displayName = "Guest", resumeKey }));
    }

    public static async Task<string> SendAsync(HubClient client, string to, string content, string clientId) =>
        (await client.OkAsync("SendMessage", new { to, content, clientId })).GetProperty("id").GetString()!;

    public static async Task<string> RefusedAsync(HubClient client, string to, string content, string clientId) =>
        HubClient.Code(await client.CallAsync("SendMessage", new { to, content, clientId }));

    public static string Text(JsonElement body, string name) => body.GetProperty(name).GetString()!;

    public static async Task<string[]> HistoryAsync(HubClient client, object? body = null) =>
        [.. (await client.OkAsync("History", body)).GetProperty("messages").EnumerateArray().Select(line => Text(line, "content"))];

    private sealed class NamedTokens(RoomClock clock) : IJoinTokens
    {
        public ValueTask<TokenOutcome> VerifyAsync(string token, string room, CancellationToken cancellation = default) => ValueTask.FromResult(
            token == "bad" || room != "*"
                ? new TokenOutcome(null, new(ErrorCodes.TokenInvalid, "no"))
                : new TokenOutcome(new JoinGrant(token, token[..token.IndexOf('@', StringComparison.Ordinal)], null, null, System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty, clock.Now, clock.Now.AddHours(1), null), null));
    }
}
