using Sylk.Conference.Protocols;
using Sylk.Conference.Sfu.Engine;

namespace Sylk.Conference.Sfu.Peers.Data;

/// <summary>
/// Whose data packets go next. Each costs a DTLS record, several times what a media packet costs, and one message may be
/// thousands of them: so few may go in each millisecond that media waits for none, and the peers take turns.
/// </summary>
internal sealed class DataTurns(DeadlineQueue deadlines) : IDeadline
{
    private const int PacketsPerMillisecond = 32;
    private const int PacketsPerTurn = 8;
    private readonly Queue<Peer> _waiting = new();
    private Instant _windowEnd;
    private int _left;

    public Instant QueuedFor { get; set; } = Instant.Never;

    public Instant NextDeadline => _waiting.Count == 0 ? Instant.Never : _windowEnd;

    public void OnDeadline(Instant now) => Run(now);

    /// <summary>To be called when a peer may have something to send; sends it at once while there is room.</summary>
    public void Enter(Instant now, Peer peer)
    {
        if (!peer.Transport.WaitsForTurn)
        {
            peer.Transport.WaitsForTurn = true;
            _waiting.Enqueue(peer);
        }

        Run(now);
    }

    private void Run(Instant now)
    {
        if (now >= _windowEnd)
        {
            _windowEnd = now.PlusMilliseconds(1);
            _left = PacketsPerMillisecond;
        }

        while (_left > 0 && _waiting.TryDequeue(out var peer))
        {
            var allowed = Math.Min(PacketsPerTurn, _left);
            var sent = peer.Transport.SendData(now, allowed);
            _left -= sent;
            peer.Transport.WaitsForTurn = sent == allowed;
            if (sent == allowed)
                _waiting.Enqueue(peer);
            else if (peer.Transport.State == TransportState.Connected)
                deadlines.Refresh(peer);
        }

        deadlines.Refresh(this);
    }
}
