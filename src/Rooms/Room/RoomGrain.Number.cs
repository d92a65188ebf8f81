namespace Sylk.Conference.Rooms;

/// <summary>The number by which telephones find the room (product §2).</summary>
internal sealed partial class RoomGrain
{
    public Task<string?> ConferenceId() => Task.FromResult(_state.Config?.ConferenceId);

    /// <summary>A room has one from the first time somebody looks at it, where there are numbers at all.</summary>
    private async Task MindNumber()
    {
        if (!tools.Settings.ConferenceNumbers || _state.Config is not { ConferenceId: null })
            return;
        var number = await GrainFactory.GetGrain<IConferenceNumbersGrain>(0).Draw(_state.Name);
        if (_state.Config is { ConferenceId: null } config)
            await CarryOut([new ConfigChanged(config with { ConferenceId = number })]);
    }
}
