using System.CommandLine;
using System.Text.Json.Nodes;
using Sylk.Conference.Ctl.Cli;

namespace Sylk.Conference.Ctl.Commands;

/// <summary><c>sylkctl key …</c></summary>
internal static class KeyCommands
{
    private static readonly Argument<string> Key = Takes.Argument("key", "Its key_… id.");

    public static Command Make(Verbs verbs) => Verbs.Group(
        "key", "API keys.",
        Create(verbs),
        verbs.List(
            "list", "All keys; nobody can read their secrets again.", [], _ => "/api-keys",
            new("ID", "id"), new("NAME", "name"), new("PREFIX", "prefix"), new("SCOPES", "scopes"), new("LAST USED", "lastUsedAt")),
        verbs.Send("show", "One key.", HttpMethod.Get, [Key], Path, _ => null, ""),
        verbs.Send("delete", "Take it back.", HttpMethod.Delete, [Key], Path, _ => null, "Taken back."),
        Rotate(verbs));

    private static string Path(ParseResult line) => Paths.Of($"/api-keys/{line.GetValue(Key)}");

    private static Command Create(Verbs verbs)
    {
        var (name, scopes) = (Takes.Argument("name", "What it is for."), Takes.Texts("--scope", "Such as rooms:read; several are allowed."));
        var until = Takes.Text("--expires", "A moment, such as 2027-01-31T18:00:00Z.");
        scopes.Required = true;
        return verbs.Send(
            "create", "Make a key; its secret is shown this once.", HttpMethod.Post, [name, scopes, until], _ => "/api-keys",
            line => new JsonObject().With("name", line.GetValue(name)).With("scopes", Fields.Array(line.GetValue(scopes))).With("expiresAt", line.GetValue(until)),
            "");
    }

    private static Command Rotate(Verbs verbs)
    {
        var grace = Takes.Text("--grace", "How long the old secret stays good beside the new one, such as 24h.");
        return verbs.Send(
            "rotate", "A new secret for the same key.", HttpMethod.Post, [Key, grace], line => Path(line) + "/rotate",
            line => new JsonObject().With("graceMs", Fields.Milliseconds(line.GetValue(grace), "--grace")), "");
    }
}
