using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.ConferenceInfo;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <content>Who is told what. Documents are made here, on the pool; the SIP loop only sends them.</content>
internal sealed partial class RoomWatch
{
    /// <summary>A document of more users than this is capped for who is reached by datagrams only (rule SIP-CONF-6).</summary>
    private const int MostShown = RoomRoster.MostSpeakers + 1;

    private readonly List<Action<Instant>> _sends = [];

    private async Task TellAllAsync()
    {
        LearnPhones();
        var now = _tools.Clock.Now;
        foreach (var watcher in _watchers.Where(watcher => !watcher.IsOver))
            Tell(now, watcher);
        _watchers.RemoveAll(watcher => watcher.IsOver);
        if (_sends.Count == 0)
            return;
        await _tools.Endpoint.AskAsync((at, _) =>
        {
            foreach (var send in _sends)
                send(at);
            return true;
        }).ConfigureAwait(false);
        _sends.Clear();
    }

    private void Tell(Instant now, RoomWatcher watcher)
    {
        if (_stops)
            End(watcher, "deactivated");
        else if (!MayKnow(watcher))
            End(watcher, "rejected");
        else if (IsPending(watcher))
            TellPending(watcher);
        else if (watcher.Told is not { } told || watcher.WantsAll)
            TellWhole(now, watcher);
        else if (now - watcher.ToldAt >= _room.Interval)
            TellChange(now, watcher, told);
    }

    private void End(RoomWatcher watcher, string reason)
    {
        watcher.IsOver = true;
        _sends.Add(at => watcher.Subscription.Terminate(at, reason));
    }

    private void TellWhole(Instant now, RoomWatcher watcher)
    {
        var state = StateFor(watcher);
        var body = ConferenceWriter.Full(state, watcher.Version + 1);
        var capped = Capped(state, watcher);
        watcher.Note(now, state);
        watcher.IsOver = watcher.IsFetch;
        _sends.Add(watcher.IsFetch
            ? at => watcher.Subscription.Terminate(at, "timeout", ConferenceState.ContentType, body, capped)
            : at => watcher.Subscription.Notify(at, ConferenceState.ContentType, body, datagram: capped));
    }

    private void TellChange(Instant now, RoomWatcher watcher, ConferenceState told)
    {
        var state = StateFor(watcher);
        if (ReferenceEquals(told, state))
            return;
        if (ConferenceWriter.Partial(told, state, watcher.Version + 1) is not { } body)
        {
            watcher.Know(state);
            return;
        }
        var capped = Capped(state, watcher);
        watcher.Note(now, state);
        _sends.Add(at => watcher.Subscription.Notify(at, ConferenceState.ContentType, body, datagram: body.Length > capped.Length ? capped : default));
    }

    /// <summary>A caller who is not inside yet may ask, but knows nothing before they are.</summary>
    private void TellPending(RoomWatcher watcher)
    {
        if (watcher.IsFetch)
            End(watcher, "timeout");
        else if (watcher.WantsAll && !watcher.IsPendingTold)
            _sends.Add(at => watcher.Subscription.Notify(at, "", default, isPending: true));
        watcher.IsPendingTold = true;
    }

    private bool IsPending(RoomWatcher watcher) => watcher.Phone is { } phone && _roster.Find(phone) is null;

    /// <summary>Rights end with the call they came from, unless another one of the same address is there.</summary>
    private bool MayKnow(RoomWatcher watcher)
    {
        if (watcher.Phone is not { } phone)
            return true;
        if (_room.Phones().Any(one => one.ParticipantId == phone && one.Call is not { State: SipCallState.Ended }))
            return watcher.Told is null || _roster.Find(phone) is not null;
        if (watcher.IsWithinCall || _room.FindPhone(watcher.Flow) is not { } other)
            return false;
        watcher.Phone = other.ParticipantId;
        return true;
    }

    private ReadOnlyMemory<byte> Capped(ConferenceState state, RoomWatcher watcher)
    {
        if (state.Users.Length <= MostShown || watcher.Flow.Transport != SipTransport.Udp)
            return default;
        var order = _roster.Speakers.Select(_roster.Find).OfType<ParticipantInfo>().Concat(_roster.People);
        if (watcher.Phone is { } phone && _roster.Find(phone) is { } self)
            order = order.Prepend(self);
        var shown = order.Select(one => _view.EntityOf(one, SeesAll(watcher))).Distinct(StringComparer.Ordinal).Take(MostShown);
        return ConferenceWriter.Capped(state, watcher.Version + 1, shown.ToHashSet(StringComparer.Ordinal));
    }

    /// <summary>Somebody at a moderator's address is not the moderator.</summary>
    private bool SeesAll(RoomWatcher watcher) => watcher is { IsWithinCall: true, Phone: { } phone } && _roster.Find(phone)?.Role == ParticipantRole.Moderator;

    private ConferenceState StateFor(RoomWatcher watcher) => SeesAll(watcher)
        ? _whole ??= _view.Of(_roster, forModerator: true)
        : _plain ??= _view.Of(_roster, forModerator: false);

    private void LearnPhones()
    {
        foreach (var phone in _room.Phones())
        {
            if (_view.Knows(phone.ParticipantId) || phone.Call is not { Dialog: { } dialog } call)
                continue;
            var isAnonymous = call.IsIncoming && call.Invite.From is { } caller && DialPlan.IsAnonymous(call.Invite, caller);
            _view.Learn(phone.ParticipantId, new PhoneFacts(dialog.Remote.Uri, dialog.Target.ToString(), isAnonymous, call.IsIncoming));
            (_plain, _whole) = (null, null);
        }
    }
}
