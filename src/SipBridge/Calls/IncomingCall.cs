using System.Text;
using System.Threading.Channels;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// One caller from INVITE to BYE. All that happens to the call comes through one inbox and is taken one after the other, so this
/// reads as a story: which room, may they come in, what they hear, what they press, how it ends.
/// </summary>
internal sealed partial class IncomingCall : IDisposable
{
    /// <summary>What waits for a call that does not come to reading; far more than any call ever has.</summary>
    private const int MostWaiting = 2_048;
    private const string ConnectionPrefix = "sip-";

    private readonly Channel<object> _inbox = Channel.CreateBounded<object>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
    private readonly FocusTools _tools;
    private readonly SipCall _call;
    private readonly string _offer;
    private readonly string _id;
    private readonly string _room;
    private readonly CallLeg _leg;
    private readonly FeedListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly KeyPairs _keys = new();
    private string _language;
    private bool _isInside;
    private bool _isOver;
    private bool _isAnswered;

    public IncomingCall(FocusTools tools, SipCall call, string room, ReadOnlyMemory<byte> offer)
    {
        (_tools, _call, _room) = (tools, call, room);
        _offer = Encoding.UTF8.GetString(offer.Span);
        _id = Ids.New(Ids.Participant, tools.RoomClock.Now);
        _language = tools.Settings.Language;
        _listener = new FeedListener(ConnectionPrefix + _id);
        _leg = new CallLeg(tools, room, _id)
        {
            SignallingSource = call.Flow.Remote.ToIPAddress().ToString(),
            IsSecureHop = call.Flow.Transport is SipTransport.Tls or SipTransport.Wss,
        };
    }

    public int Connection => _call.Flow.Connection;

    private IRoomGrain Room => _tools.Room(_room);

    private string Source => _leg.SignallingSource;

    /// <summary>Something happened to this call. Called on the SIP loop, phone threads and feeds; never waits.</summary>
    public void Take(object happened) => _inbox.Writer.TryWrite(happened);

    /// <summary>A phone may send a key both ways; the second of the pair is the same press (FOC-3).</summary>
    private void TakeLeg(LegEvent happened)
    {
        if (happened is not LegDigit { Digit: var key } || _keys.IsNew(_tools.Clock.Now, key, byInfo: false))
            Take(happened);
    }

    public async Task RunAsync()
    {
        _tools.Mail.Add(_id, TakeLeg);
        _tools.Feeds.Listen(_room, _listener);
        var feed = PumpFeedAsync();
        try
        {
            if (await ComeInAsync().ConfigureAwait(false))
                await StayAsync().ConfigureAwait(false);
        }
        catch (CallOverException)
        {
            // They hung up; what is left to do is below.
        }
#pragma warning disable CA1031 // one call's trouble ends that call only (reliability §1.6)
        catch (Exception problem)
#pragma warning restore CA1031
        {
            Log.CallFailed(_tools.Log, problem, _room);
            await HangUpAsync("SIP;cause=500;text=\"internal error\"").ConfigureAwait(false);
        }
        finally
        {
            await CleanUpAsync(feed).ConfigureAwait(false);
        }
    }

    private async Task CleanUpAsync(Task feed)
    {
        _tools.Mail.Remove(_id);
        _tools.Feeds.StopListening(_room, _listener);
        await _stop.CancelAsync().ConfigureAwait(false);
        await feed.ConfigureAwait(false);
        try
        {
            await Room.Do(new Leave(_id)).ConfigureAwait(false);
        }
        catch (OrleansException)
        {
            // The room is not reachable: it takes the seat back when it finds the connection gone.
        }
        await _leg.CloseAsync().ConfigureAwait(false);
        Dispose();
    }

    public void Dispose() => _stop.Dispose();

    /// <summary>The room's facts as they come.</summary>
    private async Task PumpFeedAsync()
    {
        var news = new List<FeedEnvelope>();
        try
        {
            while (true)
            {
                await _listener.TakeAsync(news, _stop.Token).ConfigureAwait(false);
                foreach (var item in news.SelectMany(envelope => ItemsOf(envelope.Content)))
                    Take(item);
                news.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            // The call is over.
        }
    }

    private IEnumerable<FeedItem> ItemsOf(object content) => content switch
    {
        FactBatch batch => batch.Items.Where(item => item.IsFor(_id)),
        FeedItem item when item.IsFor(_id) => [item],
        _ => [],
    };

    /// <summary>The next thing that is not the call's own housekeeping; null when the time is over.</summary>
    private async Task<object?> NextAsync(TimeSpan? patience = null)
    {
        using var late = patience is { } wait ? new CancellationTokenSource(wait, _tools.Clock.Time) : null;
        while (true)
        {
            object happened;
            try
            {
                happened = await _inbox.Reader.ReadAsync(late?.Token ?? CancellationToken.None).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            if (!await KeepHouseAsync(happened).ConfigureAwait(false))
                return happened;
        }
    }

    /// <returns>True when it needs no further thought.</returns>
    private async Task<bool> KeepHouseAsync(object happened)
    {
        switch (happened)
        {
            case SipCallEnded ended:
                _isOver = true;
                Log.CallEnded(_tools.Log, _call.CallId, _id, $"{ended.End} {ended.Status} {ended.Reason}");
                throw new CallOverException();
            case SipCallConfirmed { Answer.Length: > 0 } confirmed:
                await TakeAnswerAsync(confirmed.Answer).ConfigureAwait(false);
                return true;
            case SipCallConfirmed:
                return true;
            case SipOfferReceived offered:
                await ReofferedAsync(offered.Offer).ConfigureAwait(false);
                return true;
            case SipAnswerReceived answered:
                await MovedAsync(answered.Answer).ConfigureAwait(false);
                return true;
            case SipOfferRefused refused:
                return await NotMovedAsync(refused.Status).ConfigureAwait(false);
            case SipCallRequestArrived asked:
                await AnswerRequestAsync(asked.Transaction).ConfigureAwait(false);
                return true;
            case LegSilent { Seconds: < 60 }:
                await _tools.Endpoint.AskAsync((now, _) => _call.Send(now, SipMethod.Options)).ConfigureAwait(false);
                return true;
            case LegSilent:
                await HangUpAsync("SIP;cause=408;text=\"no media\"").ConfigureAwait(false);
                throw new CallOverException();
            case LegFailed failed:
                await HangUpAsync($"SIP;cause=488;text=\"{failed.Reason.Replace('"', '\'')}\"").ConfigureAwait(false);
                throw new CallOverException();
            case NodeStops:
                await HangUpAsync("SIP;cause=503;text=\"server restarts\"").ConfigureAwait(false);
                throw new CallOverException();
            case RenegotiationNeeded { Epoch: > 0 } moved:
                await FollowHomeAsync(moved.Epoch).ConfigureAwait(false);
                return true;
            default:
                return false;
        }
    }

    private async Task HangUpAsync(string reason)
    {
        if (_isOver)
            return;
        _isOver = true;
        await _tools.Endpoint.AskAsync((now, _) => _call.HangUp(now, reason)).ConfigureAwait(false);
    }

    private async Task RejectAsync(int status, string title, params IReadOnlyList<(string, string)> headers)
    {
        _isOver = true;
        await _tools.Endpoint.AskAsync((now, _) => _call.Reject(now, status, title, headers)).ConfigureAwait(false);
    }

    /// <summary>Bytes of a description.</summary>
    private static ReadOnlyMemory<byte> Bytes(string sdp) => Encoding.UTF8.GetBytes(sdp);

    private static string Text(ReadOnlyMemory<byte> sdp) => Encoding.UTF8.GetString(sdp.Span);

    /// <summary>The other end is gone.</summary>
    private sealed class CallOverException : Exception;
}
