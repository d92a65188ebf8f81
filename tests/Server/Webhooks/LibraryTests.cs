using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using StandardWebhooks;
using StandardWebhooks.Diagnostics;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests.Webhooks;

/// <summary>Our signatures by somebody else's reading of Standard Webhooks. The library reads the real clock, so the server does too.</summary>
public sealed class LibraryTests
{
    [Fact(DisplayName = "I2 An off-the-shelf library verifies a delivery, refuses a changed one, and takes the new secret after a rotation")]
    public async Task A_library_verifies_a_delivery()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var server = await RunningServer.StartAsync(
            ["--Webhooks:AllowPrivateNetworks=true"], services => services.AddSingleton(new RoomClock(TimeProvider.System)));
        using var api = await ApiClient.CreateAsync(server);
        var made = await ApiClient.Body(await api.PostAsync("/webhooks", new { url = receiver.Url }), HttpStatusCode.Created);
        var (id, first) = (made.GetProperty("id").GetString(), made.GetProperty("secret").GetString()!);
        var got = await TestAsync(api, receiver, id, 1);
        new StandardWebhook(first).Verify(got.Body, HeadersOf(got));
        Assert.Throws<WebhookVerificationException>(() => new StandardWebhook(first).Verify(got.Body + " ", HeadersOf(got)));

        var second = (await ApiClient.Body(await api.PostAsync($"/webhooks/{id}/rotate-secret"))).GetProperty("secret").GetString()!;
        got = await TestAsync(api, receiver, id, 2);
        new StandardWebhook(second).Verify(got.Body, HeadersOf(got));
        Assert.True(Receiver.Verify(got, first)); // this library looks at the first of several signatures only
    }

    private static async Task<Received> TestAsync(ApiClient api, Receiver receiver, string? id, int count)
    {
        await ApiClient.Body(await api.PostAsync($"/webhooks/{id}/test"), HttpStatusCode.Accepted);
        for (var look = 0; look < 500 && receiver.Got.Count < count; look++)
            await Task.Delay(20, TestContext.Current.CancellationToken);
        return receiver.Got.ElementAt(count - 1);
    }

    private static HeaderDictionary HeadersOf(Received got) => new()
    {
        ["webhook-id"] = got.Id,
        ["webhook-timestamp"] = got.Timestamp.ToString(CultureInfo.InvariantCulture),
        ["webhook-signature"] = got.Signature,
    };
}
