using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Api;
using Sylk.Conference.Server.Auth;

namespace Sylk.Conference.Server.Tests;

public sealed class ConventionTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly ApiClient _api = fixture.Api;

    [Theory(DisplayName = "TW-08 TW-12 Bodies are read strictly")]
    [InlineData("""{ "name": "a", "scopes": ["rooms:read"], "isAdmin": true }""", ErrorCodes.UnknownField, "isAdmin")]
    [InlineData("""{ "name": "a", "name": "b", "scopes": ["rooms:read"] }""", ErrorCodes.ValidationFailed, "")]
    [InlineData("""{ "name": 7, "scopes": ["rooms:read"] }""", ErrorCodes.ValidationFailed, "name")]
    [InlineData("""{ "name": "a", "scopes": ["rooms:read", "everything"] }""", ErrorCodes.ValidationFailed, "scopes[1]")]
    [InlineData("""{ "name": "\ud800", "scopes": ["rooms:read"] }""", ErrorCodes.ValidationFailed, "name")]
    [InlineData("""{ "name": "a", "scopes": null }""", ErrorCodes.ValidationFailed, "scopes")]
    [InlineData("""{ "name": "a", "scopes": ["rooms:read"], "expiresAt": 1e999 }""", ErrorCodes.ValidationFailed, "expiresAt")]
    [InlineData("[]", ErrorCodes.ValidationFailed, "")]
    [InlineData("{", ErrorCodes.ValidationFailed, "")]
    [InlineData("", ErrorCodes.ValidationFailed, "")]
    public async Task Bodies_are_read_strictly(string body, string code, string field)
    {
        var reply = await _api.PostAsync("/api-keys", body);
        Assert.Equal(code, await ApiClient.Code(reply));
        var errors = JsonElement.Parse(await reply.Content.ReadAsStringAsync()).GetProperty("errors");
        Assert.Contains(errors.EnumerateObject(), one => one.Name == field);
    }

    [Theory(DisplayName = "TW-12 A patch whose names are no text is refused, at whatever depth")]
    [InlineData("{ \"ti\u0080tle\": \"a\" }")]
    [InlineData("{ \"access\": { \"mo\u00ffde\": \"open\" } }")]
    [InlineData("{ \"\\ud800\": 1 }")]
    public async Task Patches_with_broken_names_are_refused(string body)
    {
        await _api.PostAsync("/rooms", new { name = "broken-names", kind = "permanent" });
        var bytes = Encoding.Latin1.GetBytes(body); // no UTF-8
        using var patch = new HttpRequestMessage(HttpMethod.Patch, "/api/v1/rooms/broken-names") { Content = new ByteArrayContent(bytes) };
        patch.Content.Headers.ContentType = new("application/merge-patch+json");
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await _api.Http.SendAsync(patch)));
    }

    [Fact(DisplayName = "R-21 TW-12 A body nested 10^5 deep is refused within 50 ms")]
    public async Task Deep_bodies_are_refused()
    {
        var body = $$"""{ "name": {{new string('[', 100_000)}}{{new string(']', 100_000)}} }""";
        await _api.PostAsync("/api-keys", body);
        var quickest = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var since = TimeProvider.System.GetTimestamp();
            Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await _api.PostAsync("/api-keys", body)));
            quickest = TimeSpan.FromTicks(Math.Min(quickest.Ticks, TimeProvider.System.GetElapsedTime(since).Ticks));
        }
        Assert.InRange(quickest, TimeSpan.Zero, TimeSpan.FromMilliseconds(50));
    }

    [Fact(DisplayName = "L15 A body over 1 MiB is refused, whether its length is announced or not")]
    public async Task Long_bodies_are_refused()
    {
        var long_ = $$"""{ "name": "{{new string('a', 1024 * 1024)}}" }""";
        using var announced = new HttpRequestMessage(HttpMethod.Post, "/api/v1/api-keys") { Content = new StringContent(long_, Encoding.UTF8, "application/json") };
        announced.Headers.ExpectContinue = true;
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await _api.Http.SendAsync(announced)));
        using var chunked = new HttpRequestMessage(HttpMethod.Post, "/api/v1/api-keys") { Content = new StreamContent(new Endless()) };
        chunked.Content.Headers.ContentType = new("application/json");
        chunked.Headers.TransferEncodingChunked = true;
        try
        {
            Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await _api.Http.SendAsync(chunked)));
        }
        catch (HttpRequestException)
        {
            // Refused while it was still being sent: the connection is closed on the sender.
        }
        Assert.Equal(HttpStatusCode.OK, (await _api.GetAsync("/server")).StatusCode);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=iso-8859-1")]
    public async Task Other_types_are_refused(string type)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes("""{ "name": "a" }"""));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await _api.Http.PostAsync("/api/v1/api-keys", content)));
    }

    [Fact(DisplayName = "I6 The same key and body are answered once, whatever the number of tries")]
    public async Task The_same_key_is_answered_once()
    {
        (string, string) key = ("Idempotency-Key", "i6-one");
        var body = new { name = "once", scopes = new[] { Scopes.RoomsRead } };
        var replies = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => _api.SendAsync(HttpMethod.Post, "/api-keys", body, key)));
        var made = replies.Where(reply => reply.StatusCode == HttpStatusCode.Created).ToArray();
        foreach (var reply in replies.Except(made))
            Assert.Equal(ErrorCodes.IdempotencyInProgress, await ApiClient.Code(reply));
        var again = await _api.SendAsync(HttpMethod.Post, "/api-keys", body, key);
        Assert.Equal("true", again.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.NotNull(again.Headers.Location);
        var bodies = await Task.WhenAll(made.Append(again).Select(reply => reply.Content.ReadAsStringAsync()));
        Assert.Single(bodies.Distinct());
        Assert.Single(await Named("once"));
    }

    [Fact(DisplayName = "I6 The same key with another body or path is refused, of another caller it is another key")]
    public async Task The_same_key_with_another_body_is_refused()
    {
        (string, string) key = ("Idempotency-Key", "i6-two");
        var body = new { name = "first", scopes = new[] { Scopes.RoomsRead } };
        await ApiClient.Body(await _api.SendAsync(HttpMethod.Post, "/api-keys", body, key), HttpStatusCode.Created);
        var other = await _api.SendAsync(HttpMethod.Post, "/api-keys", new { name = "other", scopes = new[] { Scopes.RoomsRead } }, key);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, ErrorCodes.IdempotencyMismatch), (other.StatusCode, await ApiClient.Code(other)));
        Assert.Equal(ErrorCodes.IdempotencyMismatch, await ApiClient.Code(await _api.SendAsync(HttpMethod.Post, "/session", body, key)));
        using var somebody = await ApiClient.CreateAsync(fixture.Server);
        await ApiClient.Body(await somebody.SendAsync(HttpMethod.Post, "/api-keys", body, key), HttpStatusCode.Created);
        var tooLong = await _api.SendAsync(HttpMethod.Post, "/api-keys", body, ("Idempotency-Key", new string('k', 256)));
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(tooLong));
    }

    [Fact(DisplayName = "I6 Also a reply without a body is given again, and its work is not done again")]
    public async Task A_reply_without_a_body_is_given_again()
    {
        (string, string) key = ("Idempotency-Key", "i6-empty");
        await using var alice = await HubClient.JoinAsync(fixture.Server, "i6-empty", "Alice");
        var path = $"/rooms/i6-empty/participants/{alice.Id}/mute";
        var (first, second) = (await _api.SendAsync(HttpMethod.Post, path, new { source = "microphone" }, key), await _api.SendAsync(HttpMethod.Post, path, new { source = "microphone" }, key));
        Assert.Equal((HttpStatusCode.NoContent, HttpStatusCode.NoContent), (first.StatusCode, second.StatusCode));
        Assert.Equal((false, true), (first.Headers.Contains("Idempotency-Replayed"), second.Headers.Contains("Idempotency-Replayed")));
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
        await alice.NextAsync("MuteRequested");
        await _api.PostAsync($"/rooms/i6-empty/participants/{alice.Id}/ask-unmute", new { source = "camera" });
        Assert.Equal("camera", (await alice.NextAsync("UnmuteRequested")).GetProperty("source").GetString());
    }

    [Fact(DisplayName = "Single resources carry an entity tag: 304 for who has it, 412 for who has an older one")]
    public async Task Single_resources_carry_a_tag()
    {
        await using var alice = await HubClient.JoinAsync(fixture.Server, "tagged", "Alice");
        var invite = (await ApiClient.Body(await _api.PostAsync("/rooms/tagged/invites", new { role = "member" }), HttpStatusCode.Created)).GetProperty("id").GetString();
        var key = (await ApiClient.Body(await _api.PostAsync("/api-keys", new { name = "tagged", scopes = new[] { Scopes.RoomsRead } }), HttpStatusCode.Created)).GetProperty("id").GetString();
        foreach (var path in new[] { $"/rooms/tagged/participants/{alice.Id}", $"/rooms/tagged/invites/{invite}", $"/api-keys/{key}" })
        {
            var tag = (await _api.GetAsync(path)).Headers.ETag!.ToString();
            var known = await _api.SendAsync(HttpMethod.Get, path, null, ("If-None-Match", tag));
            Assert.Equal((HttpStatusCode.NotModified, tag), (known.StatusCode, known.Headers.ETag!.ToString()));
            Assert.Equal(HttpStatusCode.OK, (await _api.SendAsync(HttpMethod.Get, path, null, ("If-None-Match", "\"another\""))).StatusCode);
            Assert.Equal(ErrorCodes.EtagMismatch, await ApiClient.Code(await _api.SendAsync(HttpMethod.Delete, path, null, ("If-Match", "\"another\""))));
        }
        var one = $"/rooms/tagged/participants/{alice.Id}";
        var before = (await _api.GetAsync(one)).Headers.ETag!.ToString();
        await ApiClient.Body(await _api.SendAsync(HttpMethod.Patch, one, """{ "displayName": "Alicia" }""", ("If-Match", before)));
        Assert.Equal(ErrorCodes.EtagMismatch, await ApiClient.Code(await _api.SendAsync(HttpMethod.Patch, one, """{ "displayName": "Ally" }""", ("If-Match", before))));
        Assert.Equal(HttpStatusCode.OK, (await _api.SendAsync(HttpMethod.Get, one, null, ("If-None-Match", before))).StatusCode);
        var now = (await _api.GetAsync(one)).Headers.ETag!.ToString();
        Assert.Equal(HttpStatusCode.NoContent, (await _api.SendAsync(HttpMethod.Delete, one, null, ("If-Match", now))).StatusCode);
    }

    [Fact(DisplayName = "I6 F-08 A line whose process died before its reply was kept is not said twice when it is asked for again")]
    public async Task A_line_without_a_kept_reply_is_not_said_twice()
    {
        (string, string) key = ("Idempotency-Key", "i6-line");
        await using var alice = await HubClient.JoinAsync(fixture.Server, "i6-line", "Alice");
        var body = new { content = "once" };
        var first = await ApiClient.Body(await _api.SendAsync(HttpMethod.Post, "/rooms/i6-line/messages", body, key), HttpStatusCode.Created);
        await fixture.Server.Services.GetRequiredService<IIdempotencyStore>().ReleaseAsync(new(_api.Key.Key.Id, "i6-line")); // as after a crash
        var again = await _api.SendAsync(HttpMethod.Post, "/rooms/i6-line/messages", body, key);
        Assert.False(again.Headers.Contains("Idempotency-Replayed"));
        var second = await ApiClient.Body(again, HttpStatusCode.Created);
        Assert.Equal(first.GetProperty("sequence").GetInt64(), second.GetProperty("sequence").GetInt64());
        Assert.Equal(first.GetProperty("id").GetString(), second.GetProperty("id").GetString());
    }

    [Fact(DisplayName = "I6 A key is forgotten after 24 h")]
    public async Task A_key_is_forgotten_after_a_day()
    {
        await using var server = await RunningServer.StartAsync();
        using var api = await ApiClient.CreateAsync(server);
        (string, string) key = ("Idempotency-Key", "i6-day");
        var body = new { name = "daily", scopes = new[] { Scopes.RoomsRead } };
        var first = await ApiClient.Body(await api.SendAsync(HttpMethod.Post, "/api-keys", body, key), HttpStatusCode.Created);
        server.Time.Advance(TimeSpan.FromHours(23));
        Assert.True((await api.SendAsync(HttpMethod.Post, "/api-keys", body, key)).Headers.Contains("Idempotency-Replayed"));
        server.Time.Advance(TimeSpan.FromHours(2));
        var next = await ApiClient.Body(await api.SendAsync(HttpMethod.Post, "/api-keys", body, key), HttpStatusCode.Created);
        Assert.NotEqual(first.GetProperty("id").GetString(), next.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Lists_come_in_pages_that_lead_to_each_other()
    {
        for (var i = 0; i < 5; i++)
            await _api.PostAsync("/api-keys", new { name = "paged", scopes = new[] { Scopes.RoomsRead } });
        var seen = new List<string>();
        for (var path = "/api/v1/api-keys?limit=2"; path is not null;)
        {
            var reply = await _api.Http.GetAsync(path);
            var page = await ApiClient.Body(reply);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            Assert.InRange(page.GetProperty("items").GetArrayLength(), 1, 2);
            path = page.GetProperty("next").ValueKind == JsonValueKind.Null ? null : reply.Headers.GetValues("Link").Single().Split('<', '>')[1];
        }
        Assert.Equal(seen.Distinct().OrderDescending(StringComparer.Ordinal), seen);
        Assert.True(seen.Count >= 6);
    }

    [Theory]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=many")]
    [InlineData("cursor=%25%25")]
    [InlineData("cursor=gICA")]
    public async Task Pages_that_cannot_be_are_refused(string query) =>
        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await _api.GetAsync($"/api-keys?{query}")));

    [Fact]
    public async Task A_trace_goes_through()
    {
        const string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        var reply = await _api.SendAsync(HttpMethod.Get, "/server", null, ("traceparent", $"00-{trace}-00f067aa0ba902b7-01"));
        Assert.Equal(trace, reply.Headers.GetValues("Trace-Id").Single());
        Assert.Matches("^[0-9a-f]{32}$", (await _api.GetAsync("/server")).Headers.GetValues("Trace-Id").Single());
    }

    [Fact]
    public async Task Every_key_has_its_bucket_and_is_told_what_is_left()
    {
        await using var server = await RunningServer.StartAsync("--Limits:RequestsPerSecond=1", "--Limits:RequestsBurst=3");
        using var api = await ApiClient.CreateAsync(server);
        var first = await api.GetAsync("/server");
        Assert.Equal("\"key\";q=3;w=3", first.Headers.GetValues("RateLimit-Policy").Single());
        Assert.Equal("\"key\";r=2;t=1", first.Headers.GetValues("RateLimit").Single());
        HttpResponseMessage last;
        do
            last = await api.GetAsync("/server");
        while (last.StatusCode == HttpStatusCode.OK);
        Assert.Equal(ErrorCodes.RateLimited, await ApiClient.Code(last));
        Assert.Equal(TimeSpan.FromSeconds(1), last.Headers.RetryAfter!.Delta);
        using var other = await ApiClient.CreateAsync(server);
        Assert.Equal(HttpStatusCode.OK, (await other.GetAsync("/server")).StatusCode);
    }

    [Fact]
    public async Task Strangers_share_a_small_bucket_per_address()
    {
        await using var server = await RunningServer.StartAsync("--Limits:AnonymousRequestsPerSecond=1", "--Limits:AnonymousRequestsBurst=2");
        var replies = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++)
            replies.Add((await server.Http.GetAsync("/api/v1/public/config")).StatusCode);
        Assert.Contains(HttpStatusCode.TooManyRequests, replies);
        Assert.Equal(HttpStatusCode.OK, replies[0]);
    }

    [Fact(DisplayName = "RFC 7396: the examples of its appendix A")]
    public void Merge_patches_are_applied() => Assert.All(
        new (string Target, string Patch, string Result)[]
        {
            ("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}"""),
            ("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}"""),
            ("""{"a":"b"}""", """{"a":null}""", "{}"),
            ("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}"""),
            ("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}"""),
            ("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}"""),
            ("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}"""),
            ("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}"""),
            ("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}"""),
            ("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}"""),
        },
        each => Assert.Equal(each.Result, MergePatch.Apply(Parse(each.Target), Parse(each.Patch)).ToJsonString()));

    private static JsonObject Parse(string text) => (JsonObject)JsonNode.Parse(text)!;

    private async Task<JsonElement[]> Named(string name) =>
        [.. (await ApiClient.Body(await _api.GetAsync("/api-keys?limit=200"))).GetProperty("items").EnumerateArray()
            .Where(key => key.GetProperty("name").GetString() == name)];

    private sealed class Endless : Stream
    {
        private int _left = 4 * 1024 * 1024;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => 0; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var taken = Math.Min(count, _left);
            buffer.AsSpan(offset, taken).Fill((byte)' ');
            _left -= taken;
            return taken;
        }

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
