using System.Collections.Immutable;
using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Peers;
using Sylk.Conference.Sfu.Routing;

namespace Sylk.Conference.Sfu.Quality;

/// <summary>Tells a room how its participants' connections do (product §7.4 <c>Quality</c>): those that changed, together, every 2 s.</summary>
internal sealed class QualityReports(RoomRouter room)
{
    private const int ReminderMs = 20_000;

    private readonly HashSet<Peer> _changed = [];
    private Instant _next;
    private Instant _nextReminder;

    public void Changed(Peer peer)
    {
        if (peer.Kind != PeerKind.Whep) // players are an audience nobody sees
            _changed.Add(peer);
    }

    /// <summary>A newcomer takes everybody's connection for good until told otherwise.</summary>
    public void OnConnected() => AddAllThatIsNotGood();

    public void Forget(Peer peer) => _changed.Remove(peer);

    public void Run(Instant now)
    {
        if (now >= _nextReminder)
        {
            // Signals may be lost, and newcomers on another shard of the room are not known here.
            AddAllThatIsNotGood();
            _nextReminder = now.PlusMilliseconds(ReminderMs);
        }

        if (_changed.Count == 0 || now < _next)
            return;
        _next = now.PlusMilliseconds(PeerQuality.IntervalMs);
        var items = ImmutableArray.CreateBuilder<QualityItem>(_changed.Count * 2);
        foreach (var peer in _changed)
        {
            items.Add(new QualityItem(peer.Id, FlowDirection.Receive, peer.Quality.Up.Score, peer.Quality.Up.Cause));
            items.Add(new QualityItem(peer.Id, FlowDirection.Transmit, peer.Quality.Down.Score, peer.Quality.Down.Cause));
        }

        _changed.Clear();
        room.Listener.OnSignal(new QualityChanged(room.Name, items.MoveToImmutable()) { Epoch = room.Epoch });
    }

    private void AddAllThatIsNotGood()
    {
        foreach (var peer in room.Peers)
            if (Math.Min(peer.Quality.Up.Score, peer.Quality.Down.Score) < QualityScore.Best)
                Changed(peer);
    }
}
