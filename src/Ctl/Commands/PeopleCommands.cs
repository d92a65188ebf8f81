using System.CommandLine;
using System.Text.Json.Nodes;
using Sylk.Conference.Ctl.Cli;

namespace Sylk.Conference.Ctl.Commands;

/// <summary><c>sylkctl people …</c></summary>
internal static class PeopleCommands
{
    private static readonly Argument<string> Room = Takes.Argument("room", "Name or rm_… id.");
    private static readonly Argument<string> Person = Takes.Argument("participant", "Their pt_… id.");

    public static Command Make(Verbs verbs) => Verbs.Group(
        "people", "Who is in a room.",
        verbs.List(
            "list", "Everybody in the room and those who wait.", [Room], line => Paths.Of($"/rooms/{line.GetValue(Room)}/participants"),
            new("ID", "id"), new("NAME", "displayName"), new("KIND", "kind"), new("ROLE", "role"), new("STATE", "state"), new("JOINED", "joinedAt")),
        Source(verbs, "mute", "Mute them.", "Muted.", "microphone", "camera", "screen", "all"),
        Source(verbs, "ask", "Ask them to unmute.", "Asked.", "microphone", "camera"),
        Remove(verbs),
        verbs.Send("admit", "Let them in from the waiting room.", HttpMethod.Post, [Room, Person], line => Path(line) + "/admit", _ => [], "Admitted."),
        Deny(verbs), Role(verbs), Move(verbs));

    private static string Path(ParseResult line) => Paths.Of($"/rooms/{line.GetValue(Room)}/participants/{line.GetValue(Person)}");

    private static Command Source(Verbs verbs, string name, string description, string done, params string[] sources)
    {
        var source = Takes.Word("--source", "Default: microphone.", sources);
        return verbs.Send(
            name, description, HttpMethod.Post, [Room, Person, source], line => Path(line) + (name == "ask" ? "/ask-unmute" : "/mute"),
            line => new JsonObject().With("source", line.GetValue(source) ?? "microphone"), done);
    }

    private static Command Remove(Verbs verbs)
    {
        var (ban, reason) = (Takes.Word("--ban", "Keep them out.", "session", "24h"), Takes.Text("--reason", "Shown to them."));
        return verbs.Send(
            "remove", "Send them out.", HttpMethod.Delete, [Room, Person, ban, reason],
            line => Paths.Query(Path(line), ("ban", line.GetValue(ban)), ("reason", line.GetValue(reason))), _ => null, "Removed.");
    }

    private static Command Deny(Verbs verbs)
    {
        var message = Takes.Text("--message", "Shown to them.");
        return verbs.Send(
            "deny", "Turn them away from the waiting room.", HttpMethod.Post, [Room, Person, message], line => Path(line) + "/deny",
            line => new JsonObject().With("message", line.GetValue(message)), "Turned away.");
    }

    private static Command Role(Verbs verbs)
    {
        var role = Takes.Argument("role", "moderator, member or listener.");
        role.AcceptOnlyFromAmong("moderator", "member", "listener");
        return verbs.Send(
            "role", "What they may do.", HttpMethod.Patch, [Room, Person, role], Path, line => new JsonObject().With("role", line.GetValue(role)), "Changed.");
    }

    private static Command Move(Verbs verbs)
    {
        var to = Takes.Argument("to", "The other room.");
        return verbs.Send(
            "move", "Take them to another room.", HttpMethod.Post, [Room, Person, to], line => Path(line) + "/move",
            line => new JsonObject().With("room", line.GetValue(to)), "Moved.");
    }
}
