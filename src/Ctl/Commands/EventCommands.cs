using System.CommandLine;
using System.Text.Json.Nodes;
using Sylk.Conference.Ctl.Cli;
using Sylk.Conference.Ctl.Rest;

namespace Sylk.Conference.Ctl.Commands;

/// <summary><c>sylkctl events …</c>: the server's stream of events (product §6), line by line.</summary>
internal static class EventCommands
{
    public static Command Make(Verbs verbs)
    {
        var (room, types) = (Takes.Text("--room", "Only this room."), Takes.Texts("--type", "Only these types, such as participant.joined."));
        var (last, count) = (Takes.Argument("after", "Id of the last event you have; an hour is kept."), Takes.Number("--count", "End after so many."));
        return Verbs.Group(
            "events", "What happens on the server.",
            verbs.Verb("tail", "Events as they happen, until interrupted.", [room, types, count], (line, session, stop) =>
                FollowAsync(session, Path(line), null, line.GetValue(count), stop)),
            verbs.Verb("replay", "Events after one you have, then on as with tail.", [last, room, types, count], (line, session, stop) =>
                FollowAsync(session, Path(line), line.GetValue(last), line.GetValue(count), stop)));

        string Path(ParseResult line) => Paths.Query("/events", ("room", line.GetValue(room)), ("types", line.GetValue(types) is { Length: > 0 } wanted ? string.Join(',', wanted) : null));
    }

    private static async Task<int> FollowAsync(Session session, string path, string? after, int? count, CancellationToken stop)
    {
        using var request = RestClient.Get(path);
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (after is not null)
            request.Headers.Add("Last-Event-ID", after);
        using var reply = await session.Rest.OpenAsync(request, stop);
        await using var body = await reply.Content.ReadAsStreamAsync(stop);
        var left = count ?? int.MaxValue;
        await foreach (var item in EventStream.ReadAsync(body, stop))
        {
            session.Printer.Line(session.Printer.IsJson ? item.Parsed?.ToJsonString() ?? item.Data : Readable(item));
            if (--left == 0)
                break;
        }
        return ExitCode.Ok;
    }

    private static string Readable(StreamEvent item)
    {
        var body = item.Parsed as JsonObject;
        return string.Join("  ", new[] { Text("timestamp"), item.Type, Text("room"), item.Id }.Where(part => part.Length > 0));

        string Text(string name) => body?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
    }
}
