using Sylk.Conference.Sfu;

namespace Sylk.Conference.Rooms;

/// <summary>A room's hold on its home node: the epoch, and what events mean for the media.</summary>
/// <param name="settings">The room's settings as they are now.</param>
internal sealed class MediaOrders(string room, RoomTools tools, Func<RoomConfig> settings)
{
    private IMediaNode? _home;
    private long _epoch;
    private RoomMediaPolicy? _policy;

    public MediaTicket? Ticket => _home is null ? null : new MediaTicket(_home.Id, _epoch);

    /// <summary>To be kept, so that the next decision has a higher number wherever it is made.</summary>
    public StoredHome Home => new(_home?.Id, _epoch);

    /// <summary>Goes on with the home the room had, if that node is still there.</summary>
    public void Restore(StoredHome? home)
    {
        if (home is null)
            return;
        _epoch = home.Epoch;
        _home = home.Node is { } id ? tools.Nodes.Find(id) : null;
    }

    public bool Knows(long epoch) => _home is not null && epoch == _epoch;

    /// <summary>Chooses a home if there is none and opens the room there.</summary>
    public async ValueTask<Refusal?> SettleAsync(DateTimeOffset now)
    {
        if (_home is not null)
            return null;
        if (tools.Nodes.Place(room) is not { } node)
            return new Refusal(ErrorCodes.Overloaded, "No node can carry this room's media now.", 5_000);
        var epoch = Math.Max(_epoch + 1, now.ToUnixTimeMilliseconds());
        var policy = PolicyOf(settings());
        var error = await node.OpenRoomAsync(room, epoch, policy);
        if (error is not null)
        {
            Complain(error);
            return new Refusal(ErrorCodes.Overloaded, "The media engine does not take this room now.", 5_000);
        }
        (_home, _epoch, _policy) = (node, epoch, policy);
        return null;
    }

    public ValueTask<MediaError?> FollowAsync(RoomEvent happened) => (_home, happened) switch
    {
        (null, _) => default,
        (_, Unseated e) => _home.ClosePeerAsync(room, _epoch, e.ParticipantId),
        (_, TrackMuteSet e) => _home.SetTrackMutedAsync(room, _epoch, e.TrackId, e.Muted),
        (_, ConfigChanged { Config: { } changed }) => RenewAsync(_home, PolicyOf(changed)),
        (_, SessionClosed) => CloseAsync(_home),
        _ => default,
    };

    /// <summary>Nobody came in after all.</summary>
    public ValueTask<MediaError?> LetGoAsync() => _home is null ? default : CloseAsync(_home);

    public void Complain(MediaError error)
    {
        if (error.Code is not (MediaErrorCode.PeerUnknown or MediaErrorCode.TrackUnknown))
            tools.Log.MediaOrderFailed(room, error.Code.ToString(), error.Detail);
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

    private ValueTask<MediaError?> CloseAsync(IMediaNode home)
    {
        _home = null;
        return home.CloseRoomAsync(room, _epoch);
    }
}
