using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>
/// One order from node to node, as JSON: the media engine's records know nothing of the cluster's serializer, and a reader of
/// another version skips what it does not know (F-24). The list of kinds below is all that is ever read (TA-04).
/// </summary>
[JsonDerivedType(typeof(OpenMedia), "open")]
[JsonDerivedType(typeof(CloseMedia), "close")]
[JsonDerivedType(typeof(Negotiation), "negotiate")]
[JsonDerivedType(typeof(OfferOf), "offer")]
[JsonDerivedType(typeof(CandidatesFor), "candidates")]
[JsonDerivedType(typeof(ClosePeer), "closePeer")]
[JsonDerivedType(typeof(MuteTrack), "mute")]
[JsonDerivedType(typeof(ViewFor), "view")]
[JsonDerivedType(typeof(ReportOf), "report")]
[JsonDerivedType(typeof(StatisticsOf), "statistics")]
[JsonDerivedType(typeof(InventoryOf), "inventory")]
[JsonDerivedType(typeof(Attendance), "attend")]
[JsonDerivedType(typeof(OrderToNode), "node")]
[JsonDerivedType(typeof(LegStep), "legStep")]
[JsonDerivedType(typeof(LegCommand), "legOrder")]
[JsonDerivedType(typeof(LegEnd), "legEnd")]
internal abstract record NodeRequest;

internal sealed record OpenMedia(string Room, long Epoch, RoomMediaPolicy Policy) : NodeRequest;

internal sealed record CloseMedia(string Room, long Epoch) : NodeRequest;

/// <param name="From">The node the participant's signalling is on.</param>
internal sealed record Negotiation(PeerOffer Offer, string From) : NodeRequest;

internal sealed record OfferOf(string Room, long Epoch, string PeerId) : NodeRequest;

internal sealed record CandidatesFor(string Room, long Epoch, string PeerId, ImmutableArray<string> Candidates) : NodeRequest;

internal sealed record ClosePeer(string Room, long Epoch, string PeerId) : NodeRequest;

internal sealed record MuteTrack(string Room, long Epoch, string TrackId, bool Muted) : NodeRequest;

internal sealed record ViewFor(string Room, long Epoch, string PeerId, PeerView View) : NodeRequest;

internal sealed record ReportOf(string Room, long Epoch, string PeerId, ClientReport Report) : NodeRequest;

internal sealed record StatisticsOf(string Room, string PeerId) : NodeRequest;

internal sealed record InventoryOf(string Room) : NodeRequest;

internal sealed record Attendance(string Room, string PeerId, string Listener) : NodeRequest;

internal sealed record OrderToNode(NodeOrder Order) : NodeRequest;

/// <param name="From">The node the call's dialog is on: what happens on the leg is told there.</param>
internal sealed record LegStep(LegOffer Offer, string From) : NodeRequest;

internal sealed record LegCommand(LegOrder Order) : NodeRequest;

internal sealed record LegEnd(string Room, long Epoch, string LegId) : NodeRequest;

/// <summary>Signals on their way to the node where people listen.</summary>
/// <remarks>Of each kind a list, because the order between kinds says nothing.</remarks>
internal sealed record SignalBatch(
    ImmutableArray<SlotsChanged> Slots, ImmutableArray<PublishHinted> Hints, ImmutableArray<SpeakersChanged> Speakers,
    ImmutableArray<QualityChanged> Quality)
{
    public static SignalBatch Of(ImmutableArray<MediaSignal> signals) => new(
        [.. signals.OfType<SlotsChanged>()], [.. signals.OfType<PublishHinted>()], [.. signals.OfType<SpeakersChanged>()],
        [.. signals.OfType<QualityChanged>()]);

    public void Deliver(ISignalOutlet outlet)
    {
        foreach (var signal in Slots.AsEnumerable<MediaSignal>().Concat(Hints).Concat(Speakers).Concat(Quality))
            outlet.Signal(signal);
    }
}

internal static class NodeWire
{
    private static readonly JsonSerializerOptions Options = new()
    {
        MaxDepth = 16,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new Lists() },
    };

    public static byte[] Write<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, Options);

    /// <exception cref="JsonException">Not one of ours.</exception>
    public static T? Read<T>(byte[] json) => JsonSerializer.Deserialize<T>(json, Options);

    /// <summary>Lists that may be absent, which is not the same as empty.</summary>
    private sealed class Lists : JsonConverterFactory
    {
        public override bool CanConvert(Type typeToConvert) =>
            typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

        public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
            (JsonConverter)Activator.CreateInstance(typeof(ListOf<>).MakeGenericType(typeToConvert.GenericTypeArguments))!;
    }

    private sealed class ListOf<T> : JsonConverter<ImmutableArray<T>>
    {
        public override bool HandleNull => true;

        public override ImmutableArray<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<T[]>(ref reader, options) is { } items ? [.. items] : default;

        public override void Write(Utf8JsonWriter writer, ImmutableArray<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.IsDefault ? null : value.ToArray(), options);
    }
}
