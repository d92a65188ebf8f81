using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Sylk.Conference.Rooms;

/// <summary>The meter <c>Sylk.Conference.Rooms</c> (product §18).</summary>
public sealed class RoomMetrics : IDisposable
{
    public const string MeterName = "Sylk.Conference.Rooms";

    private readonly Meter _meter = new(MeterName);
    private readonly UpDownCounter<long> _rooms;
    private readonly UpDownCounter<long> _participants;
    private readonly UpDownCounter<long> _tracks;
    private readonly Counter<long> _joins;
    private readonly Counter<long> _chat;
    private readonly Histogram<double> _sessions;

    public RoomMetrics()
    {
        _rooms = _meter.CreateUpDownCounter<long>("sylk.room.active", "{room}");
        _participants = _meter.CreateUpDownCounter<long>("sylk.participant.active", "{participant}");
        _tracks = _meter.CreateUpDownCounter<long>("sylk.track.active", "{track}");
        _joins = _meter.CreateCounter<long>("sylk.join.requests", "{request}");
        _chat = _meter.CreateCounter<long>("sylk.chat.messages", "{message}");
        _sessions = _meter.CreateHistogram<double>("sylk.room.session.duration", "s");
    }

    public void Dispose() => _meter.Dispose();

    internal void Rooms(int delta) => _rooms.Add(delta);

    internal void Participants(int delta, ParticipantKind kind) =>
        _participants.Add(delta, new KeyValuePair<string, object?>("sylk.participant.kind", WireName(kind)));

    internal void Tracks(int delta, TrackInfo track) => _tracks.Add(
        delta,
        new KeyValuePair<string, object?>("sylk.track.source", JsonNamingPolicy.CamelCase.ConvertName(track.Source.ToString())),
        new KeyValuePair<string, object?>("sylk.codec", track.Codec));

    internal void JoinRequested(string? refusal)
    {
        if (refusal is null)
            _joins.Add(1);
        else
            _joins.Add(1, new KeyValuePair<string, object?>("error.type", refusal));
    }

    internal void ChatPosted(string via) => _chat.Add(1, new KeyValuePair<string, object?>("sylk.via", via));

    internal void SessionEnded(TimeSpan duration, string reason) =>
        _sessions.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("sylk.end.reason", reason));

    private static string WireName(ParticipantKind kind) => kind switch
    {
        ParticipantKind.Web => "web",
        ParticipantKind.Sip => "sip",
        ParticipantKind.Xmpp => "xmpp",
        ParticipantKind.Msrp => "msrp",
        ParticipantKind.Sylkrtc => "sylkrtc",
        ParticipantKind.Recorder => "recorder",
        _ => "bot",
    };
}
