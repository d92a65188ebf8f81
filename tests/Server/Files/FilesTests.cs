using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Tests;

/// <summary>Files as pages and programs send and fetch them: announced on the hub or by REST, octets over HTTP.</summary>
public sealed class FilesTests(ApiFixture fixture) : IClassFixture<ApiFixture>
{
    private readonly RunningServer _server = fixture.Server;

    [Fact(DisplayName = "B6 A file sent in one piece appears for everyone and for late joiners, and is what was sent")]
    public async Task A_file_reaches_everybody()
    {
        await using var alice = await HubClient.JoinAsync(_server, "files-whole", "Alice");
        await using var bob = await HubClient.JoinAsync(_server, "files-whole", "Bob");
        var octets = Encoding.UTF8.GetBytes("minutes of the meeting");
        var begun = HubClient.Value(await alice.CallAsync("BeginFile", new { name = "../../minutes.txt", size = octets.Length, contentType = "text/plain; charset=utf-8" }));

        var sent = await PutAsync(begun, octets);

        Assert.Equal(HttpStatusCode.Created, sent.StatusCode);
        var shared = (await bob.NextAsync("FileShared")).GetProperty("file");
        Assert.Equal(("minutes.txt", octets.Length, "text/plain"), (Text(shared, "name"), shared.GetProperty("size").GetInt32(), Text(shared, "contentType")));
        Assert.Equal("Alice", Text(shared.GetProperty("from"), "displayName"));
        var got = await _server.Http.GetAsync(Text(shared, "url"));
        Assert.Equal(octets, await got.Content.ReadAsByteArrayAsync());
        Assert.Equal("attachment", got.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("nosniff", got.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("sandbox", got.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        await using var late = await HubClient.JoinAsync(_server, "files-whole", "Late");
        var listed = Assert.Single(late.Joined.GetProperty("files").EnumerateArray());
        Assert.Equal(octets, await _server.Http.GetByteArrayAsync(Text(listed, "url")));
        Assert.NotEqual(Text(shared, "url"), Text(listed, "url"));
    }

    [Fact(DisplayName = "An upload that broke off goes on where it stopped, and nothing is listed before all of it is here")]
    public async Task An_upload_resumes()
    {
        await using var alice = await HubClient.JoinAsync(_server, "files-resume");
        var octets = new byte[200_000];
        new Random(7).NextBytes(octets);
        var begun = HubClient.Value(await alice.CallAsync("BeginFile", new { name = "big.bin", size = octets.Length }));

        var first = await PutAsync(begun, octets[..70_000], "bytes 0-69999/200000");
        Assert.Equal((HttpStatusCode)308, first.StatusCode);
        Assert.Equal("bytes=0-69999", first.Headers.GetValues("Range").Single());
        var asked = await PutAsync(begun, [], "bytes */200000");
        Assert.Equal("bytes=0-69999", asked.Headers.GetValues("Range").Single());
        var misplaced = await PutAsync(begun, octets[100_000..], "bytes 100000-199999/200000");
        Assert.Equal("bytes=0-69999", misplaced.Headers.GetValues("Range").Single());
        await using (var early = await HubClient.JoinAsync(_server, "files-resume", "Early"))
            Assert.Empty(early.Joined.GetProperty("files").EnumerateArray());
        var last = await PutAsync(begun, octets[70_000..], "bytes 70000-199999/200000");

        Assert.Equal(HttpStatusCode.Created, last.StatusCode);
        var url = Text((await alice.NextAsync("FileShared")).GetProperty("file"), "url");
        Assert.Equal(octets, await _server.Http.GetByteArrayAsync(url));
        var part = new HttpRequestMessage(HttpMethod.Get, url) { Headers = { Range = new RangeHeaderValue(1000, 1999) } };
        var ranged = await _server.Http.SendAsync(part, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.PartialContent, ranged.StatusCode);
        Assert.Equal(octets[1000..2000], await ranged.Content.ReadAsByteArrayAsync());
    }

    [Fact(DisplayName = "R-24 Whoever leaves reads no file from then on, and a file that is removed is gone")]
    public async Task Access_ends_with_membership()
    {
        await using var alice = await HubClient.JoinAsync(_server, "files-access", "Alice");
        await using var bob = await HubClient.JoinAsync(_server, "files-access", "Bob");
        var begun = HubClient.Value(await alice.CallAsync("BeginFile", new { name = "a.txt", size = 1 }));
        await PutAsync(begun, "a"u8.ToArray());
        var mine = Text((await alice.NextAsync("FileShared")).GetProperty("file"), "url");
        var his = Text((await bob.NextAsync("FileShared")).GetProperty("file"), "url");
        Assert.Equal(HttpStatusCode.OK, (await _server.Http.GetAsync(his)).StatusCode);

        HubClient.Value(await alice.CallAsync("Remove", new { participantId = bob.Id }));
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Http.GetAsync(his)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await _server.Http.GetAsync(mine)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Http.GetAsync(mine.Replace(alice.Id, bob.Id, StringComparison.Ordinal))).StatusCode);

        HubClient.Value(await alice.CallAsync("RemoveFile", new { fileId = begun.GetProperty("fileId").GetString() }));
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Http.GetAsync(mine)).StatusCode);
        Assert.Equal(begun.GetProperty("fileId").GetString(), Text(await alice.NextAsync("FileRemoved"), "fileId"));
    }

    [Fact(DisplayName = "L19 Sizes, numbers and lies have an end")]
    public async Task Limits_hold()
    {
        await using var alice = await HubClient.JoinAsync(_server, "files-limits", "Alice");
        Assert.Equal(ErrorCodes.FileTooLarge, HubClient.Code(await alice.CallAsync("BeginFile", new { name = "x", size = 104_857_601L })));
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await alice.CallAsync("BeginFile", new { name = "x", size = -1 })));
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await alice.CallAsync("BeginFile", new { name = "..", size = 1 })));
        Assert.Equal(ErrorCodes.FileTypeRefused, HubClient.Code(await alice.CallAsync("BeginFile", new { name = "x", size = 1, contentType = "not a type" })));
        var begun = HubClient.Value(await alice.CallAsync("BeginFile", new { name = "x", size = 10 }));
        HubClient.Value(await alice.CallAsync("BeginFile", new { name = "y", size = 10 }));
        HubClient.Value(await alice.CallAsync("BeginFile", new { name = "z", size = 10 }));
        Assert.Equal(ErrorCodes.RateLimited, HubClient.Code(await alice.CallAsync("BeginFile", new { name = "4", size = 10 })));

        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(begun, new byte[11])).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(begun, new byte[5], "bytes 0-4/99")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PutAsync(begun, new byte[5], "bytes 4-0/10")).StatusCode);
        var url = begun.GetProperty("uploadUrl").GetString()!;
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Http.PutAsync(url[..^1] + (url[^1] == '0' ? '1' : '0'), new ByteArrayContent(new byte[10]))).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await PutAsync(begun, new byte[10])).StatusCode);
    }

    [Fact(DisplayName = "What arrives with another hash than was promised is thrown away")]
    public async Task A_wrong_hash_is_refused()
    {
        await using var alice = await HubClient.JoinAsync(_server, "files-hash");
        var begun = HubClient.Value(await alice.CallAsync("BeginFile", new { name = "x", size = 3, sha256 = new string('0', 64) }));

        Assert.Equal(ErrorCodes.ValidationFailed, await ApiClient.Code(await PutAsync(begun, "abc"u8.ToArray())));
        Assert.Equal(HttpStatusCode.NotFound, (await PutAsync(begun, "abc"u8.ToArray())).StatusCode);
        await using var late = await HubClient.JoinAsync(_server, "files-hash", "Late");
        Assert.Empty(late.Joined.GetProperty("files").EnumerateArray());
    }

    [Fact(DisplayName = "TF-02 A page disguised as a file is served as octets to save")]
    public async Task Pages_are_not_served_as_pages()
    {
        await using var alice = await HubClient.JoinAsync(_server, "files-html");
        var begun = HubClient.Value(await alice.CallAsync("BeginFile", new { name = "page.html", size = 8, contentType = "text/html" }));
        await PutAsync(begun, "<script>"u8.ToArray());

        var got = await _server.Http.GetAsync(Text((await alice.NextAsync("FileShared")).GetProperty("file"), "url"));

        Assert.Equal(("application/octet-stream", "attachment"), (got.Content.Headers.ContentType!.MediaType, got.Content.Headers.ContentDisposition!.DispositionType));
    }

    [Fact(DisplayName = "A program shares, lists, fetches and deletes a file over REST")]
    public async Task Files_over_rest()
    {
        await fixture.Api.PostAsync("/rooms", new { name = "files-rest" });
        await using var alice = await HubClient.JoinAsync(_server, "files-rest");
        var made = await ApiClient.Body(await fixture.Api.PostAsync("/rooms/files-rest/files", new { name = "agenda.pdf", size = 4 }), HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.Created, (await _server.Http.PutAsync(Text(made, "uploadUrl"), new StringContent("%PDF"))).StatusCode);
        Assert.Equal("agenda.pdf", Text((await alice.NextAsync("FileShared")).GetProperty("file"), "name"));

        var listed = Assert.Single((await ApiClient.Body(await fixture.Api.GetAsync("/rooms/files-rest/files"))).GetProperty("items").EnumerateArray());
        Assert.Equal("%PDF", await fixture.Api.Http.GetStringAsync(Text(listed, "url")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await _server.Http.GetAsync(Text(listed, "url"))).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await fixture.Api.SendAsync(HttpMethod.Delete, $"/rooms/files-rest/files/{Text(made, "id")}")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Api.Http.GetAsync(Text(listed, "url"))).StatusCode);
    }

    private Task<HttpResponseMessage> PutAsync(JsonElement begun, byte[] octets, string? range = null)
    {
        var body = new ByteArrayContent(octets);
        if (range is not null)
            body.Headers.TryAddWithoutValidation("Content-Range", range);
        return _server.Http.PutAsync(begun.GetProperty("uploadUrl").GetString(), body);
    }

    private static string Text(JsonElement value, string name) => value.GetProperty(name).GetString()!;
}
