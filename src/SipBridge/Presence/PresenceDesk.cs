using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Presence;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// Presence by SIP (RFC 3856): accounts and named peers' users publish their own (<see cref="PublishDesk"/>) and watch that of others; from
/// everybody else 403, whoever is meant. Addresses here are those of accounts and those somebody published.
/// </summary>
internal sealed class PresenceDesk(FocusTools tools, IPresencePost post) : IPresenceDoor
{
    /// <summary>Subscriptions of one node, and of one watcher.</summary>
    private const int Most = 2_000;
    private const int MostOfOne = 100;

    public static readonly SipEventRules Rules = new() { Packages = ["conference", PresenceDocument.Package] };

    private readonly HashSet<PresenceWatcher> _watchers = [];
    private bool _isStopping;

    public string Wire => "sip";

    /// <summary>Asks whether a named peer's user has published here lately.</summary>
    public Func<string, bool> HasPublished { get; init; } = _ => false;

    public bool MayReach(string address)
    {
        var at = address.LastIndexOf('@');
        return at > 0 && (HasPublished(address) || tools.Accounts.AccountAt(SipUri.Create(address[..at], address[(at + 1)..])) is not null);
    }

    /// <summary>Who may watch at all was decided by the watcher's door.</summary>
    public WatchAnswer Judge(string watcher, string watched) => WatchAnswer.Granted;

    public Task WatchAsync(string watcher, string watched, WatchAnswer known, CancellationToken stop) => Task.CompletedTask;

    public Task LeaveAsync(string watcher, string watched, CancellationToken stop) => Task.CompletedTask;

    public Task AnswerAsync(string watcher, string watched, PresenceView view, CancellationToken stop) => TellAsync(watcher, watched, view);

    public Task ShowAsync(string watcher, PresenceState state, CancellationToken stop) =>
        TellAsync(watcher, state.Address, new PresenceView(WatchAnswer.Granted, state));

    /// <summary>Looks at an event of the agent, on the loop.</summary>
    /// <returns>True when it was about presence.</returns>
    public bool Take(Instant now, SipUserAgent agent, SipEvent happened)
    {
        switch (happened)
        {
            case SipRequestArrived { Transaction: { Request.Method: SipMethod.Subscribe } asked } when SipEventRules.PackageOf(asked.Request) != "conference":
                Begin(now, agent, asked);
                return true;
            case SipSubscriptionRefreshed { Subscription.Owner: PresenceWatcher watcher } refreshed:
                watcher.IsFetch |= refreshed.IsLast;
                _ = AskAsync(watcher);
                return true;
            case SipSubscriptionEnded { Subscription.Owner: PresenceWatcher watcher }:
                _ = LeaveAsync(watcher);
                return true;
            default:
                return false;
        }
    }

    /// <summary>All are asked to subscribe again, elsewhere (rule SIP-EV-4).</summary>
    public Task StopAsync() => tools.Endpoint.AskAsync((now, _) =>
    {
        _isStopping = true;
        foreach (var watcher in _watchers)
            watcher.Subscription.Terminate(now, "deactivated");
        _watchers.Clear();
        return true;
    });

    /// <summary>The one who asks, proved by a password or said by a named peer; null for strangers.</summary>
    public static string? WhoAsks(FocusTools tools, SipServerTransaction asked)
    {
        if (tools.Accounts.ProvedBy(asked.Request) is { } account)
            return account.Address;
        var said = tools.Settings.Trusts(asked.Flow) ? (asked.Request.Address("P-Asserted-Identity") ?? asked.Request.From)?.Uri : null;
        return said is not null && AddressText.TryNormalize($"{said.PlainUser}@{said.Host}", out var address) ? address : null;
    }

    /// <summary>Whom the request is about; an account by any name of its domain.</summary>
    public static string? WhoIsMeant(FocusTools tools, SipServerTransaction asked)
    {
        if (!SipUri.TryParse(asked.Request.RequestUri, out var uri))
            return null;
        if (tools.Accounts.AccountAt(uri, asked.Flow) is { } account)
            return account.Address;
        return AddressText.TryNormalize($"{uri.PlainUser}@{uri.Host}", out var address) ? address : null;
    }

    private void Begin(Instant now, SipUserAgent agent, SipServerTransaction asked)
    {
        if (Rules.Check(asked.Request) is { } fault)
            agent.Respond(now, asked, asked.Answer(fault.Status, fault.Reason).AddAll(fault.Headers));
        else if (asked.Request.Has(SipHeader.Accept) && !SipContentType.IsAccepted(PresenceDocument.MediaType, asked.Request.List(SipHeader.Accept)))
            agent.Respond(now, asked, asked.Answer(406).Add(SipHeader.Accept, PresenceDocument.MediaType));
        else if (WhoAsks(tools, asked) is not { } watcher)
            agent.Respond(now, asked, 403);
        else if (WhoIsMeant(tools, asked) is not { } watched || !post.MayReach(watched))
            agent.Respond(now, asked, 404);
        else if (_isStopping || _watchers.Count >= Most || _watchers.Count(other => other.Watcher == watcher) >= MostOfOne)
            agent.Respond(now, asked, asked.Answer(503).Add(SipHeader.RetryAfter, "60"));
        else if (SipSubscription.Accept(agent, now, asked, Rules) is { } subscription)
            Keep(new PresenceWatcher(subscription, asked.Flow, watcher, watched) { IsFetch = asked.Request.Number(SipHeader.Expires) == 0 });
    }

    private void Keep(PresenceWatcher watcher)
    {
        watcher.Subscription.Owner = watcher;
        _watchers.RemoveWhere(one => one.Subscription.IsOver);
        _watchers.Add(watcher);
        _ = AskAsync(watcher);
    }

    /// <summary>Each SUBSCRIBE is a wish; what is known is told at once (rule SIP-EV-2).</summary>
    private async Task AskAsync(PresenceWatcher watcher)
    {
        PresenceView? view = null;
        try
        {
            view = watcher.IsFetch
                ? await post.LookAsync(watcher.Watcher, watcher.Watched, CancellationToken.None).ConfigureAwait(false)
                : await post.WatchAsync(this, watcher.Watcher, watcher.Watched, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException)
        {
            // Asked to come again below.
        }
        await tools.Endpoint.AskAsync((now, _) =>
        {
            if (view is null)
                return watcher.Subscription.Terminate(now, "giveup");
            // A rejection may have come meanwhile, or the first answer.
            if (watcher.View is null || watcher.View.Answer == WatchAnswer.Pending || view.Answer != WatchAnswer.Pending)
                watcher.View = view;
            watcher.Tell(now);
            watcher.HasWatched |= !watcher.IsFetch;
            return true;
        }).ConfigureAwait(false);
        if (watcher.IsFetch)
            await LeaveAsync(watcher).ConfigureAwait(false);
    }

    /// <summary>The last subscription of theirs to that address ends their watching.</summary>
    private async Task LeaveAsync(PresenceWatcher watcher)
    {
        var isLast = await tools.Endpoint.AskAsync((_, _) =>
            _watchers.Remove(watcher) && !_watchers.Any(other => other.Watcher == watcher.Watcher && other.Watched == watcher.Watched && !other.Subscription.IsOver)).ConfigureAwait(false);
        if (!isLast || !watcher.HasWatched)
            return;
        try
        {
            await post.LeaveAsync(watcher.Watcher, watcher.Watched, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException)
        {
            // Whoever is told of presence for nothing is not shown it.
        }
    }

    private Task TellAsync(string watcher, string watched, PresenceView view) => tools.Endpoint.AskAsync((now, _) =>
    {
        foreach (var one in _watchers.Where(one => one.Watcher == watcher && one.Watched == watched).ToList())
        {
            one.View = view;
            one.Tell(now);
            if (one.Subscription.IsOver)
                _watchers.Remove(one);
        }
        return true;
    });
}
