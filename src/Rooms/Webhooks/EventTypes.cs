using System.Collections.Frozen;

namespace Sylk.Conference.Rooms;

/// <summary>The event types of product §6.</summary>
public static class EventTypes
{
    private static readonly FrozenSet<string> Known = FrozenSet.Create(StringComparer.Ordinal,
        "room.created", "room.updated", "room.started", "room.ended", "room.deleted",
        "participant.waiting", "participant.joined", "participant.updated", "participant.reconnecting", "participant.left",
        "track.published", "track.unpublished", "track.muted", "track.unmuted", "speaker.changed",
        "call.started", "call.ringing", "call.answered", "call.held", "call.dtmf", "call.transferred", "call.ended",
        "message.created", "message.updated", "message.deleted", "file.shared", "file.deleted",
        "recording.started", "recording.stopped", "recording.ready", "recording.failed",
        "address.created", "address.expired",
        "node.started", "node.draining", "node.stopped", "certificate.expiring", "trunk.down", "trunk.up", "webhook.test");

    private static readonly FrozenSet<string> Families = Known.Select(type => type[..type.IndexOf('.')] + ".*").ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True for a type (<c>room.started</c>) or a family (<c>room.*</c>) that exists.</summary>
    public static bool IsPattern(string text) => Known.Contains(text) || Families.Contains(text);

    /// <summary>True when a type, or the family it belongs to, is meant.</summary>
    public static bool Covers(string pattern, string type) =>
        pattern == type || (pattern.EndsWith(".*", StringComparison.Ordinal) && type.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal));

    /// <summary>Families that carry what people wrote: sent only to those who ask for them by name.</summary>
    public static bool CarriesContent(string type) =>
        type.StartsWith("message.", StringComparison.Ordinal) || type.StartsWith("file.", StringComparison.Ordinal);
}
