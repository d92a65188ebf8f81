using System.Diagnostics.Metrics;
using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Ops;

/// <summary>The meter <c>Sylk.Conference.Media</c> (product §18): the engine's counters, read when they are scraped, and its measurements.</summary>
internal sealed class MediaMeter : IDisposable
{
    public const string Name = "Sylk.Conference.Media";

    /// <summary>What shards measured is fetched this often at least, so that none of it is missed.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(250);

    private static readonly double[] Short = [0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
    private static readonly double[] Long = [0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1, 1.5, 2, 3, 5, 10, 30];
    private static readonly double[] Rates = [50e3, 100e3, 200e3, 500e3, 1e6, 2e6, 5e6, 10e6, 20e6, 50e6, 100e6];

    private readonly Meter _meter = new(Name);
    private readonly LocalMediaNode _node;
    private readonly Histogram<double> _forward;
    private readonly Histogram<double> _roundTrip;
    private readonly Histogram<double> _jitter;
    private readonly Histogram<double> _score;
    private readonly Histogram<double> _estimate;
    private readonly Histogram<double> _handshake;
    private readonly Histogram<double> _join;
    private readonly Timer _timer;

    public MediaMeter(LocalMediaNode node)
    {
        _node = node;
        _forward = Measure("sylk.media.forward.duration", "s", Short, "From the socket a packet came in by to the socket it left by; the oldest of each flush.");
        _roundTrip = Measure("sylk.media.rtt", "s", Short, "Round trip to a receiver by its reports.");
        _jitter = Measure("sylk.media.jitter", "s", Short, "Interarrival jitter, RFC 3550.");
        _score = Measure("sylk.media.quality.score", "1", [1, 2, 3, 4, 5], "Quality of a connection, 1 to 5.");
        _estimate = Measure("sylk.media.bwe", "bit/s", Rates, "What a receiver's link is thought to carry.");
        _handshake = Measure("sylk.dtls.handshake.duration", "s", Long, "From a client's first DTLS record to the keys.");
        _join = Measure("sylk.join.duration", "s", Long, "From Join to the first media.");
        Observe();
        _timer = new Timer(_ => Fetch(), null, Every, Every);
    }

    public void Joined(TimeSpan took, ParticipantKind kind, string outcome) =>
        _join.Record(took.TotalSeconds, new("sylk.participant.kind", KindName(kind)), new("sylk.join.outcome", outcome));

    public void Dispose()
    {
        _timer.Dispose();
        _meter.Dispose();
    }

    private MediaEngineStatistics Now => _node.Engine.Statistics;

    private Histogram<double> Measure(string name, string unit, double[] bounds, string description) => _meter.CreateHistogram<double>(
        name, unit, description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    private void Fetch() => _node.Engine.TakeSamples(Record);

    private void Record(MediaSample sample)
    {
        var kind = Kind(sample.Kind);
        switch (sample.Measure)
        {
            case MediaMeasure.ForwardDuration:
                _forward.Record(sample.Value, kind);
                break;
            case MediaMeasure.RoundTrip:
                _roundTrip.Record(sample.Value, Direction(sample.Direction), kind);
                break;
            case MediaMeasure.Jitter:
                _jitter.Record(sample.Value, Direction(sample.Direction), kind);
                break;
            case MediaMeasure.QualityScore:
                _score.Record(sample.Value, kind, new("sylk.participant.kind", sample.Peer == PeerKind.Web ? "web" : "bot"));
                break;
            case MediaMeasure.BandwidthEstimate:
                _estimate.Record(sample.Value);
                break;
            case MediaMeasure.HandshakeCompleted:
                _handshake.Record(sample.Value, new KeyValuePair<string, object?>("sylk.outcome", "completed"));
                break;
            case MediaMeasure.HandshakeFailed:
                _handshake.Record(sample.Value, new KeyValuePair<string, object?>("sylk.outcome", "failed"));
                break;
        }
    }

    private void Observe()
    {
        _meter.CreateObservableCounter("sylk.media.packets", Packets, "{packet}");
        _meter.CreateObservableCounter("sylk.media.io", Octets, "By");
        _meter.CreateObservableCounter("sylk.media.packet.lost", () => Now.Traffic.Select(line =>
            new Measurement<long>(line.Lost, Direction(line.Direction), Kind(line.Kind), Cause("network"))), "{packet}");
        _meter.CreateObservableCounter("sylk.media.packet.retransmitted", Retransmitted, "{packet}");
        _meter.CreateObservableCounter("sylk.media.packet.redundant", () => Now.Traffic.Where(line => line.Kind == TrackKind.Audio)
            .Select(line => new Measurement<long>(line.Redundant, Direction(line.Direction), Kind(line.Kind))), "{packet}");
        _meter.CreateObservableCounter("sylk.media.packet.relayed", () => Now.PacketsRelayed, "{packet}");
        _meter.CreateObservableCounter("sylk.media.packet.dropped", () => Now.Dropped.Select(entry =>
            new Measurement<long>(
            entry.Count, Direction(entry.Direction), new("sylk.media.kind", entry.Kind), Cause(entry.Reason))), "{packet}");
        _meter.CreateObservableCounter("sylk.media.keyframe.requests", () => Now.KeyframeRequestsByReason.Select(entry =>
            new Measurement<long>(entry.Value, new KeyValuePair<string, object?>("reason", entry.Key))), "{request}");
        _meter.CreateObservableCounter("sylk.media.keyframe.wishes.limited", () => new Measurement<long>[]
        {
            new(Now.KeyframesRefused, Cause("limit")), new(Now.KeyframesMerged, Cause("under_way")),
        }, "{request}", "Receivers' wishes for a keyframe that made no request of their own.");
        _meter.CreateObservableCounter("sylk.media.samples.missed", () => Now.SamplesMissed, "{sample}", "Measurements the histograms did not get.");
        _meter.CreateObservableCounter("sylk.ice.connections", () => Now.Connections.Select(entry => new Measurement<long>(
            entry.Count,
            new("network.transport", entry.Transport), new("sylk.ice.candidate.type", entry.CandidateType), new("sylk.outcome", entry.Outcome))), "{connection}");
        _meter.CreateObservableCounter("sylk.data.messages", () => new Measurement<long>[]
        {
            new(Now.Data.MessagesReceived, Direction(FlowDirection.Receive)), new(Now.Data.MessagesSent, Direction(FlowDirection.Transmit)),
        }, "{message}");
        _meter.CreateObservableCounter("sylk.data.io", () => new Measurement<long>[]
        {
            new(Now.Data.BytesReceived, Direction(FlowDirection.Receive)), new(Now.Data.BytesSent, Direction(FlowDirection.Transmit)),
        }, "By");
        _meter.CreateObservableCounter("sylk.data.readers.closed", () => Now.Data.ReadersClosed, "{connection}");
    }

    /// <summary>Sound and video are RTP; <c>transport</c> is what else came in: RTCP, STUN, DTLS and what was refused.</summary>
    private IEnumerable<Measurement<long>> Packets()
    {
        Fetch(); // observers run before histograms are read: a scrape is never a second behind
        var now = Now;
        foreach (var line in now.Traffic)
            yield return new(line.Packets, Direction(line.Direction), Kind(line.Kind));
        yield return Rest(now.PacketsReceived, now, FlowDirection.Receive, line => line.Packets);
    }

    /// <summary>Sound and video are octets of payload; <c>transport</c> is all else on the wire, so that the sum is what was sent.</summary>
    private IEnumerable<Measurement<long>> Octets()
    {
        var now = Now;
        foreach (var line in now.Traffic)
            yield return new(line.Octets, Direction(line.Direction), Kind(line.Kind));
        yield return Rest(now.BytesReceived, now, FlowDirection.Receive, line => line.Octets);
        yield return Rest(now.BytesSent, now, FlowDirection.Transmit, line => line.Octets);
    }

    private IEnumerable<Measurement<long>> Retransmitted()
    {
        var now = Now;
        foreach (var line in now.Traffic.Where(line => line is { Direction: FlowDirection.Receive, Kind: TrackKind.Video }))
            yield return new(line.Repaired, Direction(line.Direction), Kind(line.Kind), Cause("nack"));
        yield return new(now.PacketsAskedFor, Direction(FlowDirection.Transmit), Kind(TrackKind.Video), Cause("nack"));
        yield return new(now.PacketsRetransmitted - now.PacketsAskedFor, Direction(FlowDirection.Transmit), Kind(TrackKind.Video), Cause("unasked"));
    }

    private static Measurement<long> Rest(long all, MediaEngineStatistics now, FlowDirection direction, Func<TrafficStatistics, long> count) => new(
        Math.Max(0, all - now.Traffic.Where(line => line.Direction == direction).Sum(count)),
        Direction(direction), new KeyValuePair<string, object?>("sylk.media.kind", "transport"));

    private static KeyValuePair<string, object?> Direction(FlowDirection direction) =>
        new("network.io.direction", direction == FlowDirection.Receive ? "receive" : "transmit");

    private static KeyValuePair<string, object?> Kind(TrackKind kind) => new("sylk.media.kind", kind == TrackKind.Audio ? "audio" : "video");

    private static KeyValuePair<string, object?> Cause(string cause) => new("cause", cause);

    private static string KindName(ParticipantKind kind) => kind == ParticipantKind.Web ? "web" : "bot";
}
