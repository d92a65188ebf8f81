using System.CommandLine;
using System.Text.Json.Nodes;
using Sylk.Conference.Ctl.Cli;

namespace Sylk.Conference.Ctl.Commands;

/// <summary><c>sylkctl room …</c></summary>
internal static class RoomCommands
{
    private static readonly Argument<string> Room = Takes.Argument("room", "Name or rm_… id.");
    private static readonly Option<string[]> Set = Takes.Texts("--set", "Any setting by its name, such as limits.maxVideo=9.");

    public static Command Make(Verbs verbs) => Verbs.Group(
        "room", "Rooms and what happens in them.",
        List(verbs), Show(verbs), Create(verbs), Change(verbs),
        verbs.Send("delete", "End the session and forget the room.", HttpMethod.Delete, [Room], Path, _ => null, "Deleted."),
        End(verbs),
        Lock(verbs, "lock", true), Lock(verbs, "unlock", false),
        MuteAll(verbs), Play(verbs), Announce(verbs), Record(verbs), StopRecord(verbs));

    private static string Path(ParseResult line) => Paths.Of($"/rooms/{line.GetValue(Room)}");

    private static Command List(Verbs verbs)
    {
        var (status, kind) = (Takes.Word("--status", "Only these.", "live", "idle"), Takes.Word("--kind", "Only these.", "permanent", "adhoc"));
        var prefix = Takes.Text("--prefix", "Only names that begin so.");
        return verbs.List(
            "list", "All rooms.", [status, kind, prefix],
            line => Paths.Query("/rooms", ("status", line.GetValue(status)), ("kind", line.GetValue(kind)), ("prefix", line.GetValue(prefix))),
            new("NAME", "name"), new("STATUS", "status"), new("KIND", "kind"), new("PEOPLE", "participantCount"), new("TITLE", "title"));
    }

    private static Command Show(Verbs verbs) => verbs.Send("show", "A room's settings and state.", HttpMethod.Get, [Room], Path, _ => null, "");

    private static Command Create(Verbs verbs)
    {
        var name = new Argument<string?>("name") { Description = "Left out: three words by chance.", Arity = ArgumentArity.ZeroOrOne };
        var (title, kind) = (Takes.Text("--title", "For people."), Takes.Word("--kind", "Default: permanent.", "permanent", "adhoc"));
        var access = Takes.Word("--access", "Who may come in.", "open", "passcode", "token", "invited");
        var most = Takes.Number("--max-participants", "People at once.");
        return verbs.Send(
            "create", "Make a room.", HttpMethod.Post, [name, title, kind, access, most, Set], _ => "/rooms",
            line => new JsonObject()
                .With("name", line.GetValue(name)).With("title", line.GetValue(title)).With("kind", line.GetValue(kind))
                .With("access.mode", line.GetValue(access)).With("limits.maxParticipants", line.GetValue(most))
                .WithAssignments(line.GetValue(Set)),
            "Created.");
    }

    private static Command Change(Verbs verbs)
    {
        var title = Takes.Text("--title", "For people.");
        return verbs.Send(
            "set", "Change settings; who is inside sees it at once.", HttpMethod.Patch, [Room, title, Set], Path,
            line => new JsonObject().With("title", line.GetValue(title)).WithAssignments(line.GetValue(Set)) is { Count: > 0 } body
                ? body
                : throw new UsageException("Nothing to change: use --title or --set name=value."),
            "Changed.");
    }

    private static Command End(Verbs verbs)
    {
        var reason = Takes.Text("--reason", "Shown to everybody.");
        return verbs.Send(
            "end", "End the session, keep the room.", HttpMethod.Post, [Room, reason], line => Path(line) + "/end",
            line => new JsonObject().With("reason", line.GetValue(reason)), "Ended.");
    }

    private static Command Lock(Verbs verbs, string name, bool locked) => verbs.Send(
        name, locked ? "Let nobody else in." : "Let people in again.", HttpMethod.Patch, [Room], Path,
        _ => new JsonObject().With("access.locked", locked), locked ? "Locked." : "Unlocked.");

    private static Command MuteAll(Verbs verbs)
    {
        var source = Takes.Word("--source", "Default: microphone.", "microphone", "camera", "screen", "all");
        var (except, hold) = (Takes.Texts("--except", "Ids of those who may go on."), Takes.Flag("--lock-unmute", "Only moderators can lift it."));
        return verbs.Send(
            "mute-all", "Mute everybody.", HttpMethod.Post, [Room, source, except, hold], line => Path(line) + "/mute-all",
            line => new JsonObject().With("source", line.GetValue(source) ?? "microphone").With("except", Fields.Array(line.GetValue(except)))
                .With("lockUnmute", line.GetValue(hold) ? true : null),
            "Muted.");
    }

    private static Command Play(Verbs verbs)
    {
        var prompt = Takes.Argument("prompt", "Name of a prompt, or id of a file.");
        var target = Takes.Text("--target", "all, phones or a participant's id; default: all.");
        return verbs.Send(
            "play", "Play sound into the room.", HttpMethod.Post, [Room, prompt, target], line => Path(line) + "/announcements",
            line => new JsonObject().With("prompt", line.GetValue(prompt)).With("target", line.GetValue(target) ?? "all"), "Playing.");
    }

    private static Command Announce(Verbs verbs)
    {
        var (text, target) = (Takes.Argument("text", "What is said."), Takes.Text("--target", "all, phones or a participant's id; default: all."));
        return verbs.Send(
            "announce", "Show a notice to the room.", HttpMethod.Post, [Room, text, target], line => Path(line) + "/announcements",
            line => new JsonObject().With("text", line.GetValue(text)).With("target", line.GetValue(target) ?? "all"), "Announced.");
    }

    private static Command Record(Verbs verbs)
    {
        var layout = Takes.Word("--layout", "Default: grid.", "audio", "tracks", "grid");
        return verbs.Send(
            "record", "Start a recording.", HttpMethod.Post, [Room, layout], line => Path(line) + "/recordings",
            line => new JsonObject().With("layout", line.GetValue(layout) ?? "grid"), "Recording.");
    }

    private static Command StopRecord(Verbs verbs)
    {
        var recording = Takes.Argument("recording", "Its id.");
        return verbs.Send(
            "stop-record", "Stop a recording.", HttpMethod.Post, [recording], line => Paths.Of($"/recordings/{line.GetValue(recording)}/stop"), _ => [], "Stopped.");
    }
}
