using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Load.Serving;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Load.Rest;

/// <summary>
/// Many rooms with one participant each, who came by WHEP with an offer and sends nothing: what a room costs in memory. Bar: 10,000
/// rooms within 3 GiB. Such a participant is gone after 30 seconds, so all must have come by then.
/// </summary>
internal static class ManyRooms
{
    public const string Verb = "rooms";
    private const double KibPerGib = 1024 * 1024;

    public static async Task RunAsync(Arguments arguments)
    {
        using var server = await ServerProcess.OpenAsync(arguments, MachineAddress.Loopback).ConfigureAwait(false);
        var (count, parallel) = (arguments.Number("count", 10_000), arguments.Number("parallel", 32));
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = parallel }) { BaseAddress = server.Url };
        var offer = Offer();
        for (var i = 0; i < 200; i++)
            await JoinAsync(http, offer, $"warm-{i}", default).ConfigureAwait(false);
        var (before, since) = (server.Facts.ResidentKib, Stopwatch.GetTimestamp());
        await Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = parallel }, async (i, stop) =>
            await JoinAsync(http, offer, $"room-{i}", stop).ConfigureAwait(false)).ConfigureAwait(false);
        var (seconds, after) = (Stopwatch.GetElapsedTime(since).TotalSeconds, server.Facts.ResidentKib);
        var live = await LiveAsync(http).ConfigureAwait(false);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} rooms in {seconds:0.0} s, {live} live: {after / KibPerGib:0.00} GiB resident ({before / KibPerGib:0.00} before, {(after - before) / (double)count:0.0} KiB a room; bar 3 GiB: {(after / KibPerGib <= 3 && live >= count ? "met" : "missed")})"));
    }

    private static async Task JoinAsync(HttpClient http, string offer, string room, CancellationToken stop)
    {
        using var content = new StringContent(offer, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/sdp");
        using var reply = await http.PostAsync(new Uri($"/whep/{room}", UriKind.Relative), content, stop).ConfigureAwait(false);
        reply.EnsureSuccessStatusCode();
    }

    private static async Task<int> LiveAsync(HttpClient http)
    {
        var lines = (await http.GetStringAsync(new Uri("/metrics", UriKind.Relative)).ConfigureAwait(false)).Split('\n');
        var line = lines.First(line => line.StartsWith("sylk_room_active", StringComparison.Ordinal));
        return (int)double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    private static string Offer()
    {
        using var identity = new PeerIdentity(TimeProvider.System);
        using var client = new HeadlessClient(identity, null);
        return SdpPrinter.Print(PeerOffer.Create(client.Peer, default, 1, 1));
    }
}
