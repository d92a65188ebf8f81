using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sylk.Conference.Load.Janus;

/// <summary>One published stream a subscriber wants: of which publisher, and which of its sections.</summary>
internal readonly record struct JanusStream(long Feed, string Mid);

/// <summary>A plugin handle: the session it belongs to and its own number.</summary>
internal readonly record struct JanusHandle(long Session, long Id);

/// <summary>The requests of the Janus API and of its videoroom that a load needs, as JSON objects without a transaction yet.</summary>
internal static class JanusRequest
{
    private const string VideoRoom = "janus.plugin.videoroom";

    public static JsonObject CreateSession() => new() { ["janus"] = "create" };

    public static JsonObject Attach(long session) => new() { ["janus"] = "attach", ["session_id"] = session, ["plugin"] = VideoRoom };

    public static JsonObject DestroySession(long session) => new() { ["janus"] = "destroy", ["session_id"] = session };

    /// <summary>A room that tells nobody anything and limits nobody: media is all it is for.</summary>
    public static JsonObject CreateRoom(JanusHandle handle, long room) => Message(handle, new JsonObject
    {
        ["request"] = "create",
        ["room"] = room,
        ["permanent"] = false,
        ["publishers"] = 10_000,
        ["bitrate"] = 0,
        ["fir_freq"] = 0,
        ["audiocodec"] = "opus",
        ["videocodec"] = "vp8",
        ["notify_joining"] = false,
        ["audiolevel_event"] = false,
    });

    public static JsonObject Publish(JanusHandle handle, long room, string offer) => Message(
        handle,
        new JsonObject { ["request"] = "joinandconfigure", ["ptype"] = "publisher", ["room"] = room },
        Description("offer", offer));

    public static JsonObject Subscribe(JanusHandle handle, long room, IEnumerable<JanusStream> streams) => Message(handle, new JsonObject
    {
        ["request"] = "join",
        ["ptype"] = "subscriber",
        ["room"] = room,
        ["autoupdate"] = false,
        ["streams"] = new JsonArray(
            [.. streams.Select(stream => new JsonObject { ["feed"] = stream.Feed, ["mid"] = stream.Mid })]),
    });

    public static JsonObject Start(JanusHandle handle, string answer) =>
        Message(handle, new JsonObject { ["request"] = "start" }, Description("answer", answer));

    /// <summary>The bytes to send.</summary>
    public static byte[] Write(JsonObject request, string transaction)
    {
        request["transaction"] = transaction;
        return JsonSerializer.SerializeToUtf8Bytes(request);
    }

    private static JsonObject Message(JanusHandle handle, JsonObject body, JsonObject? description = null)
    {
        var message = new JsonObject
        {
            ["janus"] = "message",
            ["session_id"] = handle.Session,
            ["handle_id"] = handle.Id,
            ["body"] = body,
        };
        if (description is not null)
            message["jsep"] = description;
        return message;
    }

    private static JsonObject Description(string type, string sdp) => new() { ["type"] = type, ["sdp"] = sdp, ["trickle"] = false };
}
