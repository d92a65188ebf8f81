using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>The XMPP door of one node: the link to the server, and the rooms behind it.</summary>
public sealed class XmppDoor : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _stop = new();
    private readonly LinkKeeper _keeper;
    private readonly MucService _rooms;
    private readonly StanzaQueue _queue = new();
    private Task _life = Task.CompletedTask;
    private int _stopped;

    public XmppDoor(XmppSettings settings, XmppTools tools)
    {
        _keeper = new LinkKeeper(settings, tools, _queue, OnHappened);
        var direct = new DirectDesk(settings, tools, _queue.Add, () => _keeper.IsUp);
        var presence = tools.PresencePost is null ? null : new PresenceDesk(settings, tools, _queue.Add);
        _rooms = new MucService(settings, tools, _queue.Add)
        {
            Others = asked =>
            {
                if (presence is not null && asked.Stanza.Name == "presence")
                    presence.Take(asked);
                else
                    direct.Take(asked);
            },
        };
        (Addresses, Presence) = (direct, presence);
    }

    /// <summary>The server is there, or another node talks to it.</summary>
    public bool IsHealthy => _keeper.IsUp || !_keeper.IsOurs;

    /// <summary>For messages between addresses.</summary>
    public IAddressDoor Addresses { get; }

    /// <summary>XMPP users' presence; null where it is not served.</summary>
    public IPresenceDoor? Presence { get; }

    /// <summary>This node talks to the server.</summary>
    public bool IsUp => _keeper.IsUp;

    public string Trouble => _keeper.Trouble;

    public void Start() => _life = Task.Run(() => _keeper.RunAsync(_stop.Token));

    /// <summary>Everybody is told that the service goes (status 332), then the stream is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
            return; // the host stops it first, then disposes of it
        await Task.WhenAny(_rooms.StopAsync(), Task.Delay(Farewell)).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(_life, Task.Delay(Farewell)).ConfigureAwait(false);
        _rooms.Dispose();
        _queue.Dispose();
        _stop.Dispose();
    }

    private void OnHappened(ComponentEvent what)
    {
        switch (what)
        {
            case StanzaArrived { Stanza: var stanza }:
                _rooms.Take(stanza);
                break;
            case ComponentUp:
                _rooms.LinkIsBack();
                break;
        }
    }
}
