using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>The MUC service (XEP-0045) on the component's domain: takes each stanza to its room.</summary>
internal sealed class MucService : IDisposable
{
    private const int MostRooms = 10_000;

    private readonly Dictionary<string, (MucRoom Room, Task Life)> _rooms = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly XmppSettings _settings;
    private readonly XmppTools _tools;
    private readonly Action<XmppElement> _send;
    private readonly ServiceDesk _desk;
    private readonly PasscodeDesk _passcodes = new();
    private readonly ILogger _log;
    private bool _isStopping;

    /// <summary>Takes what is for addresses and no room.</summary>
    public required Action<RoomStanza> Others { get; init; }

    public MucService(XmppSettings settings, XmppTools tools, Action<XmppElement> send)
    {
        (_settings, _tools, _send) = (settings, tools, send);
        _log = tools.Loggers.CreateLogger<MucService>();
        _desk = new ServiceDesk(settings.Domain, send);
    }

    /// <summary>Called on the link's threads; never waits.</summary>
    public void Take(XmppElement stanza)
    {
        if (!Jid.TryParse(stanza["from"], out var from) || !Jid.TryParse(stanza["to"], out var to) || from.Domain == _settings.Domain || to.Domain != _settings.Domain)
            return; // attack TX-03: ours never come in, and others' are none of our business
        if (to.Local.Length == 0)
            _desk.Answer(stanza);
        else if (DirectDesk.IsForAddress(to))
            Others(new RoomStanza(stanza, from, to));
        else if (!RoomName.TryNormalize(to.Local, out var name))
            Refuse(stanza, StanzaErrors.ItemNotFound);
        else
            Forward(name, new RoomStanza(stanza, from, to));
    }

    /// <summary>The server was away: who of ours is still there is asked (rule XMPP-S-5).</summary>
    public void LinkIsBack()
    {
        lock (_gate)
        {
            foreach (var (room, _) in _rooms.Values)
                room.Take(new LinkIsBack());
        }
    }

    public void Dispose() => _passcodes.Dispose();

    public Task StopAsync()
    {
        Task[] lives;
        lock (_gate)
        {
            _isStopping = true;
            foreach (var (room, _) in _rooms.Values)
                room.Take(new ServiceStops());
            lives = [.. _rooms.Values.Select(one => one.Life)];
        }
        return Task.WhenAll(lives);
    }

    private void Forward(string name, RoomStanza stanza)
    {
        lock (_gate)
        {
            if (!_rooms.TryGetValue(name, out var known))
            {
                if (_isStopping || _rooms.Count >= MostRooms)
                {
                    Refuse(stanza.Stanza, StanzaErrors.ServiceUnavailable);
                    return;
                }
                known = Open(name);
            }
            if (!known.Room.Take(stanza))
                Refuse(stanza.Stanza, StanzaErrors.ResourceConstraint);
        }
    }

    private (MucRoom Room, Task Life) Open(string name)
    {
        Jid.TryMake(name, _settings.Domain, "", out var address);
        var room = new MucRoom(name, address, new MucTools(_settings, _tools, _passcodes, _send, _log)) { MayEnd = Close };
        return _rooms[name] = (room, Task.Run(room.RunAsync));
    }

    private bool Close(MucRoom room)
    {
        lock (_gate)
        {
            if (!room.IsIdle)
                return false;
            _rooms.Remove(room.Name);
            return true;
        }
    }

    private void Refuse(XmppElement stanza, string condition)
    {
        if (!StanzaErrors.MayAnswer(stanza) || stanza["type"] is "unavailable")
            return;
        var answer = StanzaErrors.Answer(stanza, condition);
        _send(stanza.Name == "presence" ? MucErrors.WithMuc(answer) : answer);
    }
}

internal sealed record MucTools(XmppSettings Settings, XmppTools Tools, PasscodeDesk Passcodes, Action<XmppElement> Send, ILogger Log)
{
    public DateTimeOffset Now => Tools.Clock.Now;
}

/// <param name="From">Prepared; <paramref name="To"/> is the room or somebody in it.</param>
internal sealed record RoomStanza(XmppElement Stanza, Jid From, Jid To);

internal sealed record LinkIsBack;

internal sealed record ServiceStops;
