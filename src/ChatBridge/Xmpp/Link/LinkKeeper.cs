using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>
/// Keeps the one link a cluster has to its XMPP server: takes the lease, connects, and tries again in 1 to 60 s. The node that cannot
/// renew the lease hangs up, so that another may take over (rule XMPP-S-1).
/// </summary>
internal sealed class LinkKeeper(XmppSettings settings, XmppTools tools, StanzaQueue queue, Action<ComponentEvent> happened)
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>After words of refusal; a server that is merely not there is looked for more often (F-10: back within 10 s).</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestAbsence = TimeSpan.FromSeconds(8);

    private readonly ILogger _log = tools.Loggers.CreateLogger<LinkKeeper>();
    private bool _wasElsewhere;
    private bool _wasRefused;
    private int _lost;

    public bool IsUp { get; private set; }

    /// <summary>Why it is not up, in a few words.</summary>
    public string Trouble { get; private set; } = "not connected yet";

    /// <summary>True when this node may connect; false while another has the lease.</summary>
    public bool IsOurs { get; private set; }

    private IDoorLeaseGrain Door => tools.Grains.GetGrain<IDoorLeaseGrain>("xmpp:" + settings.Domain);

    public async Task RunAsync(CancellationToken stop)
    {
        var pause = FirstPause;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (!await HoldAsync().ConfigureAwait(false))
                {
                    NoteElsewhere();
                    await Task.Delay(Turn, tools.Clock.Time, stop).ConfigureAwait(false);
                    continue;
                }
                (IsOurs, _wasElsewhere) = (true, false);
                var wasUp = await LiveAsync(stop).ConfigureAwait(false);
                pause = wasUp ? FirstPause : pause;
                if (stop.IsCancellationRequested)
                    break;
                Log.LinkDown(_log, settings.Domain, Trouble, pause.TotalSeconds);
                await Task.Delay(pause, tools.Clock.Time, stop).ConfigureAwait(false);
                pause = Shorter(pause * 2, _wasRefused ? LongestPause : LongestAbsence);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
        await ReleaseAsync().ConfigureAwait(false);
    }

    /// <returns>True when the link was up.</returns>
    private async Task<bool> LiveAsync(CancellationToken stop)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var wasUp = false;
        var link = new ComponentLink(settings, queue, tools.Clock.Time, what =>
        {
            if (what is ComponentUp)
            {
                (IsUp, wasUp) = (true, true);
                Log.LinkUp(_log, settings.Domain, settings.Host, settings.Port);
            }
            happened(what);
        });
        var renewal = RenewAsync(lost);
        try
        {
            Trouble = await link.RunAsync(lost.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // one connection's trouble must not end the keeping of connections
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Log.LinkFailed(_log, problem);
            Trouble = "internal error";
        }
        (IsUp, _wasRefused) = (false, link.WasRefused);
        await lost.CancelAsync().ConfigureAwait(false);
        await renewal.ConfigureAwait(false);
        if (queue.Lost > _lost)
            Log.QueueOverflowed(_log, queue.Lost - _lost);
        _lost = queue.Lost;
        if (wasUp)
            happened(new ComponentDown(Trouble, "", IsOurs: false));
        return wasUp;
    }

    private async Task RenewAsync(CancellationTokenSource lost)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Renewal, tools.Clock.Time, lost.Token).ConfigureAwait(false);
                if (!await HoldAsync().ConfigureAwait(false))
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        await lost.CancelAsync().ConfigureAwait(false);
    }

    private async Task<bool> HoldAsync()
    {
        try
        {
            return await Door.Hold(tools.Node, Lease).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException)
        {
            return false;
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            await Door.Release(tools.Node).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException or ObjectDisposedException or InvalidOperationException)
        {
            // It ends by itself.
        }
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private void NoteElsewhere()
    {
        if (!_wasElsewhere)
            Log.LeaseElsewhere(_log, settings.Domain);
        (IsOurs, _wasElsewhere, Trouble) = (false, true, "served by another node");
    }
}
