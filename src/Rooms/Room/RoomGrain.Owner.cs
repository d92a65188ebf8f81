using System.Collections.Immutable;

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

    public Task<ImmutableArray<Invite>> Invites() =>
        Task.FromResult<ImmutableArray<Invite>>([.. _state.Invites.Values.OrderBy(invite => invite.Id, StringComparer.Ordinal)]);

    public async Task<RoomReport> Describe()
    {
        await MindNumber();
        return new(_state.Config, _state.SessionId, _state.StartedAt, await Snapshot(), _state.Waiting.Describe())
        {
            Files = ListedFiles,
            Calls = [.. _state.Calls.All],
        };
    }

    private ImmutableArray<SharedFile> ListedFiles => [.. _state.Files.Listed.Select(file => file.Describe())];

    public async Task<RoomSnapshot?> Snapshot(string participantId = "") =>
        _state.SessionId is null || (participantId.Length > 0 && !_state.Seats.ContainsKey(participantId)) ? null : await View(participantId);

    private async Task<RoomSnapshot> View(string participantId, long? heard = null)
    {
        var snapshot = RoomView.Snapshot(_state, tools.Settings);
        if (!_state.Seats.TryGetValue(participantId, out var reader))
            return snapshot;
        var lines = await Chat.GreetAsync(reader.Identity);
        return snapshot with
        {
            Chat = lines,
            Files = ListedFiles,
            FilesKey = _state.Files.Key,
            Waiting = reader.Moderates ? _state.Waiting.Describe() : [],
            UnreadFrom = heard is { } last ? lines.FirstOrDefault(line => line.Sequence > last)?.Id : null,
        };
    }
}
