using System.Text.Json;

namespace Sylk.Conference.Load.Janus;

/// <summary>What Janus sent: the answer to a transaction, or something that happened.</summary>
/// <param name="Kind">The API's word: success, ack, event, error, webrtcup, hangup and others.</param>
/// <param name="Transaction">Of the request it answers; null for news.</param>
/// <param name="Session">0 where none is named.</param>
/// <param name="Id">Of the session, handle or publisher that came to be; 0 otherwise.</param>
/// <param name="Sdp">The description that came along.</param>
/// <param name="Problem">Why the core or the plugin refused; null when neither did.</param>
internal sealed record JanusReply(string Kind, string? Transaction, long Session, long Id, string? Sdp, string? Problem)
{
    /// <summary>More will come under the same transaction.</summary>
    public bool IsAcknowledgement => Kind == "ack";

    public static bool TryRead(ReadOnlySpan<byte> utf8, out JanusReply? reply)
    {
        reply = null;
        try
        {
            var reader = new Utf8JsonReader(utf8);
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                reply = Read(document.RootElement);
        }
        catch (JsonException)
        {
            return false;
        }

        return reply is not null;
    }

    private static JanusReply Read(JsonElement root)
    {
        var data = Child(Child(root, "plugindata"), "data");
        var id = Number(Child(root, "data"), "id");
        return new JanusReply(
            Text(root, "janus") ?? "",
            Text(root, "transaction"),
            Number(root, "session_id"),
            id != 0 ? id : Number(data, "id"),
            Text(Child(root, "jsep"), "sdp"),
            Text(Child(root, "error"), "reason") ?? Text(data, "error"));
    }

    private static JsonElement Child(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : default;

    private static string? Text(JsonElement parent, string name) =>
        Child(parent, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static long Number(JsonElement parent, string name) =>
        Child(parent, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : 0;
}
