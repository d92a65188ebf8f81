using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Server.Auth;

namespace Sylk.Conference.Server.Tests;

public sealed class QuickstartTests
{
    [Fact(DisplayName = "I1 The lines of docs/quickstart.md lead from nothing to tokens for two people")]
    public async Task The_quickstart_works_as_written()
    {
        await using var server = await RunningServer.StartAsync();
        var code = await server.Services.GetRequiredService<Bootstrap>().OfferAsync();
        var root = AppContext.BaseDirectory[..AppContext.BaseDirectory.IndexOf("/tests/", StringComparison.Ordinal)];
        var page = await File.ReadAllTextAsync(Path.Combine(root, "docs/quickstart.md"));
        var lines = page.Split("```sh\n").Skip(1).SelectMany(block => block.Split("```")[0].Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToArray();
        Assert.Equal(5, lines.Length);
        var replies = await RunAsync(server, code!, lines);
        var (room, alice, bob, people) = (replies[0], replies[1], replies[2], replies[3]);
        Assert.Equal("first-room", room.GetProperty("name").GetString());
        Assert.Contains("/r/first-room#t=", alice.GetProperty("joinUrl").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(alice.GetProperty("token").GetString(), bob.GetProperty("token").GetString());
        Assert.Equal(0, people.GetProperty("items").GetArrayLength());
    }

    /// <summary>Runs the lines in one shell, as somebody would who types them, and reads what each request printed.</summary>
    private static async Task<JsonElement[]> RunAsync(RunningServer server, string code, string[] lines)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(string.Join("; echo\n", lines));
        start.Environment["SYLK_URL"] = server.Address.ToString().TrimEnd('/');
        start.Environment["SYLK_CODE"] = code;
        using var shell = Process.Start(start)!;
        var output = await shell.StandardOutput.ReadToEndAsync();
        Assert.Equal("", await shell.StandardError.ReadToEndAsync());
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))];
    }
}
