using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Sylk.Conference.Server.Tests;

/// <summary>The real program as a process of its own, on ports the system chose.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private ServerProcess(Process process, Uri address) => (_process, Http) = (process, new HttpClient { BaseAddress = address });

    public HttpClient Http { get; }

    public static async Task<ServerProcess> StartAsync(params string[] args)
    {
        var process = Start(["--Http:Urls=http://127.0.0.1:0", "--Media:UdpPort=0", "--Media:TcpPort=0", "--Media:Shards=1", .. args]);
        var greeting = await LineAsync(process, Greeting());
        return new ServerProcess(process, new Uri(Greeting().Match(greeting).Groups[1].Value));
    }

    /// <summary>Runs to its end.</summary>
    public static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] args)
    {
        using var process = Start(args);
        using var patience = new CancellationTokenSource(Patience);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output, await errors);
    }

    public Task<string> LineAsync(Regex which) => LineAsync(_process, which);

    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (!_process.HasExited)
            await SignalAsync("TERM");
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        _process.Dispose();
    }

    private static Process Start(string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "sylk-conference.dll"));
        Array.ForEach(args, start.ArgumentList.Add);
        return Process.Start(start)!;
    }

    private static async Task<string> LineAsync(Process process, Regex which)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (which.IsMatch(line))
                return line;
        }
        throw new InvalidOperationException($"The server ended: {await process.StandardError.ReadToEndAsync(patience.Token)}");
    }

    [GeneratedRegex("is listening on (https?://[^ ]+) ")]
    private static partial Regex Greeting();
}
