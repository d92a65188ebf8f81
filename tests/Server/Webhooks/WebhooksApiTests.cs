using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;

namespace Sylk.Conference.Server.Tests.Webhooks;

/// <summary>Webhooks as an integrator makes and watches them, and the stream of the same events.</summary>
public sealed class WebhooksApiTests : IAsyncLifetime
{
    private RunningServer _server = null!;
    private ApiClient _api = null!;
    private Receiver _receiver = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await RunningServer.StartAsync("--Webhooks:AllowPrivateNetworks=true");
        _api = await ApiClient.CreateAsync(_server);
        _receiver = await Receiver.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _receiver.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact(DisplayName = "I2 A test event arrives signed with the secret that was shown once, and its delivery can be read and repeated")]
    public async Task A_test_is_delivered()
    {
        var made = await ApiClient.Body(await _api.PostAsync("/webhooks", new { url = _receiver.Url, events = new[] { "room.*" } }), HttpStatusCode.Created);
        var (id, secret) = (Text(made, "id"), Text(made, "secret"));
        var read = await ApiClient.Body(await _api.GetAsync($"/webhooks/{id}"));
        Assert.False(read.TryGetProperty("secret", out _));

        var test = await ApiClient.Body(await _api.PostAsync($"/webhooks/{id}/test"), HttpStatusCode.Accepted);
        var got = Assert.Single(await UntilAsync(1));
        Assert.True(Receiver.Verify(got, secret));
        Assert.Equal("webhook.test", Text(JsonElement.Parse(got.Body), "type"));
        var delivery = Assert.Single((await ApiClient.Body(await _api.GetAsync($"/webhooks/{id}/deliveries"))).GetProperty("items").EnumerateArray());
        Assert.Equal((Text(test, "id"), "delivered", 204), (Text(delivery, "id"), Text(delivery, "state"), delivery.GetProperty("lastStatus").GetInt32()));

        await ApiClient.Body(await _api.PostAsync($"/deliveries/{Text(test, "id")}/redeliver"), HttpStatusCode.Accepted);
        Assert.Equal(got.Id, (await UntilAsync(2))[1].Id);
    }

    [Fact(DisplayName = "What happens in a room reaches its webhook, numbered without a gap")]
    public async Task A_room_is_heard_of()
    {
        await ApiClient.Body(await _api.PostAsync("/webhooks", new { url = _receiver.Url, room = "heard" }), HttpStatusCode.Created);
        await using (var alice = await HubClient.JoinAsync(_server, "heard", "Alice"))
            HubClient.Value(await alice.CallAsync("Leave"));

        var got = (await UntilAsync(4)).Select(received => JsonElement.Parse(received.Body)).ToArray();

        Assert.Equal(["room.created", "room.started", "participant.joined", "participant.left"], got.Select(one => Text(one, "type")));
        Assert.Equal([1, 2, 3], got[1..].Select(one => one.GetProperty("sequence").GetInt64()));
        Assert.Equal("Alice", Text(got[2].GetProperty("data"), "displayName"));
    }

    [Fact(DisplayName = "A webhook is changed with its tag, rotated and deleted")]
    public async Task A_webhook_is_managed()
    {
        var reply = await _api.PostAsync("/webhooks", new { url = _receiver.Url });
        var made = await ApiClient.Body(reply, HttpStatusCode.Created);
        var (path, tag) = ($"/webhooks/{Text(made, "id")}", reply.Headers.ETag!.Tag);
        var changed = await _api.SendAsync(HttpMethod.Patch, path, """{ "enabled": false, "room": "Standup" }""", ("If-Match", tag));
        var body = await ApiClient.Body(changed);
        Assert.Equal((false, "standup"), (body.GetProperty("enabled").GetBoolean(), Text(body, "room")));
        Assert.Equal(ErrorCodes.EtagMismatch, await ApiClient.Code(await _api.SendAsync(HttpMethod.Patch, path, """{ "enabled": true }""", ("If-Match", tag))));
        Assert.NotEqual(Text(made, "secret"), Text(await ApiClient.Body(await _api.PostAsync($"{path}/rotate-secret")), "secret"));
        Assert.Equal(HttpStatusCode.NoContent, (await _api.SendAsync(HttpMethod.Delete, path)).StatusCode);
        Assert.Equal(ErrorCodes.RoomNotFound, await ApiClient.Code(await _api.GetAsync(path)));
    }

    [Theory]
    [InlineData("""{ "url": "ftp://example.com" }""", "url")]
    [InlineData("""{ "url": "https://example.com", "events": ["room.exploded"] }""", "events[0]")]
    [InlineData("""{ "url": "https://example.com", "room": "no room!" }""", "room")]
    public async Task What_cannot_be_is_refused_by_field(string body, string field)
    {
        var reply = await _api.PostAsync("/webhooks", body);

        Assert.Equal(HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.True(JsonElement.Parse(await reply.Content.ReadAsStringAsync()).GetProperty("errors").TryGetProperty(field, out _));
    }

    [Fact(DisplayName = "TW-17 With default settings an address of a private network is refused at once")]
    public async Task Private_addresses_are_refused()
    {
        await using var careful = await RunningServer.StartAsync();
        using var api = await ApiClient.CreateAsync(careful);

        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await api.PostAsync("/webhooks", new { url = _receiver.Url })));
    }

    [Fact(DisplayName = "The stream brings events as they happen and resumes after the last one that was seen")]
    public async Task The_stream_resumes()
    {
        var log = _server.Services.GetRequiredService<MemoryWebhookStore>();
        using var first = await OpenAsync("/events?types=room.*", null);
        log.Append([Event(1, "room.started"), Event(2, "participant.joined"), Event(3, "room.ended")]);

        var (id, type) = await first.NextAsync(_server);
        Assert.Equal(("evt_1", "room.started"), (id, type));
        Assert.Equal(("evt_3", "room.ended"), await first.NextAsync(_server));

        log.Append([Event(4, "room.started")]);
        using var second = await OpenAsync("/events", "evt_1");
        Assert.Equal(("evt_2", "participant.joined"), await second.NextAsync(_server));
        Assert.Equal(("evt_3", "room.ended"), await second.NextAsync(_server));
        Assert.Equal(("evt_4", "room.started"), await second.NextAsync(_server));
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await _api.GetAsync("/events?types=nonsense")));
    }

    [Fact(DisplayName = "R-24 A stream ends within a second of the key it was opened with")]
    public async Task A_stream_ends_with_its_key()
    {
        using var reader = await ApiClient.CreateAsync(_server, Scopes.ServerRead);
        var reply = await reader.Http.SendAsync(new(HttpMethod.Get, "/api/v1/events"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var stream = new StreamReader(await reply.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal(": ", await stream.ReadLineAsync(Cancellation));
        await _api.SendAsync(HttpMethod.Delete, $"/api-keys/{reader.Key.Key.Id}");
        var rest = stream.ReadToEndAsync(Cancellation);
        for (var past = TimeSpan.Zero; past < TimeSpan.FromSeconds(2) && !rest.IsCompleted; past += TimeSpan.FromMilliseconds(250))
        {
            _server.Time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.WhenAny(rest, Task.Delay(50, Cancellation));
        }
        Assert.True(rest.IsCompleted);
        Assert.DoesNotContain("event:", await rest, StringComparison.Ordinal);
    }

    private OutboundEvent Event(int number, string type) =>
        new($"evt_{number}", type, _server.Time.GetUtcNow(), number, "standup", "ses_1", "nd_1", "{}");

    private async Task<OpenStream> OpenAsync(string path, string? last)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1{path}");
        if (last is not null)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", last);
        var reply = await _api.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal("text/event-stream", reply.Content.Headers.ContentType!.MediaType);
        return new OpenStream(reply, new StreamReader(await reply.Content.ReadAsStreamAsync(Cancellation)));
    }

    /// <summary>The server's own clock stands; each look moves it by the length of one turn of the pump.</summary>
    private async Task<Received[]> UntilAsync(int count)
    {
        for (var look = 0; look < 500 && _receiver.Got.Count < count; look++)
        {
            _server.Time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
            await Task.Delay(10, Cancellation);
        }
        return [.. _receiver.Got];
    }

    private static string Text(JsonElement value, string name) => value.GetProperty(name).GetString()!;

    private sealed record OpenStream(HttpResponseMessage Reply, StreamReader Reader) : IDisposable
    {
        public async Task<(string Id, string Type)> NextAsync(RunningServer server)
        {
            string? id = null;
            while (true)
            {
                var line = Reader.ReadLineAsync(Cancellation).AsTask();
                while (await Task.WhenAny(line, Task.Delay(10, Cancellation)) != line)
                    server.Time.Advance(TimeSpan.FromMilliseconds(250));
                var text = await line ?? throw new EndOfStreamException();
                if (text.StartsWith("id: ", StringComparison.Ordinal))
                    id = text[4..];
                if (text.StartsWith("event: ", StringComparison.Ordinal))
                    return (id!, text[7..]);
            }
        }

        public void Dispose()
        {
            Reader.Dispose();
            Reply.Dispose();
        }
    }
}
