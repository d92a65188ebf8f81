using Sylk.Conference.Protocols;

namespace Sylk.Conference.Sfu.Peers;

/// <summary>The receivers that something was held back for, or that are probed: few, whatever the room's size.</summary>
internal sealed class PacedReceivers
{
    private Peer[] _peers = new Peer[8];

    public int Count { get; private set; }

    /// <summary>When the first of them is due; <see cref="Instant.Never"/> without any.</summary>
    public Instant Next { get; private set; } = Instant.Never;

    public Peer this[int index] => _peers[index];

    public void Add(Peer peer)
    {
        Next = Instant.Earlier(Next, peer.Congestion!.Pacer.NextAt);
        if (peer.Pending.IsPaced)
            return;
        peer.Pending.IsPaced = true;
        if (Count == _peers.Length)
            Array.Resize(ref _peers, Count * 2);
        _peers[Count++] = peer;
    }

    public void Remove(Peer peer)
    {
        if (!peer.Pending.IsPaced)
            return;
        var index = Array.IndexOf(_peers, peer, 0, Count);
        _peers[index] = _peers[--Count];
        _peers[Count] = null!;
        peer.Pending.IsPaced = false;
    }

    /// <summary>To be called after the due ones were served.</summary>
    public void Settle()
    {
        Next = Instant.Never;
        for (var i = Count - 1; i >= 0; i--)
        {
            var pacer = _peers[i].Congestion!.Pacer;
            if (pacer.NextAt == Instant.Never)
                Remove(_peers[i]);
            else
                Next = Instant.Earlier(Next, pacer.NextAt);
        }
    }
}
