using System.CommandLine;
using System.Text.Json.Nodes;
using Sylk.Conference.Ctl.Cli;

namespace Sylk.Conference.Ctl.Commands;

/// <summary><c>sylkctl invite …</c></summary>
internal static class InviteCommands
{
    private static readonly Argument<string> Room = Takes.Argument("room", "Name or rm_… id.");
    private static readonly Argument<string> Invite = Takes.Argument("invite", "Its id.");

    public static Command Make(Verbs verbs) => Verbs.Group(
        "invite", "Links that let people in.",
        Create(verbs),
        verbs.List(
            "list", "A room's invites.", [Room], Path,
            new("ID", "id"), new("ROLE", "role"), new("LABEL", "label"), new("USES", "uses"), new("MOST", "maxUses"), new("EXPIRES", "expiresAt")),
        verbs.Send("show", "One of them.", HttpMethod.Get, [Room, Invite], One, _ => null, ""),
        verbs.Send("delete", "Revoke it; who is inside stays.", HttpMethod.Delete, [Room, Invite], One, _ => null, "Revoked."));

    private static string Path(ParseResult line) => Paths.Of($"/rooms/{line.GetValue(Room)}/invites");

    private static string One(ParseResult line) => Path(line) + Paths.Of($"/{line.GetValue(Invite)}");

    private static Command Create(Verbs verbs)
    {
        var (role, label) = (Takes.Word("--role", "Default: member.", "moderator", "member", "listener"), Takes.Text("--label", "For your own list."));
        var (most, until) = (Takes.Number("--max-uses", "Default: any number."), Takes.Text("--expires", "A moment, such as 2027-01-31T18:00:00Z."));
        var pin = Takes.Flag("--personal-pin", "A PIN for phones too.");
        return verbs.Send(
            "create", "Make an invite.", HttpMethod.Post, [Room, role, label, most, until, pin], Path,
            line => new JsonObject()
                .With("role", line.GetValue(role) ?? "member").With("label", line.GetValue(label)).With("maxUses", line.GetValue(most))
                .With("expiresAt", line.GetValue(until)).With("personalPin", line.GetValue(pin) ? true : null),
            "");
    }
}
