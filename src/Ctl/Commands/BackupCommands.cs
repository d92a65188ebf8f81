using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sylk.Conference.Ctl.Cli;
using Sylk.Conference.Ctl.Rest;

namespace Sylk.Conference.Ctl.Commands;

/// <summary>
/// <c>sylkctl backup</c> and <c>restore</c>: permanent rooms and webhooks through the API of a running server. Secrets cannot be read
/// through it: passcodes, PINs and keys are not in the file, webhooks get new signing secrets.
/// </summary>
internal static class BackupCommands
{
    private const string Format = "sylk-conference backup 1";

    /// <summary>What a server says of a room and does not take.</summary>
    private static readonly string[] Live = ["id", "addresses", "status", "sessionId", "participantCount", "createdAt", "etag"];

    private static readonly string[] LiveOfWebhooks = ["id", "failingSince", "createdAt"];

    public static Command Backup(Verbs verbs)
    {
        var file = Takes.Argument("file", "Where to; - for standard output.");
        return verbs.Verb("backup", "Save permanent rooms and webhooks of a running server.", [file], async (line, session, stop) =>
        {
            var saved = new JsonObject
            {
                ["format"] = Format,
                ["rooms"] = await AllAsync(session.Rest, "/rooms?kind=permanent", Live, stop),
                ["webhooks"] = await AllAsync(session.Rest, "/webhooks", LiveOfWebhooks, stop),
            };
            if (line.GetValue(file) == "-")
                session.Printer.Json(saved);
            else
                await File.WriteAllTextAsync(line.GetValue(file)!, saved.ToJsonString(new JsonSerializerOptions { WriteIndented = true }), stop);
            if (line.GetValue(file) != "-")
                session.Printer.Done($"{saved["rooms"]!.AsArray().Count} rooms, {saved["webhooks"]!.AsArray().Count} webhooks.");
            return ExitCode.Ok;
        });
    }

    public static Command Restore(Verbs verbs)
    {
        var file = Takes.Argument("file", "Made by backup.");
        return verbs.Verb("restore", "Make the rooms and webhooks of a backup on an empty server.", [file], async (line, session, stop) =>
        {
            var saved = Read(line.GetValue(file)!);
            var (made, refused) = (0, 0);
            foreach (var (path, items) in new[] { ("/rooms", saved["rooms"]), ("/webhooks", saved["webhooks"]) })
            {
                foreach (var item in items as JsonArray ?? [])
                {
                    try
                    {
                        await session.Rest.SendAsync(HttpMethod.Post, path, (JsonObject)item!.DeepClone(), stop);
                        made++;
                    }
                    catch (RefusedException problem) when (problem.Status is >= 400 and < 500 and not 401)
                    {
                        refused++;
                        session.Printer.Refused(problem);
                    }
                }
            }
            session.Printer.Done($"{made} made, {refused} refused.");
            return refused == 0 ? ExitCode.Ok : ExitCode.Refused;
        });
    }

    private static async Task<JsonArray> AllAsync(RestClient rest, string path, string[] without, CancellationToken stop)
    {
        var all = new JsonArray();
        await foreach (var page in rest.PagesAsync(path, stop))
        {
            foreach (var item in page.OfType<JsonObject>())
            {
                var copy = (JsonObject)item.DeepClone();
                foreach (var name in without)
                    copy.Remove(name);
                (copy["access"] as JsonObject)?.Remove("passcodeSet");
                all.Add(copy);
            }
        }
        return all;
    }

    private static JsonObject Read(string file)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(file)) is JsonObject saved && (string?)saved["format"] == Format
                ? saved
                : throw new UsageException($"{file} is not a backup.");
        }
        catch (Exception problem) when (problem is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file}: {problem.Message}");
        }
    }
}
