using System.CommandLine;
using System.Text.Json.Nodes;
using Sylk.Conference.Ctl.Output;
using Sylk.Conference.Ctl.Rest;

namespace Sylk.Conference.Ctl.Cli;

/// <summary>Makes verbs of the one shape nearly all have: ask the server, print what it says, tell by the exit code.</summary>
internal sealed class Verbs(Globals globals, Surroundings around)
{
    public Surroundings Around => around;

    public static Command Group(string name, string description, params Command[] verbs)
    {
        var group = new Command(name, description);
        foreach (var verb in verbs)
            group.Subcommands.Add(verb);
        return group;
    }

    public Command Verb(string name, string description, Symbol[] takes, Func<ParseResult, Session, CancellationToken, Task<int>> act)
    {
        var command = new Command(name, description);
        foreach (var symbol in takes)
        {
            if (symbol is Argument argument)
                command.Arguments.Add(argument);
            else
                command.Options.Add((Option)symbol);
        }
        command.SetAction((line, stop) => RunAsync(line, act, stop));
        return command;
    }

    /// <summary>A verb that prints all pages of a list.</summary>
    public Command List(string name, string description, Symbol[] takes, Func<ParseResult, string> path, params Column[] columns) =>
        Verb(name, description, takes, async (line, session, stop) =>
        {
            var items = new JsonArray();
            await foreach (var page in session.Rest.PagesAsync(path(line), stop))
            {
                foreach (var item in page)
                    items.Add(item?.DeepClone());
            }
            session.Printer.List(items, columns);
            return ExitCode.Ok;
        });

    /// <summary>A verb that sends one request; what comes back is printed, or <paramref name="done"/> when nothing does.</summary>
    public Command Send(
        string name, string description, HttpMethod method, Symbol[] takes, Func<ParseResult, string> path, Func<ParseResult, JsonObject?> body, string done) =>
        Verb(name, description, takes, async (line, session, stop) =>
        {
            var answer = await session.Rest.SendAsync(method, path(line), body(line), stop);
            if (answer is null)
                session.Printer.Done(done);
            else
                session.Printer.Object(answer);
            return ExitCode.Ok;
        });

    private async Task<int> RunAsync(ParseResult line, Func<ParseResult, Session, CancellationToken, Task<int>> act, CancellationToken stop)
    {
        Session? session = null;
        try
        {
            session = globals.Open(line, around);
            return await act(line, session, stop);
        }
        catch (UsageException problem)
        {
            await around.Error.WriteLineAsync(problem.Message);
            return ExitCode.Usage;
        }
        catch (RefusedException problem)
        {
            session!.Printer.Refused(problem);
            return problem.Status switch { 404 => ExitCode.NotFound, >= 500 => ExitCode.Unreachable, _ => ExitCode.Refused };
        }
        catch (UnreachableException problem)
        {
            await around.Error.WriteLineAsync(problem.Message);
            return ExitCode.Unreachable;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        finally
        {
            session?.Rest.Dispose();
        }
    }
}
