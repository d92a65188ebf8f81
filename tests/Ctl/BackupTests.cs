using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sylk.Conference.Server.Tests;

namespace Sylk.Conference.Ctl.Tests;

/// <summary>A backup of a real server on its own database, and a restore on another that is killed afterwards.</summary>
public sealed partial class BackupTests
{
    [Fact(DisplayName = "Product 17 sylkctl backup of a running server, restore on an empty one, and it outlives SIGKILL there")]
    public async Task Backup_and_restore()
    {
        var (file, folder) = (Path.GetTempFileName(), Directory.CreateTempSubdirectory("sylk-restored-").FullName);
        await using (var server = await ServerProcess.StartAsync())
        {
            var shell = await FirstKeyAsync(server);
            await SayAsync(shell, "room create standup --title Daily --kind permanent --set features.chat=false");
            await SayAsync(shell, "webhook create https://example.org/hook --event room.*");
            Assert.Equal("1 rooms, 1 webhooks.\n", await SayAsync(shell, $"backup {file}"));
        }
        await using (var empty = await ServerProcess.StartAsync($"--Server:DataDir={folder}"))
        {
            var shell = await FirstKeyAsync(empty);
            Assert.Equal("2 made, 0 refused.\n", await SayAsync(shell, $"restore {file}"));
            await empty.KillAsync();
            await using var again = await ServerProcess.StartAsync($"--Server:DataDir={folder}");
            shell["SYLKCTL_URL"] = again.Address.ToString();
            Assert.Contains("title: Daily", await SayAsync(shell, "room show standup"), StringComparison.Ordinal);
            Assert.Contains("https://example.org/hook", await SayAsync(shell, "webhook list"), StringComparison.Ordinal);
        }
        File.Delete(file);
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<Dictionary<string, string>> FirstKeyAsync(ServerProcess server)
    {
        var code = Code().Match(await server.LineAsync(Code())).Groups[1].Value;
        var reply = await server.Http.PostAsJsonAsync("/api/v1/bootstrap", new { code });
        var key = JsonNode.Parse(await reply.Content.ReadAsStringAsync())!;
        return new() { ["SYLKCTL_URL"] = server.Address.ToString(), ["SYLKCTL_KEY"] = (string)key["secret"]! };
    }

    private static async Task<string> SayAsync(Dictionary<string, string> shell, string line)
    {
        var (code, output, errors) = await Ctl.RunWithAsync(shell, "", line.Split(' '));
        Assert.True(code == 0, $"{line}: {code} {errors}");
        return output;
    }

    [GeneratedRegex("bootstrap=([^ ]+)")]
    private static partial Regex Code();
}
