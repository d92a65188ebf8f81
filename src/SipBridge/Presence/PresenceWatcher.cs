using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Presence;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>One subscription to somebody's presence. Used on the SIP loop.</summary>
internal sealed class PresenceWatcher(SipSubscription subscription, SipFlow flow, string watcher, string watched)
{
    public SipSubscription Subscription { get; } = subscription;
    public SipFlow Flow { get; } = flow;
    public string Watcher { get; } = watcher;
    public string Watched { get; } = watched;

    /// <summary>It was asked for the state once.</summary>
    public bool IsFetch { get; set; }

    /// <summary>It was no fetch from the beginning.</summary>
    public bool HasWatched { get; set; }

    /// <summary>What was told last; null before the first.</summary>
    public PresenceView? View { get; set; }

    public void Tell(Instant now)
    {
        if (View is not { } view || Subscription.IsOver)
            return;
        var body = view.Answer == WatchAnswer.Granted ? PresenceText.Write(view.State) : [];
        var type = body.Length > 0 ? PresenceDocument.MediaType : "";
        if (view.Answer == WatchAnswer.Rejected)
            Subscription.Terminate(now, "rejected");
        else if (IsFetch)
            Subscription.Terminate(now, "timeout", type, body);
        else
            Subscription.Notify(now, type, body, isPending: view.Answer == WatchAnswer.Pending);
    }
}
