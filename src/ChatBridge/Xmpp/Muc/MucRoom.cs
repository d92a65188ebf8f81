using System.Threading.Channels;
using Sylk.Conference.Protocols.Xmpp;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.ChatBridge.Xmpp;

/// <summary>
/// One room as XMPP sees it. Stanzas of its occupants, facts of the room and answers to orders come through one inbox and are taken one
/// after the other, so that everybody is told the same in the same order. Nothing here waits: orders are given by tasks of their own, one
/// after the other for each occupant, and their ends come back as actions.
/// </summary>
internal sealed partial class MucRoom : IDisposable
{
    private const int MostWaiting = 4_096;
    private const int MostOrders = 64;
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(2);

    private readonly Channel<object> _inbox = Channel.CreateBounded<object>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Dictionary<string, Occupant> _occupants = new(StringComparer.Ordinal);
    private readonly Nicks _nicks = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly FeedListener _listener;
    private readonly MucTools _tools;
    private readonly Jid _address;
    private readonly RoomStanzas _stanzas;
    private Task? _feed;
    private int _pending;
    private bool _stops;

    public MucRoom(string name, Jid address, MucTools tools)
    {
        (Name, _address, _tools) = (name, address, tools);
        _stanzas = new RoomStanzas(address);
        _listener = new FeedListener("xmpp-" + name);
    }

    /// <summary>Asked when nobody is here any more; false when somebody has just come.</summary>
    public required Func<MucRoom, bool> MayEnd { get; init; }

    public string Name { get; }

    public bool IsIdle => _inbox.Reader.Count == 0;

    private IRoomGrain Room => _tools.Tools.Room(Name);

    private DateTimeOffset Now => _tools.Now;

    /// <summary>A <see cref="RoomStanza"/>, or word of the service. Never waits.</summary>
    /// <returns>False when too much waits already.</returns>
    public bool Take(object happened) => _inbox.Writer.TryWrite(happened);

    public async Task RunAsync()
    {
        var clock = _tools.Tools.Clock.Time.CreateTimer(_ => Take(new TimePassed()), null, Turn, Turn);
        try
        {
            do
            {
                Note(await _inbox.Reader.ReadAsync().ConfigureAwait(false));
            }
            while (Volatile.Read(ref _pending) > 0 || (!_stops && (_occupants.Count > 0 || !MayEnd(this))));
        }
        finally
        {
            await clock.DisposeAsync().ConfigureAwait(false);
            await _stop.CancelAsync().ConfigureAwait(false);
            if (_feed is not null)
            {
                _tools.Tools.Feeds.StopListening(Name, _listener);
                await _feed.ConfigureAwait(false);
            }
        }
        await Task.WhenAll(_occupants.Values.Select(one => one.Orders)).ConfigureAwait(false);
        Dispose();
    }

    public void Dispose() => _stop.Dispose();

    private void Note(object happened)
    {
        try
        {
            switch (happened)
            {
                case RoomStanza stanza:
                    Take(stanza);
                    break;
                case FeedItem item:
                    Hear(item);
                    break;
                case Action done:
                    done();
                    break;
                case TimePassed:
                    LookForGhosts();
                    if (_isBehind)
                        Reload();
                    break;
                case LinkIsBack:
                    AskEverybody();
                    break;
                case ServiceStops:
                    SendEverybodyAway(_ => [332]);
                    _stops = true;
                    break;
            }
        }
#pragma warning disable CA1031 // one stanza's trouble is not the room's (reliability §1.6)
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Log.RoomFailed(_tools.Log, problem, Name, (happened as RoomStanza)?.Stanza.Name ?? happened.GetType().Name);
        }
    }

    private void Take(RoomStanza stanza)
    {
        _asked.Remove(stanza.From);
        if (FindBy(stanza.From) is { } who)
            who.HeardAt = Now;
        switch (stanza.Stanza.Name)
        {
            case "presence":
                TakePresence(stanza);
                break;
            case "message":
                TakeMessage(stanza);
                break;
            case "iq":
                TakeQuestion(stanza);
                break;
        }
    }

    private Occupant? FindBy(Jid session) => _occupants.Values.FirstOrDefault(one => one.Has(session));

    private void Send(XmppElement stanza) => _tools.Send(stanza);

    private void Refuse(RoomStanza asked, string condition, string? text = null)
    {
        if (StanzaErrors.MayAnswer(asked.Stanza))
            Send(StanzaErrors.Answer(asked.Stanza, condition, text));
    }

    private void Refuse(RoomStanza asked, Refusal refusal)
    {
        if (StanzaErrors.MayAnswer(asked.Stanza))
            Send(MucErrors.Answer(asked.Stanza, refusal));
    }

    /// <summary>Asks the room something; what comes of it is done in the room's turn.</summary>
    private void Ask<T>(RoomStanza asked, Func<Task<T>> question, Action<T> done)
    {
        Interlocked.Increment(ref _pending);
        _ = RunAsync();

        async Task RunAsync()
        {
            Action then;
            try
            {
                var answer = await question().ConfigureAwait(false);
                then = () => done(answer);
            }
#pragma warning disable CA1031 // whoever asked hears of it
            catch (Exception problem)
#pragma warning restore CA1031
            {
                then = () => Fail(asked, problem);
            }
            await _inbox.Writer.WriteAsync((Action)(() =>
            {
                Interlocked.Decrement(ref _pending);
                then();
            })).ConfigureAwait(false);
        }
    }

    /// <summary>Gives an order for an occupant, after those before it.</summary>
    private void Order<T>(Occupant who, RoomStanza asked, Func<IRoomGrain, Task<T>> order, Action<T> done)
    {
        if (who.OrdersWaiting >= MostOrders)
        {
            Refuse(asked, StanzaErrors.ResourceConstraint);
            return;
        }
        who.OrdersWaiting++;
        var before = who.Orders;
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        who.Orders = mine.Task;
        Ask(asked, AfterAsync, answer =>
        {
            who.OrdersWaiting--;
            done(answer);
        });

        async Task<T> AfterAsync()
        {
            await before.ConfigureAwait(false);
            try
            {
                return await order(Room).ConfigureAwait(false);
            }
            finally
            {
                mine.SetResult();
            }
        }
    }

    /// <summary>An order of which only a refusal matters: what it changes comes by the feed.</summary>
    private void Order(Occupant who, RoomStanza asked, RoomCommand command, Action? done = null) => Order(who, asked, room => room.Do(command), refusal =>
    {
        if (refusal is not null)
            Refuse(asked, refusal);
        else
            done?.Invoke();
    });

    private void Fail(RoomStanza asked, Exception problem)
    {
        Log.RoomFailed(_tools.Log, problem, Name, asked.Stanza.Name);
        if (FindBy(asked.From) is { OrdersWaiting: > 0 } who)
            who.OrdersWaiting--;
        Refuse(asked, problem is TimeoutException ? StanzaErrors.RemoteServerTimeout : StanzaErrors.ServiceUnavailable);
    }

    private void ListenOnce()
    {
        if (_feed is not null)
            return;
        _tools.Tools.Feeds.Listen(Name, _listener);
        _feed = PumpAsync();
    }

    /// <summary>The room's facts as they come. Waits where the inbox is full: then the listener's own limit holds.</summary>
    private async Task PumpAsync()
    {
        var news = new List<FeedEnvelope>();
        try
        {
            while (true)
            {
                await _listener.TakeAsync(news, _stop.Token).ConfigureAwait(false);
                foreach (var content in news.Select(envelope => envelope.Content))
                {
                    foreach (var item in content is FactBatch batch ? batch.Items.AsEnumerable() : content is FeedItem one ? [one] : [])
                        await _inbox.Writer.WriteAsync(item, _stop.Token).ConfigureAwait(false);
                }
                news.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody is here any more.
        }
    }

    private sealed record TimePassed;
}
