using System.CommandLine;
using Sylk.Conference.Ctl.Cli;
using Sylk.Conference.Ctl.Commands;

namespace Sylk.Conference.Ctl;

/// <summary>Exit codes of product §16.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Usage = 1;

    /// <summary>The server understood and said no.</summary>
    public const int Refused = 2;
    public const int NotFound = 3;

    /// <summary>No server answered, or it could not.</summary>
    public const int Unreachable = 4;

    /// <summary>The doctor found something.</summary>
    public const int Degraded = 5;
}

/// <summary><c>sylkctl</c>: what an operator does from a shell (product §16).</summary>
internal static class Tool
{
    public static Task<int> RunAsync(string[] args, Surroundings around)
    {
        var globals = new Globals();
        var root = new RootCommand("Looks after a Sylk.Conference server.");
        globals.AddTo(root);
        var verbs = new Verbs(globals, around);
        root.Subcommands.Add(RoomCommands.Make(verbs));
        root.Subcommands.Add(PeopleCommands.Make(verbs));
        root.Subcommands.Add(TokenCommands.Make(verbs));
        root.Subcommands.Add(InviteCommands.Make(verbs));
        root.Subcommands.Add(KeyCommands.Make(verbs));
        root.Subcommands.Add(WebhookCommands.Make(verbs));
        root.Subcommands.Add(EventCommands.Make(verbs));
        root.Subcommands.Add(ServerCommands.Make(verbs));
        root.Subcommands.Add(DoctorCommand.Make(verbs));
        root.Subcommands.Add(BackupCommands.Backup(verbs));
        root.Subcommands.Add(BackupCommands.Restore(verbs));
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { Output = around.Output, Error = around.Error });
    }
}
