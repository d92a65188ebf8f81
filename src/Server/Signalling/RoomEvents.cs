using Sylk.Conference.Rooms;
using Sylk.Conference.Sfu;

namespace Sylk.Conference.Server.Signalling;

/// <summary>Names and shapes of the events clients get (product §7.4).</summary>
internal static class RoomEvents
{
    public static string NameOf(object content) => content switch
    {
        FactBatch => "Facts",
        RoomChanged or ResyncNeeded => "RoomUpdated",
        Joined => "ParticipantJoined",
        Updated => "ParticipantUpdated",
        Departed => "ParticipantLeft",
        TrackAppeared => "TrackPublished",
        TrackChanged => "TrackUpdated",
        TrackVanished => "TrackUnpublished",
        Reacted => "Reaction",
        MutedByModerator => "MuteRequested",
        UnmuteAsked => "UnmuteRequested",
        SelfChanged => "SelfChanged",
        RenegotiationNeeded => "RenegotiateRequested",
        Dismissed => "Disconnect",
        DataSent => "Data",
        ChatSaid => "ChatMessage",
        ChatAmended => "ChatUpdated",
        ChatReceipt => "ChatReceipt",
        TypingChanged => "Typing",
        FileAppeared => "FileShared",
        FileVanished => "FileRemoved",
        WaitingChanged => "WaitingChanged",
        CallChanged => "CallChanged",
        SpotlightChanged => "SpotlightChanged",
        TurnedAway => "Denied",
        SlotsChanged => "Slots",
        SpeakersChanged => "Speakers",
        PublishHinted => "PublishHint",
        QualityChanged => "Quality",
        _ => "Notice",
    };

    /// <summary>Rendered once for everybody, but for lines with their author's mark and files with an address for one reader.</summary>
    public static byte[] RenderFor(FeedEnvelope envelope, string reader) =>
        envelope.Content switch
        {
            FeedItem item when IsOwn(item, reader) => RenderOne(envelope, reader),
            FactBatch batch when batch.Items.Any(item => IsOwn(item, reader)) => RenderBatch(envelope, batch, reader),
            _ => envelope.Render(Render),
        };

    private static byte[] Render(FeedEnvelope envelope) =>
        envelope.Content is FactBatch batch ? RenderBatch(envelope, batch, "") : RenderOne(envelope);

    private static byte[] RenderBatch(FeedEnvelope envelope, FactBatch batch, string reader) =>
        Wire.WithRev(envelope.Rev, new { Events = batch.Items.Select(item => Entry(item, reader)).ToArray() });

    private static bool IsOwn(FeedItem item, string reader) => item switch
    {
        ChatItem line => line.Line.From.ParticipantId == reader,
        FileAppeared => true,
        _ => false,
    };

    /// <summary>An event as it stands in a list: its members behind its name.</summary>
    private static RawJson Entry(FeedItem item, string reader)
    {
        var members = RenderOne(new FeedEnvelope(item, item.Rev), reader).AsSpan(1);
        var head = $"{{\"type\":\"{NameOf(item)}\",";
        var bytes = new byte[head.Length + members.Length];
        System.Text.Encoding.ASCII.GetBytes(head, bytes);
        members.CopyTo(bytes.AsSpan(head.Length));
        return new RawJson(bytes);
    }

    private static byte[] RenderOne(FeedEnvelope envelope, string reader = "") => Wire.WithRev(envelope.Rev, envelope.Content switch
    {
        RoomChanged e => new { e.Rules.Title, Access = WireRoom.AccessOf(e.Rules), Features = WireRoom.FeaturesOf(e.Rules) },
        Joined e => e.Participant,
        Updated e => e.Participant,
        Departed e => new { Id = e.ParticipantId, e.Reason, e.By },
        TrackAppeared e => e.Track,
        TrackChanged e => e.Track,
        TrackVanished e => new { e.TrackId, e.ParticipantId },
        Reacted e => new { e.ParticipantId, e.Emoji },
        MutedByModerator e => new { Source = e.Source is { } source ? Spell(source) : "all", e.By },
        UnmuteAsked e => new { e.Source, e.By },
        SelfChanged e => new { e.Self.Id, e.Self.Role, e.Self.Caps, e.Self.Muted },
        RenegotiationNeeded e => new { e.Reason, e.IceRestart, e.DeadlineMs, Epoch = e.Epoch == 0 ? (long?)null : e.Epoch },
        Dismissed e => new { e.Code, e.Detail, e.Action },
        Announced e => new { Level = "info", Code = "announcement", e.Text },
        DataSent e => new { e.Topic, e.Payload, e.From },
        ChatItem e => new { Message = WireLine.Of(e.Line, reader) },
        FileAppeared e => new { File = WireFile.Of(e.File, e.Key, e.Room, reader) },
        FileVanished e => new { e.FileId },
        UploadFailed e => new { Level = "warning", Code = ErrorCodes.ValidationFailed, Text = "A file did not arrive as it was sent.", e.FileId },
        WaitingChanged e => new { e.Waiting },
        CallChanged e => e.Call,
        SpotlightChanged e => new { e.TrackIds, e.By },
        TurnedAway e => new { e.Message },
        ChatReceipt e => new { e.MessageId, e.By, State = e.Kind },
        TypingChanged e => new { e.ParticipantId, State = e.Active ? "active" : "idle", To = e.Reader },
        SlotsChanged e => new { Slots = e.Slots.Select(Slot).ToArray(), e.Epoch },
        PublishHinted e => new { e.TrackId, e.ActiveRids, e.MaxHeight, e.MaxBitrateBps, e.Epoch },
        SpeakersChanged e => new { Dominant = e.DominantPeerId, Levels = e.Levels.Select(Level).ToArray() },
        QualityChanged e => new { Items = e.Items.Select(Quality).ToArray() },
        _ => new { },
    });

    public static WireQuality Quality(QualityItem item) => new(
        item.PeerId, item.Score, item.Direction == FlowDirection.Receive ? "up" : "down", item.Cause == QualityCause.None ? null : item.Cause);

    private static object Slot(SlotState slot) => new { slot.Mid, slot.TrackId, ParticipantId = slot.PeerId, State = slot.Phase, slot.Cause };

    private static object Level(SpeakerLevel level) => new { ParticipantId = level.PeerId, level.Level };

    internal sealed record WireQuality(string ParticipantId, int Score, string Direction, QualityCause? Cause);

    private static string Spell(TrackSource source) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(source.ToString());
}
