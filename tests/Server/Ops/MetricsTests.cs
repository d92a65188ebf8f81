using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Tests;

/// <summary>Alone: instruments of one name belong to the process, and other tests' servers come and go with theirs.</summary>
[CollectionDefinition(nameof(MetricsTests), DisableParallelization = true)]
public sealed class MetricsCollection;

/// <summary>Product §18 for media, as a scraper sees it: names, kinds of instrument, attributes, and that values move.</summary>
[Collection(nameof(MetricsTests))]
public sealed partial class MetricsTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact(DisplayName = "Product 18 Every media metric has its name, instrument and attributes")]
    public async Task Every_media_metric_is_there()
    {
        await using var alice = await HubClient.JoinAsync(_server, "metric");
        await FillAsync(_server, alice, "metric", 1);
        var page = await _server.Http.GetStringAsync("/metrics");
        foreach (var (name, type, attributes) in Expected)
        {
            Assert.Contains($"# TYPE {name} {type}\n", page, StringComparison.Ordinal);
            var series = type == "histogram" ? name + "_count" : name;
            var line = page.Split('\n').FirstOrDefault(text => text.StartsWith(series + "{", StringComparison.Ordinal));
            Assert.True(line is not null, $"{name} has no value");
            Assert.Equal(attributes.Order(StringComparer.Ordinal), Attributes(line).Select(label => label.Key).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Values_move_between_two_scrapes()
    {
        await using var alice = await HubClient.JoinAsync(_server, "moving");
        await FillAsync(_server, alice, "moving", 1);
        var before = await ReadAsync();
        await FillAsync(_server, alice, "moving", 2);
        var after = await ReadAsync();
        foreach (var series in new[]
        {
            "sylk_media_packets_total{direction=\"receive\",kind=\"audio\"}", "sylk_media_packet_lost_total{cause=\"network\",direction=\"transmit\",kind=\"video\"}",
            "sylk_media_forward_duration_seconds_count{kind=\"video\"}", "sylk_media_rtt_seconds_count{direction=\"transmit\",kind=\"audio\"}",
            "sylk_media_packet_dropped_total{cause=\"Duplicate\",direction=\"receive\",kind=\"video\"}",
            "sylk_ice_connections_total{outcome=\"connected\",transport=\"udp\",type=\"srflx\"}",
            "sylk_dtls_handshake_duration_seconds_count{outcome=\"completed\"}",
        })
            Assert.True(after[series] > before[series], $"{series}: {before[series]} then {after[series]}");
    }

    [Fact]
    public async Task Joining_is_timed_to_the_first_media()
    {
        await using var alice = await HubClient.JoinAsync(_server, "timed");
        await using var bob = await HubClient.JoinAsync(_server, "timed");
        var (engine, epoch) = (_server.Engine.Listener!, _server.Engine.EpochOf("timed"));
        _server.Time.Advance(TimeSpan.FromMilliseconds(700));
        engine.OnFact(new TrackStarted("timed", epoch, alice.Id, "tr_1", TrackKind.Audio, TrackSource.Microphone, "opus", false));
        engine.OnSignal(new SlotsChanged("timed", bob.Id, [new("8", "tr_1", alice.Id, SlotPhase.Live, null)]));
        Assert.Equal(1, (await ReadAsync())["sylk_join_duration_seconds_count{kind=\"web\",outcome=\"media\"}"]);
        _server.Time.Advance(TimeSpan.FromMilliseconds(300));
        engine.OnFact(new PeerConnected("timed", epoch, bob.Id, "udp", "gcm"));
        engine.OnFact(new TrackStarted("timed", epoch, bob.Id, "tr_2", TrackKind.Audio, TrackSource.Microphone, "opus", false));
        var values = await ReadAsync();
        Assert.Equal(2, values["sylk_join_duration_seconds_count{kind=\"web\",outcome=\"media\"}"]);
        Assert.Equal(1.7, values["sylk_join_duration_seconds_sum{kind=\"web\",outcome=\"media\"}"], 3);
    }

    private static (string Name, string Type, string[] Attributes)[] Expected =>
    [
        ("sylk_media_packets_total", "counter", ["network_io_direction", "sylk_media_kind"]),
        ("sylk_media_io_bytes_total", "counter", ["network_io_direction", "sylk_media_kind"]),
        ("sylk_media_packet_lost_total", "counter", ["network_io_direction", "sylk_media_kind", "cause"]),
        ("sylk_media_packet_dropped_total", "counter", ["network_io_direction", "sylk_media_kind", "cause"]),
        ("sylk_media_keyframe_wishes_limited_total", "counter", ["cause"]),
        ("sylk_media_samples_missed_total", "counter", []),
        ("sylk_media_packet_retransmitted_total", "counter", ["network_io_direction", "sylk_media_kind", "cause"]),
        ("sylk_media_packet_redundant_total", "counter", ["network_io_direction", "sylk_media_kind"]),
        ("sylk_media_forward_duration_seconds", "histogram", ["sylk_media_kind"]),
        ("sylk_media_rtt_seconds", "histogram", ["network_io_direction", "sylk_media_kind"]),
        ("sylk_media_jitter_seconds", "histogram", ["network_io_direction", "sylk_media_kind"]),
        ("sylk_media_quality_score", "histogram", ["sylk_media_kind", "sylk_participant_kind"]),
        ("sylk_media_keyframe_requests_total", "counter", ["reason"]),
        ("sylk_media_bwe_bit_per_second", "histogram", []),
        ("sylk_ice_connections_total", "counter", ["network_transport", "sylk_ice_candidate_type", "sylk_outcome"]),
        ("sylk_dtls_handshake_duration_seconds", "histogram", ["sylk_outcome"]),
        ("sylk_join_duration_seconds", "histogram", ["sylk_participant_kind", "sylk_join_outcome"]),
        ("sylk_track_active", "gauge", ["sylk_track_source", "sylk_codec"]),
    ];

    /// <summary>Lets the engine have counted <paramref name="times"/> of everything, and measured all there is to measure once.</summary>
    internal static async Task FillAsync(RunningServer server, HubClient somebody, string room, int times)
    {
        var engine = server.Engine;
        engine.Count = counted => counted with
        {
            PacketsReceived = 100 * times,
            BytesReceived = 10_000 * times,
            BytesSent = 20_000 * times,
            PacketsRetransmitted = 5 * times,
            PacketsAskedFor = 4 * times,
            Dropped = [new DropStatistics("Duplicate", FlowDirection.Receive, "video", times)],
            SamplesMissed = times,
            KeyframeRequestsByReason = ImmutableSortedDictionary<string, long>.Empty.Add("DecoderLoss", times),
            Connections = [new ConnectionStatistics("udp", "srflx", "connected", times)],
            Traffic =
            [
                .. from direction in Enum.GetValues<FlowDirection>()
                   from kind in Enum.GetValues<TrackKind>()
                   select new TrafficStatistics(direction, kind, 10 * times, 900 * times, 3 * times, 2 * times, times),
            ],
        };
        foreach (var measure in Enum.GetValues<MediaMeasure>())
            foreach (var kind in Enum.GetValues<TrackKind>())
                engine.Samples.Enqueue(new MediaSample(measure, FlowDirection.Transmit, kind, PeerKind.Web, 0.004));
        var id = $"tr_{room}_{times}";
        engine.Listener!.OnFact(new TrackStarted(room, engine.EpochOf(room), somebody.Id, id, TrackKind.Video, TrackSource.ScreenAudio, "VP8", false));
        await somebody.NextAsync("TrackPublished", track => track.GetProperty("trackId").GetString() == id);
    }

    /// <summary>Every series as <c>name{key="value"}</c>, where a key is the last word of its name.</summary>
    private async Task<Dictionary<string, double>> ReadAsync()
    {
        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var line in (await _server.Http.GetStringAsync("/metrics")).Split('\n').Where(line => line.StartsWith("sylk_", StringComparison.Ordinal)))
        {
            var name = line[..line.IndexOfAny([' ', '{'])];
            var labels = Attributes(line).Where(label => label.Key != "le")
                .Select(label => $"{label.Key[(label.Key.LastIndexOf('_') + 1)..]}=\"{label.Value}\"").Order(StringComparer.Ordinal);
            var number = line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            values[$"{name}{{{string.Join(',', labels)}}}"] = double.Parse(number[line.Contains('{', StringComparison.Ordinal) ? 0 : 1], CultureInfo.InvariantCulture);
        }
        return values;
    }

    private static IEnumerable<(string Key, string Value)> Attributes(string line) => Label().Matches(line)
        .Select(match => (match.Groups[1].Value, match.Groups[2].Value))
        .Where(label => !label.Item1.StartsWith("otel_", StringComparison.Ordinal));

    [GeneratedRegex("([a-z_]+)=\"([^\"]*)\"")]
    private static partial Regex Label();
}
