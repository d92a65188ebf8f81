using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// Somebody who is called into a room (product §3.2 S7): found, rung, asked whether they want to, let in. Until they are inside the
/// roster does not show them; the state of the call is told to those who may dial.
/// </summary>
internal sealed partial class OutgoingCall : RoomCall
{
    private static readonly TimeSpan AgreeWithin = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan KeyPause = TimeSpan.FromSeconds(1);

    private readonly DialDesk _desk;
    private readonly DialOrder _order;
    private readonly DialTarget _asked;
    private string _title = "";
    private bool _isReaching = true;

    public OutgoingCall(FocusTools tools, DialDesk desk, DialOrder order, DialTarget asked, CallInfo begun)
        : base(tools, order.Room, begun.ParticipantId)
    {
        (_desk, _order, _asked) = (desk, order, asked);
        Listener.Bind(Id); // what is said to this participant is for the call from the first moment
        Know(begun);
    }

    protected override bool GoesOnAfter(SipCallEnded ended) => _isReaching;

    /// <summary>The room ended, or a moderator does not want them any more, before they were inside.</summary>
    protected override string? PartsFor(Dismissed dismissed) => IsInside ? null
        : dismissed.Code == ErrorCodes.RoomEnded ? "Q.850;cause=16;text=\"conference ended\"" : "Q.850;cause=16;text=\"removed by moderator\"";

    protected override void OnTold(CallInfo facts) => _order.Watch?.Invoke(facts);

    protected override async Task<bool> ComeInAsync()
    {
        _title = (await LearnRoomAsync().ConfigureAwait(false)).Title;
        if (!await ReachAsync().ConfigureAwait(false))
            return false;
        _isReaching = false;
        LimitTo(_desk.Settings.MaxDuration);
        if (_order.DtmfAfterAnswer is { Length: > 0 } keys)
            await PressAsync(keys).ConfigureAwait(false);
        if (_order.Announce && !await AgreesAsync().ConfigureAwait(false))
            return false;
        var outcome = await Room.Join(Request()).ConfigureAwait(false);
        if (outcome.Refusal is null && !outcome.Waiting)
        {
            await EnterAsync(outcome).ConfigureAwait(false);
            return true;
        }
        await PartAsync(outcome.Refusal?.Code ?? ErrorCodes.WaitingDenied).ConfigureAwait(false);
        return false;
    }

    private JoinRequest Request() => new()
    {
        ParticipantId = Id,
        Kind = ParticipantKind.Sip,
        DisplayName = Facts!.DisplayName,
        Role = _order.Role ?? ParticipantRole.Member,
        Call = Facts.Id,
        ConnectionId = Listener.ConnectionId,
        Publish = Leg.Publishes,
        Node = Tools.Nodes.LocalId,
        Feed = Tools.Feeds.Reference,
        WantSnapshot = true,
        Source = Source,
    };

    /// <summary>They hear what this is; only who presses 1 comes in (FOC-13).</summary>
    private async Task<bool> AgreesAsync()
    {
        var until = Tools.Clock.Now + AgreeWithin;
        char? key;
        do
        {
            key = await SpeakAsync(["you-are-called", "press-1-to-join"]).ConfigureAwait(false)
                ?? await NextKeyAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        }
        while (key is null && Tools.Clock.Now < until);
        if (key == '1')
            return true;
        await HangUpAsync("Q.850;cause=16;text=\"not confirmed\"", key is null ? ErrorCodes.CalleeTimeout : ErrorCodes.CalleeDeclined).ConfigureAwait(false);
        return false;
    }

    private async Task PressAsync(string keys)
    {
        var parts = keys.ToUpperInvariant().Split(',');
        for (var i = 0; i < parts.Length; i++)
        {
            if (i > 0)
                await Task.Delay(KeyPause, Tools.Clock.Time).ConfigureAwait(false);
            if (parts[i].Length > 0)
                await Leg.SendDigitsAsync(parts[i]).ConfigureAwait(false);
        }
    }

    /// <summary>The room does not take them after all: they hear why.</summary>
    private async Task PartAsync(string code)
    {
        var (status, title, spoken) = Tools.Refusals(code);
        if (spoken is not null)
            await SpeakAsync([spoken]).ConfigureAwait(false);
        await HangUpAsync($"SIP;cause={status};text=\"{Quotable(title)}\"", code).ConfigureAwait(false);
    }
}
