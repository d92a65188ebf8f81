using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Headless.Cli;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Load.Janus;

/// <summary>Janus as installed, started with a configuration of our own and ended again.</summary>
internal sealed class JanusServer : IServerUnderLoad
{
    private const string Plugins = "/usr/lib/x86_64-linux-gnu/janus/plugins";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(30);
    private readonly Process _child;
    private readonly string _folder;
    private readonly JanusSettings _settings;
    private readonly JanusRooms _rooms = new();
    private volatile string _version = "unknown";

    private JanusServer(Process child, string folder, JanusSettings settings)
    {
        (_child, _folder, _settings) = (child, folder, settings);
        child.OutputDataReceived += (_, line) => Hear(line.Data);
        child.BeginOutputReadLine();
    }

    public string Name => "janus";

    public string Settings => $"Janus {_version}: {_settings.Summary}";

    public uint Address => MachineAddress.Number(_settings.Address);

    public MemoryFacts? Memory => null;

    public ProcessFacts Facts => ProcessFacts.Read(_child.Id);

    private Uri Url => new($"ws://127.0.0.1:{_settings.WebSocketPort}/");

    public static async Task<IServerUnderLoad> OpenAsync(Arguments arguments, IPAddress address)
    {
        var settings = new JanusSettings(
            FreePort.Take(SocketType.Stream), address, arguments.Number("event-loops", 1), arguments.Number("janus-log", 2));
        var folder = Directory.CreateTempSubdirectory("sylk-load-janus-").FullName;
        foreach (var (name, text) in settings.Files)
            await File.WriteAllTextAsync(Path.Combine(folder, name), text).ConfigureAwait(false);
        var start = new ProcessStartInfo(arguments.Text("janus", "janus")) { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-F", folder, "-P", arguments.Text("janus-plugins", Plugins)])
            start.ArgumentList.Add(argument);
        var server = new JanusServer(Process.Start(start)!, folder, settings);
        await server.WaitAsync().ConfigureAwait(false);
        return server;
    }

    public IDoor OpenDoor() => new JanusDoor(Url, _rooms);

    public void Dispose()
    {
        if (!_child.HasExited)
            _child.Kill();
        _child.WaitForExit();
        _child.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Hear(string? line)
    {
        const string Banner = "Janus version: ";
        if (line is null)
            return;
        if (line.StartsWith(Banner, StringComparison.Ordinal))
            _version = line[Banner.Length..];
        else if (_settings.LogLevel > 2 || line.Contains("[ERR]", StringComparison.Ordinal) || line.Contains("[FATAL]", StringComparison.Ordinal))
            Console.Error.WriteLine($"janus: {line}");
    }

    private async Task WaitAsync()
    {
        using var limit = new CancellationTokenSource(StartLimit);
        while (!await TakesConnectionsAsync(limit.Token).ConfigureAwait(false))
        {
            if (_child.HasExited)
                throw new InvalidOperationException($"Janus ended with {_child.ExitCode}.");
            await Task.Delay(100, limit.Token).ConfigureAwait(false);
        }
    }

    private async Task<bool> TakesConnectionsAsync(CancellationToken cancellation)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", _settings.WebSocketPort, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
