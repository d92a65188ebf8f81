using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.ConferenceInfo;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// Subscriptions to rooms by the conference package (RFC 4575, RFC 6665): who may subscribe, and the rooms that are watched. Participants
/// may, by a SUBSCRIBE inside their call or from the address of a call, and named peers; others hear 403 whether there is such a room or
/// not (attacks TS-06, TS-09). Called on the SIP loop.
/// </summary>
internal sealed class ConferenceDesk(FocusTools tools, OwnNames names, Func<IEnumerable<IRoomPhone>> phones)
{
    /// <summary>Subscriptions of one node, and of one address that is no named peer's.</summary>
    private const int Most = 2_000;
    private const int MostOfOne = 32;

    private static readonly SipEventRules Rules = new() { Packages = [ConferenceState.Package] };

    private readonly Dictionary<string, (RoomWatch Watch, Task Life)> _rooms = new(StringComparer.Ordinal);
    private readonly Dictionary<SipSubscription, (RoomWatch Watch, SipFlow Flow)> _subscriptions = [];
    private readonly Lock _gate = new();
    private bool _isStopping;

    /// <summary>Looks at an event of the agent.</summary>
    /// <returns>True when it was one of a subscription and nobody else needs it.</returns>
    public bool Take(Instant now, SipUserAgent agent, SipEvent happened)
    {
        switch (happened)
        {
            case SipRequestArrived { Transaction: { Request.Method: SipMethod.Subscribe } asked }:
                Begin(now, agent, asked, null);
                return true;
            case SipCallRequestArrived { Transaction: { Request.Method: SipMethod.Subscribe } asked } within:
                BeginOrRenew(now, agent, asked, within.Call);
                return true;
            case SipSubscriptionRefreshed { Subscription: var subscription }:
                return Forward(subscription, happened);
            case SipSubscriptionEnded { Subscription: var subscription }:
                return Forward(subscription, happened) && _subscriptions.Remove(subscription);
            case SipCallEnded ended:
                foreach (var (watch, _) in Watches())
                    watch.Take(ended);
                return false;
            default:
                return false;
        }
    }

    /// <summary>All subscribers are asked to subscribe again, elsewhere (rule SIP-EV-4).</summary>
    public Task StopAsync()
    {
        _isStopping = true;
        var watches = Watches();
        foreach (var (watch, _) in watches)
            watch.Take(new NodeStops());
        return Task.WhenAll(watches.Select(watch => watch.Life));
    }

    private List<(RoomWatch Watch, Task Life)> Watches()
    {
        lock (_gate)
            return [.. _rooms.Values];
    }

    private bool Forward(SipSubscription subscription, SipEvent happened)
    {
        if (!_subscriptions.TryGetValue(subscription, out var known))
            return false;
        known.Watch.Take(happened);
        return true;
    }

    private void BeginOrRenew(Instant now, SipUserAgent agent, SipServerTransaction asked, SipCall call)
    {
        var known = _subscriptions.Keys.FirstOrDefault(one => one.Dialog == call.Dialog && !one.IsOver);
        if (known is not null && Rules.Check(asked.Request) is null)
            known.Renew(now, asked);
        else
            Begin(now, agent, asked, call);
    }

    private void Begin(Instant now, SipUserAgent agent, SipServerTransaction asked, SipCall? within)
    {
        if (Rules.Check(asked.Request) is { } fault)
            agent.Respond(now, asked, asked.Answer(fault.Status, fault.Reason).AddAll(fault.Headers));
        else if (!WantsOurs(asked.Request))
            agent.Respond(now, asked, asked.Answer(406).Add(SipHeader.Accept, ConferenceState.ContentType));
        else if (FindRight(asked, within, out var room) is not { } right)
            agent.Respond(now, asked, 403);
        else if (_isStopping || IsTooMany(asked.Flow, right.IsPeer))
            agent.Respond(now, asked, asked.Answer(503).Add(SipHeader.RetryAfter, "60"));
        else if (Accept(now, agent, asked, within) is { } subscription)
            Watch(room, asked, subscription, right, within is not null);
    }

    private static SipSubscription? Accept(Instant now, SipUserAgent agent, SipServerTransaction asked, SipCall? within) => within is null
        ? SipSubscription.Accept(agent, now, asked, Rules)
        : SipSubscription.Accept(agent, now, asked, Rules, within);

    private static bool WantsOurs(SipMessage subscribe) =>
        !subscribe.Has(SipHeader.Accept) || SipContentType.IsAccepted(ConferenceState.ContentType, subscribe.List(SipHeader.Accept));

    private Right? FindRight(SipServerTransaction asked, SipCall? within, out string room)
    {
        if (within is not null)
        {
            var own = phones().FirstOrDefault(phone => phone.Call == within);
            room = own?.RoomName ?? "";
            return own is null ? null : new Right(own.ParticipantId, false);
        }
        if (!DialPlan.TryFindRoom(asked.Request.RequestUri, host => names.IsOurs(host, asked.Flow), out var named))
        {
            room = "";
            return null;
        }
        room = named;
        if (tools.Settings.Trusts(asked.Flow))
            return new Right(null, true);
        var from = asked.Request.From?.Uri;
        var near = Near(named, asked.Flow).ToList();
        var phone = near.Find(one => from is not null && one.Call!.Dialog?.Remote.Uri.IsSame(from) == true) ?? near.FirstOrDefault();
        return phone is null ? null : new Right(phone.ParticipantId, false);
    }

    /// <summary>Calls that are up, into that room, from that host.</summary>
    private IEnumerable<IRoomPhone> Near(string room, SipFlow flow) => phones().Where(phone =>
        phone.RoomName == room && phone.Call is { State: SipCallState.Answered or SipCallState.Confirmed } call && call.Flow.IsSameHost(flow));

    private bool IsTooMany(SipFlow flow, bool isPeer) =>
        _subscriptions.Count >= Most || (!isPeer && _subscriptions.Values.Count(other => other.Flow.IsSameHost(flow)) >= MostOfOne);

    private void Watch(string room, SipServerTransaction asked, SipSubscription subscription, Right right, bool isWithinCall)
    {
        var watcher = new RoomWatcher(subscription, right.ParticipantId)
        {
            Flow = asked.Flow,
            IsWithinCall = isWithinCall,
            IsFetch = asked.Request.Number(SipHeader.Expires) == 0,
        };
        subscription.Owner = watcher;
        lock (_gate)
        {
            if (!_rooms.TryGetValue(room, out var known))
                _rooms[room] = known = Open(room, asked.Flow);
            known.Watch.Take(watcher);
            _subscriptions[subscription] = (known.Watch, asked.Flow);
        }
        foreach (var over in _subscriptions.Keys.Where(one => one.IsOver).ToList())
            _subscriptions.Remove(over);
    }

    private (RoomWatch, Task) Open(string room, SipFlow flow)
    {
        var watch = new RoomWatch(tools, new WatchedRoom(room, names.DomainTowards(flow), tools.Settings.PageOf(room), tools.Settings.NotifyEvery)
        {
            IsOurs = host => names.IsOurs(host, flow),
            Phones = () => phones().Where(phone => phone.RoomName == room),
        })
        {
            MayEnd = Close,
            Ended = Forget,
        };
        return (watch, Task.Run(watch.RunAsync));
    }

    private bool Close(RoomWatch watch)
    {
        lock (_gate)
        {
            if (!watch.IsIdle)
                return false;
            _rooms.Remove(watch.Room);
            return true;
        }
    }

    private void Forget(RoomWatch watch)
    {
        lock (_gate)
        {
            if (_rooms.TryGetValue(watch.Room, out var known) && known.Watch == watch)
                _rooms.Remove(watch.Room);
        }
    }

    /// <param name="ParticipantId">Whose call it comes from; null for named peers.</param>
    private sealed record Right(string? ParticipantId, bool IsPeer);
}
