namespace Sylk.Conference.Rooms;

/// <summary>Before the door: passcodes, and those who wait.</summary>
internal sealed partial class RoomGrain
{
    /// <summary>How long a room nobody is inside of remembers wrong passcodes and those who wait.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly PasscodeGuard _passcodes = new();

    public Task<PasscodeChance> TryPasscode(string source)
    {
        if (_state.Settings.Access is not { Mode: AccessMode.Passcode, PasscodeHash: { } hash })
            return Task.FromResult(new PasscodeChance(null, "", false));
        if (_state.SessionId is null)
            DelayDeactivation(Memory);
        return Task.FromResult(_passcodes.Begin(source, hash, tools.Clock.Now));
    }

    public Task<PinChance> TryPin(string source)
    {
        var candidates = Pins.Of(_state, tools.Clock.Now);
        if (candidates.IsEmpty)
            return Task.FromResult(new PinChance(null, [], false));
        if (_state.SessionId is null)
            DelayDeactivation(Memory);
        var chance = _passcodes.Begin(source, "", tools.Clock.Now);
        return Task.FromResult(new PinChance(chance.Refusal, candidates, chance.Unchecked));
    }

    public Task TriedPasscode(string source, bool right)
    {
        _passcodes.End(source, right, tools.Clock.Now);
        return Task.CompletedTask;
    }

    public async Task<JoinOutcome?> Enter(string participantId) =>
        _state.Seats.TryGetValue(participantId, out var seat) && seat.State == ParticipantState.Active
            ? await Admitted(participantId, Publishing.Permitted(_state, seat, _state.Declared(participantId)), withSnapshot: true)
            : null;

    private JoinOutcome Waits(string id)
    {
        if (_state.SessionId is null)
            DelayDeactivation(Memory);
        return new(null, _state.SessionId ?? "", null, _state.Describe(_state.Waiting.People[id].Seat), [], null) { Waiting = true };
    }
}
