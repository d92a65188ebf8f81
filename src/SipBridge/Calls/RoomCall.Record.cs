using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <content>What is told of the call outside (product §4 Call, §6 <c>call.*</c>).</content>
internal abstract partial class RoomCall
{
    /// <summary>It came to its end in good order.</summary>
    protected const string Completed = "completed";

    /// <summary>Given up before anybody answered.</summary>
    protected const string Cancelled = "cancelled";

    private CallEnd? _end;
    private ITimer? _ceiling;

    /// <summary>Null while there is nothing to tell.</summary>
    protected CallInfo? Facts { get; private set; }

    /// <summary>Why it ended; the first reason holds.</summary>
    protected void Ends(CallEnd end) => _end ??= end;

    /// <summary>For who wants to hear of each state too.</summary>
    protected virtual void OnTold(CallInfo facts)
    {
    }

    /// <summary>What the room knows already.</summary>
    protected void Know(CallInfo facts)
    {
        Facts = facts;
        if (Call is not null)
            Tools.Traces.Name(Tools.RoomClock.Now, Call.CallId, facts.Id);
        Tools.Book.Put(facts);
        OnTold(facts);
    }

    protected Task NoteAsync(CallInfo facts)
    {
        Know(facts);
        return TellRoomAsync(facts);
    }

    private async Task TellRoomAsync(CallInfo facts)
    {
        if (!HasRoom)
            return;
        try
        {
            await Room.Do(new NoteCall(facts)).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException)
        {
            // The room is not reachable: the book has it nevertheless.
        }
    }

    /// <summary>Ends the call by itself when it has lasted so long (limit L21).</summary>
    protected void LimitTo(TimeSpan duration)
    {
        _ceilingAt = Tools.Clock.Now + duration;
        _ceiling = Tools.Clock.Time.CreateTimer(_ => Take(new CeilingReached()), null, duration, Timeout.InfiniteTimeSpan);
    }

    private async Task NoteEndAsync()
    {
        if (Facts is not { } facts)
            return;
        var end = _end ?? new CallEnd(ErrorCodes.Internal, null, CallSide.Us);
        await NoteAsync(facts with { State = CallState.Ended, EndedAt = Tools.RoomClock.Now, End = end }).ConfigureAwait(false);
        Tools.Meter.Ended(facts, end.Code, Tools.RoomClock.Now);
    }

    private static CallEnd CauseOf(SipCallEnded ended) => ended.End switch
    {
        SipCallEnd.ByThem => new(Completed, null, CallSide.Them),
        SipCallEnd.Cancelled => new(Cancelled, null, CallSide.Them),
        SipCallEnd.ByUs => new(Completed, null, CallSide.Us),
        _ => new(ErrorCodes.CalleeUnavailable, ended.Status > 0 ? new SipCause(ended.Status, ended.Reason) : null, CallSide.Them),
    };

    /// <summary>Told by the call's own clock.</summary>
    private sealed record CeilingReached;
}
