using System.Globalization;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>Presence between XMPP users and addresses of other kinds (section 11.8, RFC 8048). Addresses look as for <see cref="DirectDesk"/>.</summary>
internal sealed class PresenceDesk(XmppSettings settings, XmppTools tools, Action<XmppElement> send) : IPresenceDoor
{
    private const int MostPeople = 2_000;
    private const int MostDevices = 16;
    private const string OnThePhone = "On the phone";

    private readonly ILogger _log = tools.Loggers.CreateLogger<PresenceDesk>();
    private readonly RecentMap<(string Watcher, string Watched), List<Device>> _devices = new(MostPeople);
    private readonly RecentMap<string, Allowance> _rates = new(MostPeople);
    private Task _last = Task.CompletedTask;

    public string Wire => "xmpp";

    public bool MayReach(string address) => Owns(address);

    public bool Owns(string address) => settings.UserDomains.Contains(AddressText.DomainOf(address), StringComparer.OrdinalIgnoreCase);

    /// <summary>They are asked, by their own client.</summary>
    public WatchAnswer Judge(string watcher, string watched) => WatchAnswer.Pending;

    public Task WatchAsync(string watcher, string watched, WatchAnswer known, CancellationToken stop) =>
        Send(New(watcher, watched).Set("type", known == WatchAnswer.Granted ? "probe" : "subscribe"));

    public Task LeaveAsync(string watcher, string watched, CancellationToken stop) => Send(New(watcher, watched).Set("type", "unsubscribe"));

    public Task AnswerAsync(string watcher, string watched, PresenceView view, CancellationToken stop)
    {
        if (view.Answer == WatchAnswer.Pending)
            return Task.CompletedTask; // no answer yet is none here
        send(New(watched, watcher).Set("type", view.Answer == WatchAnswer.Granted ? "subscribed" : "unsubscribed"));
        return view.Answer == WatchAnswer.Granted ? ShowAsync(watcher, view.State, stop) : Task.CompletedTask;
    }

    public Task ShowAsync(string watcher, PresenceState state, CancellationToken stop)
    {
        var note = state is { Reachability: Reachability.OnThePhone, Note: "" } ? OnThePhone : state.Note;
        var status = RoomStanzas.Word("status", note);
        status?.Set("lang", state.Language, XmppNames.Xml);
        return Send(New(state.Address, watcher).Set("type", state.Reachability == Reachability.Offline ? "unavailable" : null)
            .Add(RoomStanzas.Word("show", ShowOf(state.Reachability))).Add(status));
    }

    /// <summary>A presence for an address. Called on the link's threads; never waits.</summary>
    public void Take(RoomStanza asked)
    {
        var bare = asked.From.Bare.ToString();
        if (DirectDesk.AddressOf(asked.To) is not { } address || !Owns(bare) || !_rates.GetOrAdd(bare, () => new Allowance(perSecond: 2, burst: 50)).TrySpend(tools.Clock.Now))
            return;
        switch (asked.Stanza["type"])
        {
            case "subscribe" or "probe":
                Pass(post => WatchAsync(post, bare, address));
                break;
            case "unsubscribe":
                send(New(address, bare).Set("type", "unsubscribed"));
                Pass(post => post.LeaveAsync(bare, address, CancellationToken.None));
                break;
            case "subscribed" or "unsubscribed":
                var answer = asked.Stanza["type"] == "subscribed" ? WatchAnswer.Granted : WatchAnswer.Rejected;
                Pass(post => post.AnswerAsync(address, bare, answer, CancellationToken.None));
                break;
            case null or "unavailable":
                var state = Learn(asked, bare, address);
                Pass(post => post.ShowAsync(address, state, CancellationToken.None));
                break;
        }
    }

    private async Task WatchAsync(IPresencePost post, string watcher, string watched)
    {
        var view = await post.WatchAsync(this, watcher, watched, CancellationToken.None).ConfigureAwait(false)
            ?? new PresenceView(WatchAnswer.Rejected, new PresenceState(watched, Reachability.Offline));
        await AnswerAsync(watcher, watched, view, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Of several devices the one of the highest priority speaks; the newest of those.</summary>
    private PresenceState Learn(RoomStanza asked, string bare, string address)
    {
        var devices = _devices.GetOrAdd((address, bare), () => []);
        devices.RemoveAll(device => device.Name == asked.From.Resource);
        if (asked.Stanza["type"] is null && devices.Count < MostDevices)
            devices.Add(DeviceOf(asked, bare));
        return devices.Count == 0
            ? new PresenceState(bare, Reachability.Offline)
            : devices.FindLast(device => device.Priority == devices.Max(one => one.Priority))!.State;
    }

    private static Device DeviceOf(RoomStanza asked, string bare)
    {
        var presence = asked.Stanza;
        var status = presence.Child("status");
        var note = MessageText.Clean(status?.Text ?? "");
        var language = (status ?? presence).Attributes.FirstOrDefault(one => one is { Name: "lang", Namespace: XmppNames.Xml })?.Value;
        var reachability = presence.Child("show")?.Text switch
        {
            "away" => Reachability.Away,
            "xa" => Reachability.ExtendedAway,
            "dnd" => note.Equals(OnThePhone, StringComparison.OrdinalIgnoreCase) ? Reachability.OnThePhone : Reachability.DoNotDisturb,
            _ => Reachability.Online,
        };
        var priority = sbyte.TryParse(presence.Child("priority")?.Text, CultureInfo.InvariantCulture, out var number) ? number : (sbyte)0;
        return new Device(asked.From.Resource, new PresenceState(bare, reachability, note, language), priority);
    }

    private static string? ShowOf(Reachability reachability) => reachability switch
    {
        Reachability.Away => "away",
        Reachability.ExtendedAway => "xa",
        Reachability.DoNotDisturb or Reachability.OnThePhone => "dnd",
        _ => null,
    };

    private XmppElement New(string from, string to) => new XmppElement("presence", XmppNames.Component)
        .Set("from", $"{JidEscape.Escape(from)}@{settings.Domain}").Set("to", to);

    private Task Send(XmppElement stanza)
    {
        send(stanza);
        return Task.CompletedTask;
    }

    private void Pass(Func<IPresencePost, Task> tell)
    {
        _last = AfterAsync(_last);

        async Task AfterAsync(Task before)
        {
            await before.ConfigureAwait(false);
            try
            {
                if (tools.PresencePost!() is { } post)
                    await tell(post).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // presence is told again
            catch (Exception problem)
#pragma warning restore CA1031
            {
                Log.MessageFailed(_log, problem);
            }
        }
    }

    private sealed record Device(string Name, PresenceState State, sbyte Priority);
}
