using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Storage.Tests;

namespace Sylk.Conference.Server.Tests.Storage;

/// <summary>The database of a running server dies for half a minute (F-07, R-36): a real PostgreSQL, stopped and started.</summary>
public sealed class StoreAwayTests
{
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(30);

    /// <summary>R-36: no request hangs for longer.</summary>
    private static readonly TimeSpan LongestAnswer = TimeSpan.FromSeconds(2);

    /// <summary>The bar is 60 ms on a machine of our own (<c>SYLK_MEDIA_GAP_MS=60</c>); beside other work threads wait longer for a processor.</summary>
    private static readonly TimeSpan LongestGap = TimeSpan.FromMilliseconds(
        int.Parse(Environment.GetEnvironmentVariable("SYLK_MEDIA_GAP_MS") ?? "1000", CultureInfo.InvariantCulture));

    private static readonly TimeSpan BackToNormal = TimeSpan.FromSeconds(5);

    [Fact(DisplayName = "R-36 F-07 Database away 30 s: media goes on, orders are refused at once, nothing acknowledged is lost")]
    public async Task The_database_goes_away()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var server = await KeptServer.OnPostgresAsync(cluster);
        await server.PostAsync("/rooms", new { name = "live", kind = "permanent" });
        await using var ann = await server.JoinAsync(new { room = "live", displayName = "Ann" });
        using var media = await LiveMedia.StartAsync(server.Address, "live");
        await UntilAsync(() => Task.FromResult(media.Packets > 100), TimeSpan.FromSeconds(20));
        Assert.Equal("", await SayAsync(ann, "before"));

        await cluster.CrashAsync();
        // A key cannot be looked up now; who watches over a server shows none.
        using var watch = new HttpClient { BaseAddress = server.Address };
        var (since, packets, unready) = (Stopwatch.StartNew(), media.Packets, TimeSpan.MaxValue);
        HubClient? late = null;
        for (var second = 1; since.Elapsed < Outage; second++)
        {
            Assert.Equal(ErrorCodes.Overloaded, await SayAsync(ann, $"during {second}"));
            Assert.Equal("", Code(await AnswerAsync(ann, "UpdateSelf", new { handRaised = second % 2 == 1 })));
            Assert.Equal(ErrorCodes.Overloaded, await NewRoomAsync(server, $"new{second}"));
            late ??= await server.JoinAsync(new { room = "live", displayName = "Late" });
            if (unready == TimeSpan.MaxValue && (await watch.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable)
                unready = since.Elapsed;
            Assert.Equal(HttpStatusCode.OK, (await watch.GetAsync("/health/live")).StatusCode);
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        Assert.InRange(unready, TimeSpan.Zero, BackToNormal);
        Assert.InRange(media.Packets - packets, (long)(Outage.TotalSeconds * 45), long.MaxValue);

        await cluster.ResumeAsync();
        await UntilAsync(async () => await SayAsync(ann, "after") == "", BackToNormal);
        await UntilAsync(async () => (await watch.GetAsync("/health/ready")).StatusCode == HttpStatusCode.OK, BackToNormal);
        TestContext.Current.SendDiagnosticMessage($"longest time without a packet of audio: {media.LongestGap.TotalMilliseconds:0} ms; unready after {unready.TotalSeconds:0.0} s");
        Assert.InRange(media.LongestGap, TimeSpan.Zero, LongestGap);
        await late!.DisposeAsync();

        await server.KillAsync();
        await server.StartAgainAsync();
        Assert.Equal(["after", "before"], (await server.GetAsync("/rooms/live/messages")).GetProperty("items").EnumerateArray()
            .Select(line => line.GetProperty("content").GetString()));
        Assert.Contains("Late", (await server.GetAsync("/rooms/live/participants")).GetProperty("items").EnumerateArray()
            .Select(one => one.GetProperty("displayName").GetString()));
    }

    private static async Task<string> SayAsync(HubClient who, string content) =>
        Code(await AnswerAsync(who, "SendChat", new { content, clientId = content.Replace(' ', '-') }));

    private static async Task<string> NewRoomAsync(KeptServer server, string room)
    {
        var client = await HubClient.ConnectAsync(server.Address);
        await using (client)
            return Code(await AnswerAsync(client, "Join", new { room, displayName = "Somebody" }));
    }

    private static async Task<JsonElement> AnswerAsync(HubClient who, string verb, object body)
    {
        var since = Stopwatch.StartNew();
        var reply = await who.CallAsync(verb, body);
        Assert.InRange(since.Elapsed, TimeSpan.Zero, LongestAnswer);
        return reply;
    }

    /// <summary>Empty when it was done.</summary>
    private static string Code(JsonElement reply) => reply.GetProperty("ok").GetBoolean() ? "" : HubClient.Code(reply);

    private static async Task UntilAsync(Func<Task<bool>> isSo, TimeSpan patience)
    {
        var since = Stopwatch.StartNew();
        while (!await isSo())
        {
            Assert.InRange(since.Elapsed, TimeSpan.Zero, patience);
            await Task.Delay(100);
        }
    }
}
