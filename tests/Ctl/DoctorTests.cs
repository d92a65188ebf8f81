using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Sylk.Conference.Ctl.Doctor;
using Sylk.Conference.Load.Serving;
using Sylk.Conference.Server.Tests;

namespace Sylk.Conference.Ctl.Tests;

/// <summary>O2: what the doctor finds, with a real server and real sockets.</summary>
public sealed class DoctorTests
{
    [Fact(DisplayName = "O2 A healthy server: announced addresses answer STUN, the server's own checks are shown, the ports to open are listed")]
    public async Task A_healthy_server_is_found_healthy()
    {
        await using var server = await ServerProcess.StartAsync("--dev", "--Media:AnnouncedAddresses=127.0.0.1", $"--Media:TcpPort={FreePort.Take(SocketType.Stream)}");
        var (code, findings) = await FindingsAsync(server, "network", "cluster", "storage", "clock", "tls");
        Assert.True(code == 0, string.Join('\n', findings.Select(finding => finding.ToJsonString())));
        Assert.Contains(findings, finding => Is(finding, "media port", "ok", "/udp answers in"));
        Assert.Contains(findings, finding => Is(finding, "media port", "ok", "/tcp answers in"));
        Assert.Contains(findings, finding => Is(finding, "announced address", "ok", "127.0.0.1"));
        Assert.Contains(findings, finding => Is(finding, "server: rooms", "ok", "member"));
        Assert.Contains(findings, finding => Is(finding, "clock", "ok", "from this machine's"));
        Assert.Contains(findings, finding => Is(finding, "ports to open", "ok", "/udp"));
    }

    [Fact(DisplayName = "O2 Every media thread's port is found and asked")]
    public async Task Every_port_is_asked()
    {
        await using var server = await ServerProcess.StartAsync("--dev", "--Media:AnnouncedAddresses=127.0.0.1", "--Media:Shards=3");
        var (code, findings) = await FindingsAsync(server, "network");
        Assert.Equal(0, code);
        Assert.Equal(3, findings.Count(finding => Is(finding, "media port", "ok", "/udp answers in")));
    }

    [Fact(DisplayName = "O2 A wrong announced address and a closed UDP port are found, with what to do; the exit code is 5")]
    public async Task A_wrong_address_is_found()
    {
        await using var server = await ServerProcess.StartAsync("--dev", "--Media:AnnouncedAddresses=192.0.2.1");
        var (code, findings) = await FindingsAsync(server, "network");
        Assert.Equal(5, code);
        var wrong = Assert.Single(findings, finding => Is(finding, "media port", "failed", "192.0.2.1"));
        Assert.Contains("Media:AnnouncedAddresses", (string?)wrong["advice"], StringComparison.Ordinal);
    }

    [Fact(DisplayName = "O2 A server that announces private addresses under a public name is found")]
    public void Private_addresses_are_recognized()
    {
        foreach (var address in new[] { "10.1.2.3", "172.16.0.1", "172.31.255.1", "192.168.7.7", "169.254.1.1", "100.64.0.1", "127.0.0.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1" })
            Assert.True(NetworkChecks.IsPrivate(IPAddress.Parse(address)), address);
        foreach (var address in new[] { "172.32.0.1", "192.0.2.1", "100.128.0.1", "2001:db8::1", "8.8.8.8" })
            Assert.False(NetworkChecks.IsPrivate(IPAddress.Parse(address)), address);
    }

    [Fact(DisplayName = "O2 A certificate for another name, from nobody known, is found")]
    public async Task A_wrong_certificate_is_found()
    {
        await using var server = await ServerProcess.StartAsync("--dev", "--Http:Urls=https://127.0.0.1:0", "--Tls:Mode=selfSigned", "--Server:PublicHost=meet.example.org");
        var findings = JsonNode.Parse((await Ctl.RunAsync(server.Http.BaseAddress!.ToString(), "doctor", "tls", "--json")).Output)!.AsArray();
        Assert.Contains(findings, finding => Is(finding!, "certificate chain", "failed", "CN=meet.example.org"));
        Assert.Contains(findings, finding => Is(finding!, "certificate name", "ok", "127.0.0.1"));
        Assert.Contains(findings, finding => Is(finding!, "certificate dates", "ok", "until"));
    }

    [Fact(DisplayName = "O2 A SIP port that another program has is found")]
    public async Task A_taken_port_is_found()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        taken.Bind(new IPEndPoint(IPAddress.Any, 0));
        var port = ((IPEndPoint)taken.LocalEndPoint!).Port;
        var here = await PatientAsync("http://127.0.0.1:1");
        var finding = Assert.Single(HostChecks.Sip(here, [(port, false)]));
        Assert.Equal(("failed", $"{port}/udp is in use by another program"), (finding.State, finding.Detail));
        Assert.Equal("ok", Assert.Single(HostChecks.Sip(here, [(port, true)])).State);
    }

    [Theory(DisplayName = "O2 Low UDP buffers are found")]
    [InlineData("212992\n", "warning")]
    [InlineData("16777216\n", "ok")]
    public async Task Low_buffers_are_found(string value, string state)
    {
        var folder = Directory.CreateTempSubdirectory("sylk-proc").FullName;
        foreach (var name in new[] { "rmem_max", "wmem_max" })
            await File.WriteAllTextAsync(Path.Combine(folder, name), value);
        var findings = HostChecks.Buffers(await PatientAsync("http://127.0.0.1:1"), folder);
        Directory.Delete(folder, recursive: true);
        Assert.Equal([state, state], findings.Select(finding => finding.State));
        Assert.Contains("net.core.rmem_max", findings[0].Detail, StringComparison.Ordinal);
    }

    [Theory(DisplayName = "O2 Clock skew is found")]
    [InlineData(0, "ok")]
    [InlineData(-10, "warning")]
    [InlineData(90, "failed")]
    public async Task Clock_skew_is_found(int seconds, string state)
    {
        await using var server = await StubServer.StartAsync();
        var finding = await ServerChecks.ClockAsync(await PatientAsync(server.Url), new ShiftedTime(TimeSpan.FromSeconds(seconds)), CancellationToken.None);
        Assert.Equal(state, finding.State);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_code_4()
    {
        var (code, _, errors) = await Ctl.RunAsync("http://127.0.0.1:1", "doctor");
        Assert.Equal(4, code);
        Assert.Contains("does not answer", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Code, JsonObject[] Findings)> FindingsAsync(ServerProcess server, params string[] checks)
    {
        var (code, output, errors) = await Ctl.RunAsync(server.Http.BaseAddress!.ToString(), ["doctor", .. checks, "--json"]);
        Assert.Equal("", errors);
        return (code, [.. JsonNode.Parse(output)!.AsArray().Select(finding => finding!.AsObject())]);
    }

    private static bool Is(JsonNode finding, string check, string state, string detail) =>
        (string?)finding["check"] == check && (string?)finding["state"] == state && ((string?)finding["detail"])!.Contains(detail, StringComparison.Ordinal);

    private static async Task<Patient> PatientAsync(string url) =>
        await Patient.OfAsync(new Cli.Session(new Rest.RestClient(new Uri(url), null), new Output.Printer(TextWriter.Null, TextWriter.Null, false, false, false)), CancellationToken.None);

    /// <summary>This machine's clock, but wrong.</summary>
    private sealed class ShiftedTime(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
    }
}
