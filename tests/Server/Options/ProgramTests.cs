using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sylk.Conference.Server.Tests;

/// <summary>The program as an operator meets it (product §15, §16, O6).</summary>
public sealed partial class ProgramTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact(DisplayName = "Product 15 SIGHUP takes over live keys and says what needs a restart")]
    public async Task A_signal_reloads()
    {
        await File.WriteAllTextAsync(_file, """{ "Sylk": { "Rooms": { "MaxParticipants": 10 } } }""");
        await using var server = await ServerProcess.StartAsync("--config", _file);
        Assert.Equal(10, await MostAsync(server));
        await File.WriteAllTextAsync(_file, """{ "Sylk": { "Rooms": { "MaxParticipants": 20 }, "Media": { "RoomSeatsPerShard": 7 } } }""");
        await server.SignalAsync("HUP");
        Assert.Contains("Media:RoomSeatsPerShard", await server.LineAsync(NeedsRestart()), StringComparison.Ordinal);
        Assert.Contains("Rooms:MaxParticipants", await server.LineAsync(ReadAgain()), StringComparison.Ordinal);
        Assert.Equal(20, await MostAsync(server));
    }

    [Fact(DisplayName = "O6 The start fails with code 2 and a line for each problem")]
    public async Task A_wrong_configuration_does_not_start()
    {
        await File.WriteAllTextAsync(_file, "{\n\"Sylk\": {\n\"Roms\": { \"MaxParticipants\": 10 }, \"Media\": { \"UdpPort\": -1 } } }");
        var (code, output, errors) = await ServerProcess.RunAsync("--config", _file);
        Assert.Equal((2, ""), (code, output));
        Assert.Equal(
            $"{_file}:3: Roms:MaxParticipants: there is no such setting. Did you mean Rooms:MaxParticipants?\n{_file}:3: Media:UdpPort: must be 0 to 65535.\n", errors);
        Assert.Equal(2, (await ServerProcess.RunAsync("--check-config", "--config", _file)).Code);
    }

    [Fact]
    public async Task A_configuration_is_checked_and_printed_with_origins()
    {
        await File.WriteAllTextAsync(_file, "{ \"Sylk\": { \"Auth\": { \"Oidc\": { \"ClientSecret\": \"a secret nobody must read\" } } } }");
        Assert.Equal((0, "The configuration is valid.\n", ""), await ServerProcess.RunAsync("--check-config", "--config", _file));
        var (code, output, _) = await ServerProcess.RunAsync("--print-config", "--config", _file);
        Assert.Equal(0, code);
        Assert.Contains($"Auth:Oidc:ClientSecret = ***  # {_file}:1\n", output, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody", output, StringComparison.Ordinal);
    }

    private static async Task<int> MostAsync(ServerProcess server) =>
        JsonDocument.Parse(await server.Http.GetStringAsync("/config.json")).RootElement.GetProperty("rooms").GetProperty("maxParticipants").GetInt32();

    [GeneratedRegex("needs a restart")]
    private static partial Regex NeedsRestart();

    [GeneratedRegex("configuration read again")]
    private static partial Regex ReadAgain();

    [Theory(DisplayName = "A port that somebody else has ends the start in words, naming the setting, without a stack")]
    [InlineData(SocketType.Dgram, "--Media:UdpPort=", "Media:UdpPort: cannot listen on UDP port ")]
    [InlineData(SocketType.Stream, "--Media:TcpPort=", "Media:TcpPort: cannot listen on TCP port ")]
    [InlineData(SocketType.Stream, "--Http:Urls=http://127.0.0.1:", "Http:Urls: Failed to bind to address ")]
    public async Task PortTaken(SocketType type, string setting, string words)
    {
        using var other = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        if (type == SocketType.Stream)
            other.Listen();
        var folder = Directory.CreateTempSubdirectory("sylk-data-").FullName;
        var (code, output, errors) = await ServerProcess.RunAsync(
            "--dev", $"--Server:DataDir={folder}", "--Http:Urls=http://127.0.0.1:0", "--Media:UdpPort=0", "--Media:TcpPort=0", "--Media:Shards=1", "--Sip:Enabled=false",
            string.Create(CultureInfo.InvariantCulture, $"{setting}{((IPEndPoint)other.LocalEndPoint!).Port}"));
        Directory.Delete(folder, true);
        Assert.Equal(1, code);
        Assert.StartsWith(words, errors.Trim(), StringComparison.Ordinal);
        Assert.Contains("another copy of this server", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output + errors, StringComparison.Ordinal);
    }
}
