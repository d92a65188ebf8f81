using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Presence;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>What the SIP door is put together from.</summary>
public sealed record SipBridgeTools(IGrainFactory Grains, IMediaNodes Nodes, RoomFeedHub Feeds, RoomClock Clock)
{
    public required SipRefusals Refusals { get; init; }

    /// <summary>The listener the node's phones were made with.</summary>
    public required LegMail Mail { get; init; }

    /// <summary>Carries the text of calls; null where nobody does.</summary>
    public IMessageLegs? Messages { get; init; }

    /// <summary>Where calls are written down.</summary>
    public CallBook Book { get; init; } = new();

    /// <summary>What calls said.</summary>
    public CallTraces Traces { get; init; } = new();
    public required ILoggerFactory Loggers { get; init; }

    /// <summary>Who may register.</summary>
    public required IPhoneAccounts Accounts { get; init; }

    /// <summary>Where messages to addresses of others go; null where there is none.</summary>
    public IDirectPost? Post { get; init; }

    /// <summary>Takes presence to other doors; null where it is not served.</summary>
    public IPresencePost? Presence { get; init; }
}

/// <summary>The SIP door of one node: sockets, the agent's loop, and the calls.</summary>
public sealed class SipDoor : IPhoneDialer, IAsyncDisposable
{
    private const string SecurityCategory = "Sylk.Conference.Security";

    /// <summary>For the last words of all calls.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<RoomCall, Task> _calls = new();
    private readonly SipBridgeSettings _settings;
    private readonly SipEndpoint _endpoint;
    private readonly FocusTools _tools;
    private readonly StreamDoor _streams;
    private readonly WebSocketDoor _pages;
    private readonly RequestDesk _desk;
    private readonly OwnNames _names;
    private readonly ILogger _log;
    private readonly PinDesk _pins = new();
    private readonly CallMeter _meter = new();
    private readonly DialDesk _dial;
    private readonly RegistrarDesk _registrar;
    private readonly ReferDesk _refers;
    private readonly ReplaceDesk _replaces;
    private readonly TrunkKeeper _trunks;
    private readonly ConferenceDesk _conferences;
    private readonly MessageDesk _messages;
    private readonly PublishDesk? _publications;
    private readonly PresenceDesk? _presence;
    private readonly SipUserAgent _agent;
    private DatagramDoor? _datagrams;
    private bool _isStopping;
    private int _stopped;

    public SipDoor(SipBridgeSettings settings, SipBridgeTools tools)
    {
        _settings = settings;
        _log = tools.Loggers.CreateLogger<SipDoor>();
        _names = new OwnNames(settings);
        var clock = new SipClock(tools.Clock.Time);
        _dial = new DialDesk(settings.Dial, new NextHops(DnsClient.OfSystem(), clock.Time), _names, settings);
        var accounts = new AccountDesk(settings, _names, tools.Accounts, tools.Loggers.CreateLogger(SecurityCategory));
        _desk = new RequestDesk(settings, _dial, accounts, _names);
        _agent = NewAgent();
        _endpoint = new SipEndpoint(_agent, clock, _log) { Happened = OnHappened, Send = Send, Passes = (flow, bytes, isOurs) => tools.Traces.Note(tools.Clock.Now, flow, bytes.Span, isOurs) };
        var count = new ConnectionCount();
        _streams = new StreamDoor(_endpoint, settings, clock, count) { IsNeeded = IsNeeded };
        _pages = new WebSocketDoor(_endpoint, count);
        _tools = new FocusTools(_endpoint, settings, clock, _log)
        {
            Grains = tools.Grains,
            Nodes = tools.Nodes,
            Feeds = tools.Feeds,
            RoomClock = tools.Clock,
            Refusals = tools.Refusals,
            Pins = _pins,
            Mail = tools.Mail,
            Accounts = accounts,
            Book = tools.Book,
            Messages = tools.Messages,
            Traces = tools.Traces,
            Meter = _meter,
        };
        _registrar = new RegistrarDesk(_tools, accounts);
        (_dial.AccountAt, _dial.BindingsOf) = (uri => accounts.AccountAt(uri), _registrar.FindAsync);
        _dial.Expect = hop => _streams.Expect(hop.Address, hop.Domain);
        _tools.Continue = call => Run(call, CallDirection.In);
        _replaces = new ReplaceDesk(settings, accounts);
        _refers = new ReferDesk(settings, _names, _dial, _tools, this) { Replaces = _replaces, PhoneOf = PhoneOf };
        _trunks = new TrunkKeeper(_dial, _names, _endpoint, clock, _log);
        _conferences = new ConferenceDesk(_tools, _names, () => _calls.Keys);
        Addresses = new SipAddresses(_tools, _dial, _names);
        _messages = new MessageDesk(_tools, _names, () => _calls.Keys, new AddressDesk(_tools, Addresses, tools.Post)) { ProvedBy = accounts.ProvedBy };
        if (tools.Presence is not { } presence || !settings.Presence)
            return;
        _publications = new PublishDesk(_tools, presence);
        _publications.Door = _presence = new PresenceDesk(_tools, presence) { HasPublished = _publications.Has };
    }

    /// <summary>SIP users' presence; null where it is not served.</summary>
    public IPresenceDoor? Presence => _presence;

    /// <summary>SIP users outside of rooms, for messages.</summary>
    public SipAddresses Addresses { get; }

    /// <summary>Ports in use, by transport.</summary>
    public IReadOnlyDictionary<SipTransport, int> Ports => _names.Ports;

    /// <summary>What a phone dials for a room; null while no port is open.</summary>
    public string? AddressOf(string room) => _names.AddressOf(room);

    /// <summary>Calls that are up or coming up.</summary>
    public int Calls => _calls.Count;

    /// <summary>SIP over one WebSocket, until either side closes it (RFC 7118).</summary>
    /// <returns>False when there are too many connections already.</returns>
    public Task<bool> ServeAsync(System.Net.WebSockets.WebSocket socket, IPEndPoint remote, bool isSecure, CancellationToken stop) =>
        _pages.ServeAsync(socket, remote, isSecure, stop);

    public bool IsOn => _settings.Dial.Enabled;

    /// <summary>False: it left three questions unanswered.</summary>
    public bool IsTrunkUp(string trunk) => !_dial.Trunks.IsDown(trunk);

    public async Task<DialOutcome> DialAsync(DialOrder order)
    {
        var (target, refusal) = _dial.Judge(order.Address, order.Trunk);
        if (refusal is not null || target is null)
            return new(refusal, null);
        if (_isStopping || _calls.Count >= _settings.MaxCalls)
            return new(new Refusal(ErrorCodes.NodeDraining, "This node takes no new calls.", 10_000), null);
        var now = _tools.RoomClock.Now;
        var call = new CallInfo
        {
            Id = Ids.New(Ids.Call, now),
            Direction = CallDirection.Out,
            State = CallState.Dialing,
            From = order.Room,
            To = target.Shown,
            Room = order.Room,
            ParticipantId = Ids.New(Ids.Participant, now),
            DisplayName = order.DisplayName ?? DialPlan.NameOf(target),
            By = order.By,
            StartedAt = now,
        };
        var dial = _dial.Settings;
        refusal = await _tools.Room(order.Room).Dial(new DialRequest(
            call, order.Role, dial.PerRoom, dial.MaxDuration + dial.RingTimeout, order.Payer, dial.PerUserPerHour)
        {
            Node = _tools.Nodes.LocalId,
            Feed = _tools.Feeds.Reference,
        }).ConfigureAwait(false);
        if (refusal is not null)
            return new(refusal, null);
        Log.CallPlaced(_log, order.Room, order.By);
        Run(new OutgoingCall(_tools, _dial, order, target, call), CallDirection.Out);
        return new(null, call);
    }

    public TransferVerdict JudgeTransfer(string to)
    {
        if (DialPlan.TryFindOwnRoom(to, _names.IsOurName, out var room))
            return new(null, new TransferTarget(room, room, null));
        var (target, refusal) = _dial.Judge(to);
        return target is null ? new(refusal, null) : new(null, new TransferTarget(target.Shown, null, target.Uri.ToString()));
    }

    /// <summary>Opens the ports. One that is taken is reported, and the others are opened nevertheless.</summary>
    public void Start()
    {
        _endpoint.Start();
        if (_settings.Udp is { } udp)
        {
            Open(SipTransport.Udp, udp, address =>
            {
                _datagrams = new DatagramDoor(address, _endpoint);
                _datagrams.Start();
                return _datagrams.Local;
            });
        }
        if (_settings.Tcp is { } tcp)
            Open(SipTransport.Tcp, tcp, address => _streams.Listen(SipTransport.Tcp, address));
        if (_settings.Tls is { } tls)
            Open(SipTransport.Tls, tls, address => _streams.Listen(SipTransport.Tls, address));
        _trunks.Start();
    }

    /// <summary>No new calls; those that are up are hung up with 503 in Reason, so that phones may call again elsewhere.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
            return; // the host stops it first, then disposes of it
        _isStopping = true;
        await Task.WhenAny(Task.WhenAll(_conferences.StopAsync(), _presence?.StopAsync() ?? Task.CompletedTask), Task.Delay(Farewell)).ConfigureAwait(false);
        foreach (var call in _calls.Keys)
            call.Take(new NodeStops());
        await Task.WhenAny(Task.WhenAll(_calls.Values), Task.Delay(Farewell)).ConfigureAwait(false);
        await _trunks.DisposeAsync().ConfigureAwait(false);
        await _endpoint.DisposeAsync().ConfigureAwait(false);
        if (_datagrams is not null)
            await _datagrams.DisposeAsync().ConfigureAwait(false);
        await _streams.DisposeAsync().ConfigureAwait(false);
        _pins.Dispose();
        _meter.Dispose();
    }

    private SipUserAgent NewAgent() => new(
        new SipSettings { Host = _names.Host, Ports = _names.Ports, Rules = RulesOf(_settings) },
        _settings.Calls,
        new SipIds(RandomNumberGenerator.GetBytes(32)))
    {
        Gate = _desk.Refuse,
        Contact = _names.FocusTowards,
    };

    /// <summary>Without accounts there is nobody to register.</summary>
    private static SipUasRules RulesOf(SipBridgeSettings settings)
    {
        var usual = new SipUasRules();
        if (settings.Presence)
            usual = usual with { Methods = [.. usual.Methods, SipMethod.Publish], Events = [.. usual.Events, PresenceDocument.Package] };
        return settings.Inbound is SipInbound.Accounts or SipInbound.Any ? usual with { Methods = [.. usual.Methods, SipMethod.Register] } : usual;
    }

    private IRoomPhone? PhoneOf(string room, string account) =>
        _calls.Keys.FirstOrDefault(call => call.IsSeated && ((IRoomPhone)call).RoomName == room && ((IRoomPhone)call).Account == account);

    private bool IsNeeded(int connection) => _registrar.Holds(connection) || _calls.Keys.Any(call => call.Connection == connection);

    private void Open(SipTransport transport, int port, Func<IPEndPoint, IPEndPoint> open)
    {
        var address = new IPEndPoint(_settings.Address, port);
        try
        {
            var local = open(address);
            _names.Learn(transport, local.Port);
            Log.SipListens(_log, transport.Name(), local.ToString());
        }
        catch (SocketException problem)
        {
            Log.SipCannotListen(_log, transport.Name(), address.ToString(), problem.Message);
        }
    }

    private void Send(SipSend send)
    {
        if (send.Flow.Transport == SipTransport.Udp && _datagrams is not null)
            _datagrams.Send(send);
        else if (send.Flow.Transport is SipTransport.Tcp or SipTransport.Tls)
            _streams.Send(send);
        else if (send.Flow.Transport is SipTransport.Ws or SipTransport.Wss)
            _pages.Send(send);
        else
            _endpoint.Fail(send.Flow);
    }

    private void OnHappened(Instant now, SipEvent happened)
    {
        if (_presence?.Take(now, _agent, happened) == true || _conferences.Take(now, _agent, happened))
            return;
        switch (happened)
        {
            case SipCallArrived arrived:
                Begin(now, arrived);
                break;
            case SipRequestArrived asked:
                Answer(now, asked.Transaction);
                break;
            case SipCallRequestArrived { Transaction: { Request.Method: SipMethod.Refer } asked, Call.Owner: RoomCall caller }:
                _refers.TakeInCall(now, _agent, asked, caller);
                break;
            case SipAnswerArrived { Owner: SipCall { Owner: RoomCall asker } }:
                asker.Take(happened);
                break;
            case SipAnswerArrived { Owner: SentPager sent } answered:
                sent.Answered(answered);
                break;
            case SipAnswerArrived answered:
                _trunks.Take(now, answered);
                break;
            default:
                (CallOf(happened)?.Owner as RoomCall)?.Take(happened);
                break;
        }
    }

    private void Begin(Instant now, SipCallArrived arrived)
    {
        var call = arrived.Call;
        if (_isStopping || _calls.Count >= _settings.MaxCalls)
            call.Reject(now, 503, null, ("Retry-After", "10"));
        else if (_settings.Inbound == SipInbound.Off)
            call.Reject(now, 403);
        else if (_replaces.Look(_agent, call, out var named) is > 0 and var status)
            call.Reject(now, status);
        else if (named is not null)
            RunCaller(now, call, new IncomingCall(_tools, call, named.Phone.RoomName, arrived.Offer, named.Seat));
        else if (InboundPlan.RouteFor(call, _settings) is { } route)
            BeginAsPlanned(now, arrived, route);
        else if (_settings.Trusts(call.Flow) && DialPlan.IsFor(call.Invite.RequestUri, _settings.AccessNumbers))
            BeginAtNumber(now, arrived);
        else if (!DialPlan.TryFindRoom(call.Invite.RequestUri, host => _names.IsOurs(host, call.Flow), out var room))
            call.Reject(now, 404);
        else
            RunCaller(now, call, new IncomingCall(_tools, call, room, arrived.Offer));
    }

    private void BeginAsPlanned(Instant now, SipCallArrived arrived, PhoneRoute route)
    {
        if (route.Action == RouteAction.Room)
            RunCaller(now, arrived.Call, new IncomingCall(_tools, arrived.Call, route.Room, arrived.Offer));
        else if (route.Action == RouteAction.Ivr)
            RunCaller(now, arrived.Call, new AccessCall(_tools, arrived.Call, arrived.Offer));
        else
            arrived.Call.Reject(now, route.Status);
    }

    /// <summary>A number many use: who was called first may say which room; else the caller does (rules 8.1 (3), (4)).</summary>
    private void BeginAtNumber(Instant now, SipCallArrived arrived)
    {
        var call = arrived.Call;
        string? room = null;
        var isRoom = DialPlan.FirstCalled(call.Invite) is { } first && _names.IsOurName(first.Host) && !DialPlan.IsFor(first.ToString(), _settings.AccessNumbers)
            && DialPlan.TryFindRoom(first.ToString(), _names.IsOurName, out room);
        RunCaller(now, call, isRoom ? new IncomingCall(_tools, call, room!, arrived.Offer) : new AccessCall(_tools, call, arrived.Offer));
    }

    private void RunCaller(Instant now, SipCall call, RoomCall incoming)
    {
        call.Owner = incoming;
        call.Ring(now, 180);
        Run(incoming, CallDirection.In);
    }

    private void Run(RoomCall call, CallDirection direction)
    {
        _meter.Began(direction);
        var life = Task.Run(call.RunAsync);
        _calls[call] = life;
        _ = life.ContinueWith(
            _ =>
            {
                _calls.TryRemove(call, out Task? _);
                _meter.Left(direction);
            },
            TaskScheduler.Default);
    }

    private void Answer(Instant now, SipServerTransaction asked)
    {
        if (asked.Request.Method == SipMethod.Refer)
            _refers.Take(now, _agent, asked);
        else if (asked.Request.Method == SipMethod.Message)
            _messages.Take(now, _agent, asked);
        else if (asked.Request.Method == SipMethod.Register)
            _registrar.Take(now, _agent, asked);
        else if (asked.Request.Method == SipMethod.Publish && _publications is { } publications)
            publications.Take(now, _agent, asked);
        else
            _desk.Answer(now, _agent, asked);
    }

    private static SipCall? CallOf(SipEvent happened) => happened switch
    {
        SipCallConfirmed e => e.Call,
        SipOfferReceived e => e.Call,
        SipAnswerReceived e => e.Call,
        SipOfferRefused e => e.Call,
        SipCallRequestArrived e => e.Call,
        SipCallEnded e => e.Call,
        SipCallProgress e => e.Call,
        SipCallAnswered e => e.Call,
        _ => null,
    };
}
