using Sylk.Conference.Headless.Publishing;
using Sylk.Conference.Headless.Receiving;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Headless.Peers;

/// <summary>A peer that publishes and measures at once, with a socket and a loop of its own.</summary>
public sealed class HeadlessClient : IMediaTap, IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(20);
    private readonly UdpOutput _output = new();
    private readonly byte[] _buffer = new byte[2048];

    /// <param name="identity">May be shared.</param>
    /// <param name="publisher">Null to receive only.</param>
    public HeadlessClient(PeerIdentity identity, Publisher? publisher)
    {
        Publisher = publisher;
        Peer = new HeadlessPeer(identity, _output, this, (ulong)Random.Shared.NextInt64());
    }

    public HeadlessPeer Peer { get; }

    public Publisher? Publisher { get; }

    public Receiver Receiver { get; } = new();

    /// <summary>Works until the time is over, the peer has failed or somebody cancels. Blocks the calling thread.</summary>
    public void Run(TimeSpan duration, CancellationToken cancellation)
    {
        var end = MonotonicClock.Now + duration;
        for (var now = MonotonicClock.Now; now < end && !cancellation.IsCancellationRequested; now = MonotonicClock.Now)
        {
            if (Peer.State is PeerState.Failed or PeerState.Closed)
                return;
            Tick(now);
            var deadline = Instant.Earlier(Instant.Earlier(Peer.NextDeadline, end), Publisher?.NextDeadline ?? Instant.Never);
            var wait = TimeSpan.FromMicroseconds(Math.Clamp((deadline.Nanoseconds - now.Nanoseconds) / 1000, 0, LongestWait.Ticks / 10));
            if (_output.TryReceive(_buffer, wait, out var length, out var from))
                Receive(from, length);
        }
    }

    public void Dispose()
    {
        Peer.Dispose();
        _output.Dispose();
    }

    void IMediaTap.ReceiveRtp(Instant arrival, HeadlessPeer peer, Span<byte> packet) => Receiver.ReceiveRtp(arrival, peer, packet);

    void IMediaTap.ReceiveRtcp(Instant now, HeadlessPeer peer, ReadOnlySpan<byte> compound)
    {
        Receiver.ReceiveRtcp(now, compound);
        Publisher?.ReceiveRtcp(peer, compound);
    }

    private void Tick(Instant now)
    {
        Peer.Tick(now);
        Publisher?.Tick(Peer, now);
        Receiver.Tick(Peer, now);
    }

    private void Receive(in TransportAddress from, int length)
    {
        var now = MonotonicClock.Now;
        Peer.Receive(now, now, from, _buffer.AsSpan(0, length));
    }
}
