using System.CommandLine;
using System.Text.Json.Nodes;
using Sylk.Conference.Ctl.Cli;

namespace Sylk.Conference.Ctl.Commands;

/// <summary><c>sylkctl server …</c></summary>
internal static class ServerCommands
{
    private static readonly Argument<string> Node = Takes.Argument("node", "Its nd_… id.");

    public static Command Make(Verbs verbs) => Verbs.Group(
        "server", "The server and its nodes.",
        verbs.Send("status", "Version, uptime, limits and load.", HttpMethod.Get, [], _ => "/server", _ => null, ""),
        verbs.List(
            "nodes", "The nodes of the cluster.", [], _ => "/server/nodes",
            new("ID", "id"), new("STATE", "state"), new("LOAD", "load"), new("VERSION", "version"), new("STARTED", "startedAt")),
        Drain(verbs),
        verbs.Send("undrain", "Take rooms again.", HttpMethod.Post, [Node], line => Path(line) + "/undrain", _ => [], "Taking rooms again."),
        verbs.List("config", "The settings in force and where each comes from.", [], _ => "/server/config", new("KEY", "key"), new("VALUE", "value"), new("ORIGIN", "origin")));

    private static string Path(ParseResult line) => Paths.Of($"/server/nodes/{line.GetValue(Node)}");

    private static Command Drain(Verbs verbs)
    {
        var (patience, reason) = (Takes.Text("--timeout", "How long to wait for what cannot move, such as 30m."), Takes.Text("--reason", "Shown to people."));
        return verbs.Send(
            "drain", "Take no new rooms, move those that can move.", HttpMethod.Post, [Node, patience, reason], line => Path(line) + "/drain",
            line => new JsonObject().With("timeoutMs", Fields.Milliseconds(line.GetValue(patience), "--timeout")).With("reason", line.GetValue(reason)), "Draining.");
    }
}
