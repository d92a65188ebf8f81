namespace Sylk.Conference.Rooms;

/// <summary>A room's calls that have not ended.</summary>
internal sealed class RoomCalls
{
    private readonly Dictionary<string, (CallInfo Call, DateTimeOffset Until)> _calls = new(StringComparer.Ordinal);

    public IEnumerable<CallInfo> All => _calls.Values.Select(entry => entry.Call);

    public CallInfo? Find(string? id) => id is not null && _calls.TryGetValue(id, out var found) ? found.Call : null;

    public CallInfo? Of(string participantId) => All.FirstOrDefault(call => call.ParticipantId == participantId);

    /// <summary>A call whose node went away is not counted for ever.</summary>
    public int Outgoing(DateTimeOffset now) => _calls.Values.Count(entry => entry.Call.Direction == CallDirection.Out && entry.Until > now);

    /// <summary>True: who asks to come in was called by this room.</summary>
    public bool Awaits(JoinRequest request) =>
        Find(request.Call) is { Direction: CallDirection.Out } call && call.ParticipantId == request.ParticipantId;

    /// <param name="until">Null: as it was.</param>
    public void Note(CallInfo call, DateTimeOffset? until)
    {
        if (call.State == CallState.Ended)
            _calls.Remove(call.Id);
        else
            _calls[call.Id] = (call, until ?? (_calls.TryGetValue(call.Id, out var known) ? known.Until : DateTimeOffset.MaxValue));
    }
}
