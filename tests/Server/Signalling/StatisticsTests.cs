using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Tests;

public sealed class StatisticsTests(ServerFixture fixture) : IClassFixture<ServerFixture>
{
    private readonly RunningServer _server = fixture.Server;

    [Fact(DisplayName = "7.4 Quality reaches everybody in the room, with the cause in a word")]
    public async Task Quality_reaches_everybody()
    {
        await using var alice = await HubClient.JoinAsync(_server, "q-all");
        await using var bob = await HubClient.JoinAsync(_server, "q-all");
        _server.Engine.Listener!.OnSignal(new QualityChanged("q-all",
        [
            new(alice.Id, FlowDirection.Receive, 2, QualityCause.Loss), new(alice.Id, FlowDirection.Transmit, 5, QualityCause.None),
        ]));
        foreach (var somebody in new[] { alice, bob })
        {
            var items = (await somebody.NextAsync("Quality")).GetProperty("items");
            Assert.Equal(
                (alice.Id, 2, "up", "loss"),
                (Text(items[0], "participantId"), items[0].GetProperty("score").GetInt32(), Text(items[0], "direction"), Text(items[0], "cause")));
            Assert.Equal(("down", JsonValueKind.Null), (Text(items[1], "direction"), items[1].GetProperty("cause").ValueKind));
        }
    }

    [Fact]
    public async Task Of_signals_that_wait_the_newest_word_on_each_direction_counts()
    {
        var listener = new FeedListener("c");
        listener.OfferQuality(Envelope(new("a", FlowDirection.Receive, 2, QualityCause.Loss), new("b", FlowDirection.Receive, 4, QualityCause.Delay)));
        listener.OfferQuality(Envelope(new("a", FlowDirection.Receive, 3, QualityCause.Jitter), new("a", FlowDirection.Transmit, 1, QualityCause.Bandwidth)));
        var taken = new List<FeedEnvelope>();
        await listener.TakeAsync(taken, TestContext.Current.CancellationToken);
        var items = Assert.IsType<QualityChanged>(Assert.Single(taken).Content).Items;
        Assert.Equal([("a", 3), ("b", 4), ("a", 1)], items.Select(item => (item.PeerId, item.Score)));
    }

    [Fact]
    public async Task A_report_reaches_the_engine_but_not_too_often()
    {
        await using var alice = await HubClient.JoinAsync(_server, "q-report");
        var body = new { rttMs = 20, lossPercent = 0.4, freezes = 3, cpuLimited = true, candidatePair = "host → host", slots = new[] { new { mid = "9", freezes = 3, bitrateBps = 1e6 } } };
        HubClient.Value(await alice.CallAsync("ReportStats", body));
        HubClient.Value(await alice.CallAsync("ReportStats", body));
        var report = Assert.Single(_server.Engine.Reports);
        Assert.Equal((true, false), (report.CpuLimited, report.BandwidthLimited));
        Assert.Equal([new ClientSlotReport("9", 3)], report.Slots);
    }

    [Theory(DisplayName = "7.3 ReportStats: what cannot be is refused")]
    [InlineData("{\"rttMs\":-1}")]
    [InlineData("{\"lossPercent\":101}")]
    [InlineData("{\"jitterMs\":1e300}")]
    [InlineData("{\"freezes\":-3}")]
    [InlineData("{\"rttMs\":\"fast\"}")]
    [InlineData("{\"slots\":[null]}")]
    [InlineData("{\"slots\":[{\"mid\":\"\"}]}")]
    [InlineData("{\"slots\":[{\"mid\":\"8\",\"freezes\":1e9}]}")]
    [InlineData("{\"slots\":{}}")]
    [InlineData("many slots")]
    [InlineData("long pair")]
    public async Task Nonsense_is_refused(string text)
    {
        await using var alice = await HubClient.JoinAsync(_server, "q-bad");
        text = text switch
        {
            "many slots" => $"{{\"slots\":[{string.Join(',', Enumerable.Repeat("{\"mid\":\"8\"}", 65))}]}}",
            "long pair" => $"{{\"candidatePair\":\"{new string('x', 129)}\"}}",
            _ => text,
        };
        using var body = JsonDocument.Parse(text);
        Assert.Equal(ErrorCodes.ValidationFailed, HubClient.Code(await alice.CallAsync("ReportStats", body.RootElement)));
        await using var stranger = await HubClient.ConnectAsync(_server);
        Assert.Equal(ErrorCodes.CapabilityMissing, HubClient.Code(await stranger.CallAsync("ReportStats", new { rttMs = 1 })));
    }

    [Fact]
    public async Task Numbers_are_for_the_one_who_asks()
    {
        await using var alice = await HubClient.JoinAsync(_server, "q-read");
        await using var bob = await HubClient.JoinAsync(_server, "q-read");
        Assert.Equal(0, HubClient.Value(await bob.CallAsync("ReadStats")).GetProperty("lines").GetArrayLength());
        _server.Engine.Sheets[alice.Id] = new PeerStatistics(
            [new(bob.Id, FlowDirection.Transmit, TrackKind.Video, TrackSource.ScreenAudio, "tr_1", "9", 1.5, 3, 20, 700_000, 1, 3, 2, 7, 0)],
            [new(bob.Id, FlowDirection.Receive, 4, QualityCause.Cpu)]);
        var value = HubClient.Value(await alice.CallAsync("ReadStats"));
        var line = value.GetProperty("lines")[0];
        Assert.Equal(
            (bob.Id, "down", "video", "screenAudio", "tr_1", "9"),
            (Text(line, "participantId"), Text(line, "direction"), Text(line, "kind"), Text(line, "source"), Text(line, "trackId"), Text(line, "mid")));
        Assert.Equal(
            (1.5, 3, 20, 700_000, 1, 3),
            (line.GetProperty("lossPercent").GetDouble(), line.GetProperty("jitterMs").GetDouble(), line.GetProperty("rttMs").GetDouble(),
             line.GetProperty("bitrateBps").GetInt64(), line.GetProperty("layer").GetInt32(), line.GetProperty("layers").GetInt32()));
        Assert.Equal((2, 7, 0), (line.GetProperty("freezes").GetInt32(), line.GetProperty("repaired").GetInt32(), line.GetProperty("redundant").GetInt32()));
        Assert.Equal("cpu", Text(value.GetProperty("quality")[0], "cause"));
    }

    private static FeedEnvelope Envelope(params QualityItem[] items) => new(new QualityChanged("r", [.. items]), 1);

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
