using System.CommandLine;
using System.Text.Json.Nodes;
using Sylk.Conference.Ctl.Cli;

namespace Sylk.Conference.Ctl.Commands;

/// <summary><c>sylkctl token …</c>: tokens are signed and forgotten, so there is nothing to list.</summary>
internal static class TokenCommands
{
    public static Command Make(Verbs verbs)
    {
        var (room, identity) = (Takes.Argument("room", "Name or rm_… id."), Takes.Text("--identity", "Who it is for, always the same for one person.", required: true));
        var (name, role) = (Takes.Text("--name", "Shown to others."), Takes.Word("--role", "Default: the room's.", "moderator", "member", "listener"));
        var (caps, life) = (Takes.Texts("--cap", "Instead of the role's."), Takes.Text("--ttl", "Such as 30m or 12h; at most 24h, default 1h."));
        var once = Takes.Flag("--single-use", "Good for one join.");
        return Verbs.Group("token", "Join tokens.", verbs.Send(
            "create", "Make a token and the link with it.", HttpMethod.Post, [room, identity, name, role, caps, life, once],
            line => Paths.Of($"/rooms/{line.GetValue(room)}/tokens"),
            line => new JsonObject()
                .With("identity", line.GetValue(identity)).With("displayName", line.GetValue(name)).With("role", line.GetValue(role))
                .With("caps", Fields.Array(line.GetValue(caps))).With("ttlMs", Fields.Milliseconds(line.GetValue(life), "--ttl"))
                .With("singleUse", line.GetValue(once) ? true : null),
            ""));
    }
}
