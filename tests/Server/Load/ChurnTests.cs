using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Tests;

/// <summary>R-48 without the media: people come and go, and nothing of them is left. The whole server with its real media engine.</summary>
[Collection(nameof(MetricsTests))]
public sealed class ChurnTests
{
    private const int Rooms = 20;

    /// <summary>The bar says 10,000: SYLK_CHURN=10000.</summary>
    private static readonly int Times = int.Parse(Environment.GetEnvironmentVariable("SYLK_CHURN") ?? "2000", CultureInfo.InvariantCulture);

    [Fact(DisplayName = "R-48 Joins with ICE allocation and leaves: heap, descriptors, threads and peers are back where they were")]
    public async Task Nothing_is_left()
    {
        var startup = StartupOptions.Read(
            ["--dev", "--Http:Urls=http://127.0.0.1:0", "--Media:UdpPort=0", "--Media:TcpPort=0", "--Media:Shards=1", "--Observability:LogLevel=None"]);
        await using var app = Composition.Build(startup);
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(Greeting.AddressOf(app)) };
        var engine = app.Services.GetRequiredService<LocalMediaNode>().Engine;
        var offer = Offer();
        await ComeAndGoAsync(http, offer, 500);
        var before = Count();
        await ComeAndGoAsync(http, offer, Times);
        var after = Count();
        // What earlier tests of this process left closes in its own time; what a join leaves does not.
        for (var looks = 0; looks < 20 && after.Descriptors > before.Descriptors + 5; looks++)
        {
            await Task.Delay(500);
            after = Count();
        }

        Assert.Equal(0, engine.Statistics.Peers);
        Assert.InRange(after.Heap - before.Heap, long.MinValue, Math.Max(8 << 20, before.Heap / 20));
        Assert.InRange(after.Descriptors, 0, before.Descriptors + 5);
        Assert.InRange(after.Threads, 0, before.Threads + 5);
        await app.StopAsync();
    }

    private static async Task ComeAndGoAsync(HttpClient http, string offer, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var content = new StringContent(offer, Encoding.UTF8);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/sdp");
            using var joined = await http.PostAsync($"/whep/churn{i % Rooms}", content);
            Assert.Equal(HttpStatusCode.Created, joined.StatusCode);
            using var left = await http.DeleteAsync(joined.Headers.Location);
            Assert.Equal(HttpStatusCode.OK, left.StatusCode);
        }
    }

    private static string Offer()
    {
        using var identity = new PeerIdentity(TimeProvider.System);
        using var client = new HeadlessClient(identity, null);
        return SdpPrinter.Print(PeerOffer.Create(client.Peer, default, 1, 1));
    }

    private static (long Heap, int Descriptors, int Threads) Count()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        using var process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), Directory.GetFiles("/proc/self/fd").Length, process.Threads.Count);
    }
}
