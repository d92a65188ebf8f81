using System.Text;
using System.Threading.Channels;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// One phone from INVITE to BYE. All that happens to the call comes through one inbox and is taken one after the other, so this
/// reads as a story: how it comes in, what it hears, what is pressed, how it ends. How it comes in is what callers
/// (<see cref="IncomingCall"/>) and those who are called (<see cref="OutgoingCall"/>) differ in.
/// </summary>
internal abstract partial class RoomCall : IRoomPhone, IDisposable
{
    /// <summary>What waits for a call that does not come to reading; far more than any call ever has.</summary>
    private const int MostWaiting = 2_048;
    private const string ConnectionPrefix = "sip-";

    private readonly Channel<object> _inbox = Channel.CreateBounded<object>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
    private readonly CancellationTokenSource _stop = new();
    private readonly KeyPairs _keys = new();

    protected RoomCall(FocusTools tools, string room, string? participantId = null)
    {
        (Tools, RoomName) = (tools, room);
        Id = participantId ?? Ids.New(Ids.Participant, tools.RoomClock.Now);
        Language = tools.Settings.Language;
        Listener = new FeedListener(ConnectionPrefix + Id);
        _lines = new PhoneLines(SendLineAsync);
    }

    protected FocusTools Tools { get; }

    /// <summary>The participant it is, or will be.</summary>
    protected string Id { get; }

    protected string RoomName { get; }

    protected FeedListener Listener { get; }

    /// <summary>Null until there is one.</summary>
    protected SipCall Call { get; set; } = null!;

    protected CallLeg Leg { get; set; } = null!;

    protected string Language { get; set; }

    protected bool IsInside { get; private set; }

    /// <summary>It has a place in the room. Asked from the SIP loop.</summary>
    public bool IsSeated => IsInside && !IsOver;

    /// <summary>The dialog has ended, or will without our help.</summary>
    protected bool IsOver { get; private set; }

    string IRoomPhone.ParticipantId => Id;

    string IRoomPhone.RoomName => RoomName;

    string? IRoomPhone.Account => Call is { IsIncoming: true } call ? Tools.Accounts.ProvedBy(call.Invite)?.Address : null;

    SipCall? IRoomPhone.Call => Call;

    public int Connection => Call is null ? 0 : Call.Flow.Connection;

    protected IRoomGrain Room => Tools.Room(RoomName);

    protected string Source => Leg.SignallingSource;

    /// <summary>False: it has not said yet where it wants to go.</summary>
    protected virtual bool HasRoom => true;

    /// <summary>Something happened to this call. Called on the SIP loop, phone threads and feeds; never waits.</summary>
    public void Take(object happened) => _inbox.Writer.TryWrite(happened);

    /// <summary>A phone may send a key both ways; the second of the pair is the same press (FOC-3).</summary>
    private void TakeLeg(LegEvent happened)
    {
        if (happened is not LegDigit { Digit: var key } || _keys.IsNew(Tools.Clock.Now, key, byInfo: false))
            Take(happened);
    }

    /// <returns>True when they are inside.</returns>
    protected abstract Task<bool> ComeInAsync();

    /// <summary>The call is over while it has not been answered; true when there is more to try.</summary>
    protected virtual bool GoesOnAfter(SipCallEnded ended) => false;

    /// <summary>The Reason to hang up with at once when the room lets them go; null: they are told first.</summary>
    protected virtual string? PartsFor(Dismissed dismissed) => null;

    private string CodeOfGivingUp => Call is null or { State: SipCallState.Early } ? Cancelled : Completed;

    public async Task RunAsync()
    {
        Tools.Mail.Add(Id, TakeLeg);
        Tools.Feeds.Listen(RoomName, Listener);
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
            Log.CallFailed(Tools.Log, problem, RoomName);
            await HangUpAsync("SIP;cause=500;text=\"internal error\"").ConfigureAwait(false);
        }
        finally
        {
            await CleanUpAsync(feed).ConfigureAwait(false);
        }
    }

    private async Task CleanUpAsync(Task feed)
    {
        Tools.Mail.Remove(Id);
        _messages?.Close();
        Tools.Feeds.StopListening(RoomName, Listener);
        await _stop.CancelAsync().ConfigureAwait(false);
        await feed.ConfigureAwait(false);
        try
        {
            if (HasRoom)
                await Room.Do(new Leave(Id)).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException)
        {
            // The room is not reachable: it takes the seat back when it finds the connection gone.
        }
        if (Leg is not null)
            await Leg.CloseAsync().ConfigureAwait(false);
        await NoteEndAsync().ConfigureAwait(false);
        Dispose();
    }

    /// <summary>What is wished from outside, and what came of it.</summary>
    private Task FollowWishAsync(object wish) => wish switch
    {
        HoldWanted hold => HoldAsync(hold.Held),
        HoldUntold untold => TellHoldAsync(untold),
        SectionsUntold untold => TellSectionsAsync(untold),
        TransferWanted transfer => SendOnAsync(transfer.Target),
        SipAnswerArrived answered => TakeAnswerAsync(answered),
        ReferralEnded referral => NoteReferralAsync(referral.Status),
        _ => Task.CompletedTask,
    };

    public void Dispose()
    {
        _ceiling?.Dispose();
        _stop.Dispose();
    }

    /// <summary>The room's facts as they come.</summary>
    private async Task PumpFeedAsync()
    {
        var news = new List<FeedEnvelope>();
        try
        {
            while (true)
            {
                await Listener.TakeAsync(news, _stop.Token).ConfigureAwait(false);
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
        FactBatch batch => batch.Items.Where(item => item.IsFor(Id)),
        FeedItem item when item.IsFor(Id) => [item],
        _ => [],
    };

    /// <summary>The next thing that is not the call's own housekeeping; null when the time is over.</summary>
    protected async Task<object?> NextAsync(TimeSpan? patience = null)
    {
        using var late = patience is { } wait ? new CancellationTokenSource(wait, Tools.Clock.Time) : null;
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
            case SipCallEnded ended when GoesOnAfter(ended):
                return false;
            case SipCallEnded ended:
                IsOver = true;
                Ends(_referredTo is not null && ended.End == SipCallEnd.ByThem ? new CallEnd(Transferred, null, CallSide.Them) : CauseOf(ended));
                Log.CallEnded(Tools.Log, Call.CallId, Id, $"{ended.End} {ended.Status} {ended.Reason}");
                throw new CallOverException();
            case SipCallConfirmed { Answer.Length: > 0 } confirmed:
                await TakeAnswerAsync(confirmed.Answer).ConfigureAwait(false);
                return true;
            case SipCallConfirmed:
                return true;
            case SipOfferReceived offered:
                await ReofferedAsync(offered.Offer).ConfigureAwait(false);
                return true;
            case MessageLegEnd end:
                await NoteTextEndAsync(end).ConfigureAwait(false);
                return true;
            case SipAnswerReceived or SipOfferRefused when AwaitsAnswer:
                return false;
            case SipAnswerReceived answered:
                await MovedAsync(answered.Answer).ConfigureAwait(false);
                return true;
            case SipOfferRefused refused:
                return await NotMovedAsync(refused.Status).ConfigureAwait(false);
            case SipCallRequestArrived asked:
                await AnswerRequestAsync(asked.Transaction).ConfigureAwait(false);
                return true;
            case PhoneSays says:
                await AnswerRequestAsync(says.Asked).ConfigureAwait(false);
                return true;
            case SipAnswerArrived { Transaction.Request.Method: SipMethod.Message } answered:
                await LineAnsweredAsync(answered.Status).ConfigureAwait(false);
                return true;
            case LegSilent { Seconds: < 60 }:
                await Tools.Endpoint.AskAsync((now, _) => Call.Send(now, SipMethod.Options)).ConfigureAwait(false);
                return true;
            case LegSilent:
                await HangUpAsync("SIP;cause=408;text=\"no media\"", "media_timeout").ConfigureAwait(false);
                throw new CallOverException();
            case LegFailed failed:
                await HangUpAsync($"SIP;cause=488;text=\"{failed.Reason.Replace('"', '\'')}\"").ConfigureAwait(false);
                throw new CallOverException();
            case NodeStops:
                await HangUpAsync("SIP;cause=503;text=\"server restarts\"", ErrorCodes.NodeDraining).ConfigureAwait(false);
                throw new CallOverException();
            case CallDropped:
                await HangUpAsync("Q.850;cause=16;text=\"hung up\"", CodeOfGivingUp).ConfigureAwait(false);
                throw new CallOverException();
            case Dismissed dismissed when PartsFor(dismissed) is { } reason:
                await HangUpAsync(reason, CodeOfGivingUp).ConfigureAwait(false);
                throw new CallOverException();
            case CeilingReached:
                await HangUpAsync("Q.850;cause=16;text=\"longest duration\"", "duration_over").ConfigureAwait(false);
                throw new CallOverException();
            case KeysWanted wanted:
                await Leg.SendDigitsAsync(wanted.Digits).ConfigureAwait(false);
                return true;
            case HoldWanted or HoldUntold or SectionsUntold or TransferWanted or SipAnswerArrived or ReferralEnded:
                await FollowWishAsync(happened).ConfigureAwait(false);
                return true;
            case RenegotiationNeeded { Epoch: > 0 } moved:
                await FollowHomeAsync(moved.Epoch).ConfigureAwait(false);
                return true;
            default:
                return false;
        }
    }

    protected async Task HangUpAsync(string reason, string code = Completed)
    {
        if (IsOver)
            return;
        IsOver = true;
        Ends(new CallEnd(code, null, CallSide.Us));
        if (Call is not null)
            await Tools.Endpoint.AskAsync((now, _) => Call.HangUp(now, reason)).ConfigureAwait(false);
    }

    protected async Task RejectAsync(int status, string title, params IReadOnlyList<(string, string)> headers)
    {
        IsOver = true;
        await Tools.Endpoint.AskAsync((now, _) => Call.Reject(now, status, title, headers)).ConfigureAwait(false);
    }

    /// <summary>Bytes of a description.</summary>
    protected static ReadOnlyMemory<byte> Bytes(string sdp) => Encoding.UTF8.GetBytes(sdp);

    protected static string Text(ReadOnlyMemory<byte> sdp) => Encoding.UTF8.GetString(sdp.Span);

    /// <summary>The other end is gone.</summary>
    protected sealed class CallOverException : Exception;
}
