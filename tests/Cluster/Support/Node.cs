using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>One server process of a cluster.</summary>
internal sealed class Node : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _log = new();

    private Node(Process process, int httpPort, int mediaPort)
    {
        (_process, MediaPort) = (process, mediaPort);
        Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{httpPort}"));
        Http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(10) };
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>UDP; answers of this node's media engine name it.</summary>
    public int MediaPort { get; }

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>After its end.</summary>
    public int ExitCode => _process.ExitCode;

    public string Log => string.Join('\n', _log);

    /// <summary>Starts the program; it may not be ready yet.</summary>
    public static Node Start(params string[] settings)
    {
        var (http, media) = (FreePort.Take(SocketType.Stream), FreePort.Take(SocketType.Dgram));
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "sylk-conference.dll"), "--dev",
            string.Create(CultureInfo.InvariantCulture, $"--Http:Urls=http://127.0.0.1:{http}"),
            "--Sip:Enabled=false",
            string.Create(CultureInfo.InvariantCulture, $"--Media:UdpPort={media}"),
            "--Media:TcpPort=0", "--Media:Shards=1", .. settings,
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        return new Node(Process.Start(start)!, http, media);
    }

    /// <summary>Until it takes people.</summary>
    public Task ReadyAsync() => Eventually.TrueAsync(
        async () => (HasEnded ? throw new InvalidOperationException(Log) : await StatusAsync()) == HttpStatusCode.OK, Patience, () => Log);

    public async Task<HttpStatusCode?> StatusAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative));
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.Clone();
    }

    /// <summary>SIGKILL: the process gets no chance to say anything.</summary>
    public void Kill() => _process.Kill();

    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public Task EndedAsync(TimeSpan patience) => _process.WaitForExitAsync().WaitAsync(patience);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Note(string? line)
    {
        if (line is not null)
            _log.Enqueue(line);
    }
}

internal static class Eventually
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan patience, Func<string> explain)
    {
        for (var since = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(Pause))
            Assert.True(Stopwatch.GetElapsedTime(since) < patience, explain());
    }

    public static Task TrueAsync(Func<bool> condition, Func<string> explain, int seconds = 20) =>
        TrueAsync(() => Task.FromResult(condition()), TimeSpan.FromSeconds(seconds), explain);
}
