using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Headless.Cli;

namespace Sylk.Conference.Load.Serving;

/// <summary>Our own server: a child of ours, or one that runs already.</summary>
internal sealed class ServerProcess : IServerUnderLoad
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private const string CodeMark = "#bootstrap=";
    private readonly Process? _child;
    private readonly string? _data;

    private ServerProcess(Uri url, int pid, Process? child, string? data) => (Url, Pid, _child, _data) = (url, pid, child, data);

    public Uri Url { get; }

    public int Pid { get; }

    /// <summary>Of the link a fresh server prints; it makes the first API key.</summary>
    public Task<string> BootstrapCode { get; private init; } = Task.FromResult("");

    public string Name => "sylk";

    public required string Settings { get; init; }

    public required uint Address { get; init; }

    public ProcessFacts Facts => ProcessFacts.Read(Pid);

    /// <param name="settings">Beyond those of every run.</param>
    public static async Task<ServerProcess> OpenAsync(Arguments arguments, IPAddress address, params string[] settings)
    {
        var server = arguments.Has("pid")
            ? new ServerProcess(new Uri(arguments.Text("url", "http://127.0.0.1:8080")), arguments.Number("pid", 0), null, null)
            {
                Settings = "Sylk.Conference: as it was started",
                Address = MachineAddress.Number(MachineAddress.Loopback),
            }
            : Start(arguments, address, settings);
        server.PlaysByHub = arguments.Has("hub");
        await server.WaitAsync().ConfigureAwait(false);
        return server;
    }

    public MemoryFacts? Memory => File.Exists(MemoryFile) ? MemoryFacts.Read(File.ReadLines(MemoryFile)) : null;

    private string MemoryFile => Path.Combine(_data ?? "", "memory-watch");

    public IDoor OpenDoor() => new WhipWhepDoor(Url, PlaysByHub);

    /// <summary>Players come through the room hub instead of WHEP.</summary>
    public bool PlaysByHub { get; private set; }

    public void Dispose()
    {
        if (_child is null)
            return;
        if (!_child.HasExited)
            _child.Kill();
        _child.WaitForExit();
        _child.Dispose();
        Directory.Delete(_data!, recursive: true);
    }

    private static ServerProcess Start(Arguments arguments, IPAddress address, string[] settings)
    {
        var (http, udp) = (FreePort.Take(SocketType.Stream), FreePort.Take(SocketType.Dgram));
        var (dll, shards) = (
            Path.GetFullPath(arguments.Text("server", "src/Server/bin/Release/net10.0/sylk-conference.dll")), arguments.Number("shards", 1));
        var data = Directory.CreateTempSubdirectory("sylk-load-").FullName;
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = data, RedirectStandardOutput = true };
        foreach (var argument in (string[])[
            dll,
            $"--Http:Urls=http://127.0.0.1:{http}", $"--Media:UdpPort={udp}", "--Media:TcpPort=0", "--Sip:Enabled=false",
            $"--Media:Shards={shards}", $"--Media:RoomSeatsPerShard={arguments.Number("seats", 250)}",
            $"--Media:AnnouncedAddresses:0={address}", $"--Server:DataDir={data}", "--Rooms:MaxParticipants=10000",
            "--Observability:LogLevel=Warning", .. settings])
        {
            start.ArgumentList.Add(argument);
        }

        if (arguments.Verb == "rest")
        {
            start.ArgumentList.Add("--Limits:RequestsPerSecond=1000000");
            start.ArgumentList.Add("--Limits:RequestsBurst=1000000");
        }

        if (arguments.Has("watch-memory") || arguments.Verb == "soak")
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
            start.Environment[StartupHook.FileVariable] = Path.Combine(data, "memory-watch");
        }

        var child = Process.Start(start)!;
        var code = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        child.OutputDataReceived += (_, line) =>
        {
            Console.Error.WriteLine($"server: {line.Data}");
            if (line.Data?.Split(CodeMark) is [_, var shown])
                code.TrySetResult(shown.Trim());
        };
        child.BeginOutputReadLine();
        return new ServerProcess(new Uri($"http://127.0.0.1:{http}"), child.Id, child, data)
        {
            BootstrapCode = code.Task,
            Settings = $"Sylk.Conference {FileVersionInfo.GetVersionInfo(dll).ProductVersion}: {shards} media shard(s)",
            Address = MachineAddress.Number(address),
        };
    }

    private async Task WaitAsync()
    {
        using var http = new HttpClient();
        using var limit = new CancellationTokenSource(StartLimit);
        while (!await IsReadyAsync(http, limit.Token).ConfigureAwait(false))
        {
            if (_child is { HasExited: true })
                throw new InvalidOperationException($"The server ended with {_child.ExitCode}.");
            await Task.Delay(100, limit.Token).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsReadyAsync(HttpClient http, CancellationToken cancellation)
    {
        try
        {
            using var response = await http.GetAsync(new Uri(Url, "/health/ready"), cancellation).ConfigureAwait(false);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
