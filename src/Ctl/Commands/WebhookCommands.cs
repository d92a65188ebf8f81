using System.CommandLine;
using System.Text.Json.Nodes;
using Sylk.Conference.Ctl.Cli;

namespace Sylk.Conference.Ctl.Commands;

/// <summary><c>sylkctl webhook …</c></summary>
internal static class WebhookCommands
{
    private static readonly Argument<string> Webhook = Takes.Argument("webhook", "Its id.");

    public static Command Make(Verbs verbs) => Verbs.Group(
        "webhook", "Where events are posted to.",
        Create(verbs),
        verbs.List("list", "All of them.", [], _ => "/webhooks", new("ID", "id"), new("URL", "url"), new("EVENTS", "events"), new("ENABLED", "enabled"), new("FAILING", "failingSince")),
        verbs.Send("show", "One of them.", HttpMethod.Get, [Webhook], Path, _ => null, ""),
        verbs.Send("delete", "Post no more.", HttpMethod.Delete, [Webhook], Path, _ => null, "Deleted."),
        verbs.Send("test", "Post a test event.", HttpMethod.Post, [Webhook], line => Path(line) + "/test", _ => [], "Sent."),
        verbs.Send("rotate", "A new signing secret.", HttpMethod.Post, [Webhook], line => Path(line) + "/rotate-secret", _ => [], ""),
        verbs.List(
            "deliveries", "What was posted and how it went.", [Webhook], line => Path(line) + "/deliveries",
            new("ID", "id"), new("EVENT", "eventType"), new("STATE", "state"), new("STATUS", "lastStatus"), new("ATTEMPTS", "attempts"), new("AT", "createdAt")),
        Redeliver(verbs));

    private static string Path(ParseResult line) => Paths.Of($"/webhooks/{line.GetValue(Webhook)}");

    private static Command Create(Verbs verbs)
    {
        var (url, events) = (Takes.Argument("url", "https://…"), Takes.Texts("--event", "Types; default: all."));
        return verbs.Send(
            "create", "Post events there.", HttpMethod.Post, [url, events], _ => "/webhooks",
            line => new JsonObject().With("url", line.GetValue(url)).With("events", Fields.Array(line.GetValue(events))), "");
    }

    private static Command Redeliver(Verbs verbs)
    {
        var delivery = Takes.Argument("delivery", "Its id.");
        return verbs.Send(
            "redeliver", "Post it once more.", HttpMethod.Post, [delivery], line => Paths.Of($"/deliveries/{line.GetValue(delivery)}/redeliver"), _ => [], "Queued.");
    }
}
