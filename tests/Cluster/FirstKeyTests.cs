using System.Net;
using System.Net.Http.Json;
using Sylk.Conference.Storage.Tests;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>The link to the first key, where several nodes print one each.</summary>
public sealed class FirstKeyTests(SharedPostgres postgres) : IClassFixture<SharedPostgres>
{
    [Fact(DisplayName = "Every node's link works at every node, and of all that are used at once one makes the only key")]
    public async Task OneKey()
    {
        await using var nodes = await Nodes.InAsync(postgres.Cluster);
        Node[] both = [nodes.Start(), nodes.Start()];
        await Task.WhenAll(both.Select(node => node.ReadyAsync()));
        var codes = await Task.WhenAll(both.Select(Operator.CodeAsync));
        Assert.NotEqual(codes[0], codes[1]);
        Assert.Equal(HttpStatusCode.Unauthorized, await RedeemAsync(both[0], new string('0', codes[0].Length)));

        // Crosswise and several times each: who comes second waits for who came first.
        var tries = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => RedeemAsync(both[i % 2], codes[(i + 1 + i / 2) % 2])));

        Assert.Single(tries, HttpStatusCode.Created);
        Assert.Equal(11, tries.Count(status => status == HttpStatusCode.Unauthorized));
        var late = await nodes.StartReadyAsync();
        Assert.DoesNotContain("#bootstrap=", late.Log, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> RedeemAsync(Node node, string code)
    {
        using var answer = await node.Http.PostAsJsonAsync(new Uri("/api/v1/bootstrap", UriKind.Relative), new { code });
        return answer.StatusCode;
    }
}
