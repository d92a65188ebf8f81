using System.Runtime.InteropServices;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Hosting;

/// <summary>SIGTERM and SIGINT of a cluster's node: drain, then end; a second one ends at once. The framework would close people's connections first.</summary>
internal sealed class DrainLifetime(IHostApplicationLifetime host, Drain drain, SylkOptions options) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private readonly CancellationTokenSource _stop = new();
    private int _asked;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT })
            _signals.Add(PosixSignalRegistration.Create(signal, End));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _signals.ForEach(signal => signal.Dispose());
        _stop.Dispose();
    }

    private void End(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _asked) == 1)
            _ = Task.Run(EndAsync);
        else
            _stop.Cancel();
    }

    private async Task EndAsync()
    {
        await drain.RunAsync(TimeSpan.FromMilliseconds(options.Server.StopTimeoutMs), _stop.Token);
        host.StopApplication();
    }
}
