using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Sylk.Conference.Server.Tests;

/// <summary>The real program as a process of its own, on ports the system chose.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string DataDir = "--Server:DataDir=";

    private readonly Process _process;
    private readonly string? _ownFolder;

    private ServerProcess(Process process, Uri address, string? ownFolder) =>
        (_process, Address, Http, _ownFolder) = (process, address, new HttpClient { BaseAddress = address }, ownFolder);

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>What it keeps lies in a folder of its own, gone with it, unless the arguments name one.</summary>
    public static async Task<ServerProcess> StartAsync(params string[] args)
    {
        var own = args.Any(arg => arg.StartsWith(DataDir, StringComparison.Ordinal)) ? null : Directory.CreateTempSubdirectory("sylk-data-").FullName;
        string[] place = own is null ? [] : [DataDir + own];
        var process = Start(["--Http:Urls=http://127.0.0.1:0", "--Media:UdpPort=0", "--Media:TcpPort=0", "--Media:Shards=1", "--Sip:Enabled=false", .. place, .. args]);
        var greeting = await LineAsync(process, Greeting());
        return new ServerProcess(process, new Uri(Greeting().Match(greeting).Groups[1].Value), own);
    }

    /// <summary>The end without a word (SIGKILL).</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
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

    /// <summary>Everything it says from now on until its end.</summary>
    public Task<string> ListenAsync() => _process.StandardOutput.ReadToEndAsync();

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
        if (_ownFolder is not null)
            Directory.Delete(_ownFolder, recursive: true);
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
