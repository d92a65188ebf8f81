using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Sylk.Conference.Load.Serving;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>A Redis of a test's own, in memory, on the loopback interface.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private readonly Process _process;

    private RedisProcess(Process process, int port) => (_process, Address) = (process, string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"));

    public string Address { get; }

    public static async Task<RedisProcess> StartAsync()
    {
        var port = FreePort.Take(SocketType.Stream);
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true };
        string[] arguments = ["--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        Array.ForEach(arguments, start.ArgumentList.Add);
        var redis = new RedisProcess(Process.Start(start)!, port);
        redis._process.OutputDataReceived += (_, _) => { };
        redis._process.BeginOutputReadLine();
        await Eventually.TrueAsync(() => IsOpenAsync(port), TimeSpan.FromSeconds(10), () => "Redis does not listen");
        return redis;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> IsOpenAsync(int port)
    {
        using var probe = new TcpClient();
        try
        {
            await probe.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
