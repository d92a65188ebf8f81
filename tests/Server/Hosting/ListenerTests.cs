using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Server.Hosting;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Tests;

/// <summary>Where the server listens, and with which certificate (product §15).</summary>
public sealed class ListenerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sylk-tls").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(DisplayName = "Product 15 With Http:AdminUrls health, metrics and admin are answered there only")]
    public async Task Private_paths_are_private()
    {
        await using var server = await RunningServer.StartAsync("--Http:AdminUrls=http://127.0.0.1:0");
        Assert.Equal(2, server.Addresses.Count);
        using var operators = new HttpClient { BaseAddress = server.Addresses[1] };
        foreach (var path in new[] { "/health/live", "/health/ready", "/metrics" })
        {
            Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync(path)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await operators.GetAsync(path)).StatusCode);
        }
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync("/Admin/anything")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/config.json")).StatusCode);
    }

    [Fact]
    public async Task Prometheus_can_be_switched_off()
    {
        await using var server = await RunningServer.StartAsync("--Observability:Prometheus=false");
        Assert.Equal(HttpStatusCode.NotFound, (await server.Http.GetAsync("/metrics")).StatusCode);
        server.Services.GetRequiredService<SylkOptions>().Observability.Prometheus = true;
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/metrics")).StatusCode);
    }

    [Fact]
    public async Task A_certificate_of_our_own_names_the_public_host()
    {
        await using var server = await RunningServer.StartAsync("--Http:Urls=https://127.0.0.1:0", "--Tls:Mode=selfSigned", "--Server:PublicHost=meet.example.org:8443");
        var certificate = await HandshakeAsync(server);
        Assert.True(certificate.MatchesHostname("meet.example.org") && certificate.MatchesHostname("localhost"));
    }

    [Fact(DisplayName = "Product 15 Certificate files are taken again when they change; a broken one leaves the old in force")]
    public async Task Files_are_watched()
    {
        var (cert, key) = Write("one.example.org");
        await using var server = await RunningServer.StartAsync("--Http:Urls=https://127.0.0.1:0", $"--Tls:CertFile={cert}", $"--Tls:KeyFile={key}");
        Assert.Equal("CN=one.example.org", (await HandshakeAsync(server)).Subject);
        await File.WriteAllTextAsync(cert, "not a certificate");
        Touch(cert, 1);
        server.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("CN=one.example.org", (await HandshakeAsync(server)).Subject);
        Write("two.example.org");
        Touch(cert, 2);
        // A timer of the manual clock rings once.
        server.Services.GetRequiredService<Certificates>().LookAgain();
        Assert.Equal("CN=two.example.org", (await HandshakeAsync(server)).Subject);
    }

    [Theory]
    [InlineData(400, "ok")]
    [InlineData(10, "degraded")]
    [InlineData(-1, "failed")]
    public async Task An_ending_certificate_is_told(int days, string state)
    {
        var (cert, key) = Write("one.example.org", days);
        await using var server = await RunningServer.StartAsync("--Http:AdminUrls=https://127.0.0.1:0", $"--Tls:CertFile={cert}", $"--Tls:KeyFile={key}", "--Http:Urls=http://127.0.0.1:0");
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Subject == "CN=one.example.org" };
        using var operators = new HttpClient(handler) { BaseAddress = server.Addresses[1] };
        Assert.Contains($"\"name\":\"certificate\",\"state\":\"{state}\"", await (await operators.GetAsync("/health/ready")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("sylk_certificate_expiry", await operators.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public void Https_needs_a_certificate_that_can_be_read()
    {
        Assert.StartsWith("Tls:Mode: is off", Assert.Single(StartupOptions.Read(["--dev", "--Http:Urls=https://localhost:1"]).Problems), StringComparison.Ordinal);
        var (cert, key) = Write("one.example.org");
        File.WriteAllText(key, "no key");
        Assert.StartsWith(
            "Tls:CertFile: cannot be used with Tls:KeyFile", Assert.Single(StartupOptions.Read(["--dev", $"--Tls:CertFile={cert}", $"--Tls:KeyFile={key}"]).Problems),
            StringComparison.Ordinal);
        Assert.Equal(2, StartupOptions.Read(["--dev", "--Tls:Mode=files"]).Problems.Count);
    }

    private static async Task<X509Certificate2> HandshakeAsync(RunningServer server)
    {
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, server.Address.Port);
        await using var tls = new SslStream(socket.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, shown, _, _) => shown is { Subject.Length: > 0 } });
        return new X509Certificate2(tls.RemoteCertificate!);
    }

    private (string Cert, string Key) Write(string name, int days = 400)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        // The server's clock stands at 2026-11-24T10:00.
        var now = new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero);
        using var certificate = new CertificateRequest($"CN={name}", pair, HashAlgorithmName.SHA256).CreateSelfSigned(now.AddDays(-2), now.AddDays(days));
        var (cert, key) = (Path.Combine(_folder, "cert.pem"), Path.Combine(_folder, "key.pem"));
        File.WriteAllText(cert, certificate.ExportCertificatePem());
        File.WriteAllText(key, pair.ExportPkcs8PrivateKeyPem());
        return (cert, key);
    }

    private static void Touch(string file, int hours) => File.SetLastWriteTimeUtc(file, new DateTime(2026, 11, 24, 10 + hours, 0, 0, DateTimeKind.Utc));
}
