using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Sylk.Conference.Storage.Tests;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>Files among nodes that share a database and no disk.</summary>
public sealed class FilesTests(SharedPostgres postgres) : IClassFixture<SharedPostgres>
{
    [Fact(DisplayName = "A file whose upload began at one node ends at another, is served whole and in ranges by both, and outlives the first")]
    public async Task Shared()
    {
        await using var nodes = await Nodes.InAsync(postgres.Cluster);
        var (one, two) = (nodes.Start("web"), nodes.Start());
        await Task.WhenAll(one.ReadyAsync(), two.ReadyAsync());
        await using var alice = await Caller.JoinAsync([one.Address, two.Address], "standup", "Alice");
        await using var bob = await Caller.JoinAsync(two.Address, "standup", "Bob");
        var octets = RandomNumberGenerator.GetBytes(700_000);
        var begun = await alice.CallAsync("BeginFile", new { name = "plan.bin", size = octets.Length });
        Assert.Empty(alice.Failures);
        var upload = begun.GetProperty("uploadUrl").GetString()!;

        using (var first = await PutAsync(one, upload, octets, 0, 300_000))
            Assert.Equal((308, "bytes=0-299999"), ((int)first.StatusCode, first.Headers.GetValues("Range").Single()));
        using (var last = await PutAsync(two, upload, octets, 300_000, octets.Length))
            Assert.Equal(HttpStatusCode.Created, last.StatusCode);
        await Eventually.TrueAsync(() => bob.Told.Any(told => told.Name == "FileShared"), () => nodes.Logs);
        var url = bob.Told.First(told => told.Name == "FileShared").Body.GetProperty("file").GetProperty("url").GetString()!;
        foreach (var node in new[] { one, two })
        {
            Assert.Equal(octets, await node.Http.GetByteArrayAsync(Relative(url)));
            using var ranged = new HttpRequestMessage(HttpMethod.Get, Relative(url)) { Headers = { Range = new RangeHeaderValue(262_000, 525_000) } };
            using var part = await node.Http.SendAsync(ranged);
            Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
            Assert.Equal(octets[262_000..525_001], await part.Content.ReadAsByteArrayAsync());
        }

        one.Kill();
        Assert.Equal(octets, await two.Http.GetByteArrayAsync(Relative(url)));
    }

    private static async Task<HttpResponseMessage> PutAsync(Node node, string url, byte[] octets, int from, int to)
    {
        using var body = new ByteArrayContent(octets[from..to]) { Headers = { ContentRange = new ContentRangeHeaderValue(from, to - 1, octets.Length) } };
        return await node.Http.PutAsync(Relative(url), body);
    }

    private static Uri Relative(string url) => new(url, UriKind.Relative);
}
