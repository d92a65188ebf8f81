using System.Text;
using System.Text.Json;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Server.Webhooks;

/// <summary>How an event looks to the outside, on a webhook and in the stream (product §6).</summary>
internal static class EventEnvelope
{
    public static string Of(OutboundEvent happened) => JsonSerializer.Serialize(
        new Envelope(
            happened.Id, happened.Type, happened.Timestamp, happened.Sequence, happened.Room, happened.SessionId, happened.Node,
            new RawJson(Encoding.UTF8.GetBytes(happened.Data))),
        Wire.Json);

    private sealed record Envelope(
        string Id, string Type, DateTimeOffset Timestamp, long Sequence, string Room, string? SessionId, string Node, RawJson Data);
}
