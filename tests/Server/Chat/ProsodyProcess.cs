using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Sylk.Conference.Server.Tests.Chat;

/// <summary>A private Prosody on loopback ports, with users and the component's place, that is killed and started again.</summary>
internal sealed class ProsodyProcess : IAsyncDisposable
{
    public const string Domain = "xmpp.test";
    public const string Rooms = "rooms.xmpp.test";
    public const string Secret = "a-shared-secret-of-a-test";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("sylk-prosody-").FullName;
    private Process? _process;

    private ProsodyProcess()
    {
    }

    public int ClientPort { get; } = FreePort();

    public int ComponentPort { get; } = FreePort();

    private string ConfigFile => Path.Combine(_folder, "prosody.cfg.lua");

    public static string PasswordOf(string user) => $"pw-{user}";

    public static async Task<ProsodyProcess> StartAsync(IEnumerable<string> users)
    {
        var server = new ProsodyProcess();
        await File.WriteAllTextAsync(server.ConfigFile, server.Config());
        foreach (var user in users)
        {
            using var register = Process.Start(Quiet("prosodyctl", "--root", "--config", server.ConfigFile, "register", user, Domain, PasswordOf(user)))!;
            await Task.WhenAll(register.StandardOutput.ReadToEndAsync(), register.StandardError.ReadToEndAsync(), register.WaitForExitAsync());
            Assert.Equal(0, register.ExitCode);
        }
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>SIGKILL: it has no time to say goodbye to anybody.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public async Task StartAgainAsync()
    {
        _process = Process.Start(Quiet("prosody", "--root", "--config", ConfigFile))!;
        _process.OutputDataReceived += (_, _) => { };
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        using var patience = new CancellationTokenSource(Patience);
        foreach (var port in new[] { ComponentPort, ClientPort })
        {
            while (!await ListensAsync(port))
                await Task.Delay(50, patience.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static int FreePort(SocketType type = SocketType.Stream)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static async Task<bool> ListensAsync(int port)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync("127.0.0.1", port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static ProcessStartInfo Quiet(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        Array.ForEach(arguments, start.ArgumentList.Add);
        return start;
    }

    private string Config() => $$"""
        daemonize = false
        run_as_root = true
        pidfile = "{{_folder}}/pid"
        data_path = "{{_folder}}/data"
        certificates = "{{_folder}}"
        interfaces = { "127.0.0.1" }
        c2s_ports = { {{ClientPort}} }
        component_ports = { {{ComponentPort}} }
        component_interfaces = { "127.0.0.1" }
        http_ports = { }
        https_ports = { }
        modules_enabled = { "roster", "saslauth", "disco", "ping" }
        modules_disabled = { "s2s", "tls" }
        c2s_require_encryption = false
        allow_unencrypted_plain_auth = true
        authentication = "internal_plain"
        storage = "internal"
        log = { { levels = { min = "error" }, to = "console" } }
        VirtualHost "{{Domain}}"
        Component "{{Rooms}}"
          component_secret = "{{Secret}}"
        """;
}
