namespace Sylk.Conference.Rooms;

/// <summary>What the room's owner does, and who reads.</summary>
internal sealed partial class RoomGrain
{
    public async Task<ConfigOutcome> Configure(Configuration order)
    {
        var existed = _state.Config is not null;
        var refusal = await Do(order);
        return new(refusal, refusal is null ? _state.Config : null, refusal is null && !existed && _state.Config is not null);
    }

    public async Task<RoomReport> Describe() => new(
        _state.Config, _state.SessionId, _state.StartedAt, await Snapshot(), []);

    public async Task<RoomSnapshot?> Snapshot(string participantId = "") => _state.SessionId is null ? null : await View(participantId);

    private async Task<RoomSnapshot> View(string participantId, long? heard = null)
    {
        var snapshot = RoomView.Snapshot(_state, tools.Settings);
        if (!_state.Seats.TryGetValue(participantId, out var reader))
            return snapshot;
        var lines = await Chat.GreetAsync(reader.Identity);
        return snapshot with
        {
            Chat = lines,
            UnreadFrom = heard is { } last ? lines.FirstOrDefault(line => line.Sequence > last)?.Id : null,
        };
    }
}
