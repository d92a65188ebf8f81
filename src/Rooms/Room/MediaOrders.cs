using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>A room's hold on its home node: the epoch, and what events mean for the media.</summary>
/// <param name="settings">The room's settings as they are now.</param>
internal sealed class MediaOrders(string room, RoomTools tools, Func<RoomConfig> settings)
{
    private string? _homeId;
    private long _epoch;
    private MediaTicket? _former;
    private RoomMediaPolicy? _policy;

    public MediaTicket? Ticket => _homeId is null ? null : new MediaTicket(_homeId, _epoch);

    /// <summary>To be kept, so that the next decision has a higher number wherever it is made.</summary>
    public StoredHome Stored => new(_homeId, _epoch);

    /// <summary>The home does not answer any more and has to be replaced.</summary>
    public bool IsLost => _homeId is not null && tools.Nodes.IsLost(_homeId);

    private IMediaNode? Home => _homeId is null ? null : tools.Nodes.Find(_homeId);

    /// <summary>Goes on with the home the room had.</summary>
    public void Restore(StoredHome? home)
    {
        if (home is not null)
            (_homeId, _epoch) = (home.Node, home.Epoch);
    }

    public bool Knows(long epoch) => _homeId is not null && epoch == _epoch;

    /// <summary>True for the home, and for the last one while people leave it.</summary>
    public bool IsWelcomeAt(string node) => node == _homeId || node == _former?.Node;

    /// <summary>Chooses a home if there is none and opens the room there.</summary>
    public async ValueTask<Refusal?> SettleAsync(DateTimeOffset now) => _homeId is null ? await OpenAsync(now, tools.Nodes.Place(room)) : null;

    /// <summary>Chooses another home and opens the room there; the former one is kept open until <see cref="CloseFormerAsync"/>.</summary>
    /// <param name="to">A node's id; null leaves the choice to the load.</param>
    /// <returns>Why nothing changed.</returns>
    public async ValueTask<Refusal?> MoveAsync(DateTimeOffset now, string reason, string? to)
    {
        var former = Ticket;
        if (await OpenAsync(now, to is null ? tools.Nodes.Place(room, former?.Node) : tools.Nodes.Find(to)) is { } refusal)
            return refusal;
        _former = former;
        tools.Log.MediaMoves(room, former?.Node ?? "", _homeId!, reason);
        return null;
    }

    public async ValueTask CloseFormerAsync()
    {
        if (_former is { } former && former.Node != _homeId && tools.Nodes.Find(former.Node) is { } node)
            await node.CloseRoomAsync(room, former.Epoch);
        _former = null;
    }

    public ValueTask<RoomMediaInventory?> InventoryAsync() => Home?.InventoryAsync(room) ?? default;

    public ValueTask<MediaError?> FollowAsync(RoomEvent happened) => (Home, happened) switch
    {
        (null, SessionClosed) => Forget(),
        (null, _) => default,
        (_, Unseated { Reason: Presence.NodeLost or Presence.Timeout } e) => CloseAbandonedAsync(Home, e.ParticipantId),
        (_, Unseated e) => Home.ClosePeerAsync(room, _epoch, e.ParticipantId),
        (_, TrackMuteSet e) => Home.SetTrackMutedAsync(room, _epoch, e.TrackId, e.Muted),
        (_, ConfigChanged { Config: { } changed }) => RenewAsync(Home, PolicyOf(changed)),
        (_, SessionClosed) => CloseAsync(Home),
        _ => default,
    };

    /// <summary>Nobody came in after all.</summary>
    public ValueTask<MediaError?> LetGoAsync() => Home is { } home ? CloseAsync(home) : Forget();

    public void Complain(MediaError error)
    {
        if (error.Code is not (MediaErrorCode.PeerUnknown or MediaErrorCode.TrackUnknown))
            tools.Log.MediaOrderFailed(room, error.Code.ToString(), error.Detail);
    }

    private async ValueTask<Refusal?> OpenAsync(DateTimeOffset now, IMediaNode? node)
    {
        if (node is null)
            return new Refusal(ErrorCodes.Overloaded, "No node can carry this room's media now.", 5_000);
        var epoch = Math.Max(_epoch + 1, now.ToUnixTimeMilliseconds());
        var policy = PolicyOf(settings());
        var error = await node.OpenRoomAsync(room, epoch, policy);
        if (error is not null)
        {
            Complain(error);
            return new Refusal(ErrorCodes.Overloaded, "The media engine does not take this room now.", 5_000);
        }
        (_homeId, _epoch, _policy) = (node.Id, epoch, policy);
        return null;
    }

    /// <summary>No door is there to close their leg, if they have one: its ports and its sound would stay.</summary>
    private async ValueTask<MediaError?> CloseAbandonedAsync(IMediaNode home, string participantId)
    {
        if (home.Legs is { } legs)
            await legs.CloseAsync(room, _epoch, participantId);
        return await home.ClosePeerAsync(room, _epoch, participantId);
    }

    /// <summary>Counts for offers from now on; who is inside keeps what was agreed.</summary>
    private ValueTask<MediaError?> RenewAsync(IMediaNode home, RoomMediaPolicy policy)
    {
        if (policy == _policy)
            return default;
        _policy = policy;
        return home.OpenRoomAsync(room, _epoch, policy);
    }

    /// <summary>What the room says, and where it says nothing, what the server's settings say.</summary>
    private RoomMediaPolicy PolicyOf(RoomConfig config) => new(
        config.Limits.MaxBitrateBps ?? tools.Settings.MaxBitrateBps, config.Media.VideoCodecs ?? tools.Settings.VideoCodecs, config.Media.AudioRed);

    private ValueTask<MediaError?> Forget()
    {
        _homeId = null;
        return default;
    }

    private ValueTask<MediaError?> CloseAsync(IMediaNode home)
    {
        _homeId = null;
        return home.CloseRoomAsync(room, _epoch);
    }
}
