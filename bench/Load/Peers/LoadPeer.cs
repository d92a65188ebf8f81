using Sylk.Conference.Headless.Joining;
using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Headless.Publishing;
using Sylk.Conference.Headless.Receiving;
using Sylk.Conference.Load.Linux;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.Load.Peers;

/// <summary>One simulated peer: its socket, its media connection, what it publishes or counts. Owned by the loop's thread.</summary>
internal sealed class LoadPeer : IMediaTap, IDatagramConsumer, IDisposable
{
    private const int DecryptOneIn = 16;
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _media = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LoadClock _clock;

    public LoadPeer(PeerIdentity identity, Crowd crowd, Publisher? publisher)
    {
        Endpoint = new UdpEndpoint(crowd.Address);
        _clock = crowd.Loop.Clock;
        Publisher = publisher;
        Receiver = new Receiver(DecryptOneIn) { Delays = crowd.Delays };
        Peer = new HeadlessPeer(identity, Endpoint, this, (ulong)Random.Shared.NextInt64());
    }

    public UdpEndpoint Endpoint { get; }

    public HeadlessPeer Peer { get; }

    public Publisher? Publisher { get; }

    public Receiver Receiver { get; }

    public ISession? Session { get; set; }

    /// <summary>Media datagrams received and their octets, retransmissions and padding too.</summary>
    public long Datagrams { get; private set; }

    public long Octets { get; private set; }

    /// <summary>Complete when DTLS is; fails when there is no connection to be had.</summary>
    public Task Connected => _connected.Task;

    public Task FirstMedia => _media.Task;

    public void Tick(Instant now)
    {
        Peer.Tick(now);
        Publisher?.Tick(Peer, now);
        Receiver.Tick(Peer, now);
        Announce();
    }

    public void Consume(long arrivalRealtime, in TransportAddress from, Span<byte> datagram)
    {
        var arrival = arrivalRealtime == 0 ? _clock.Now : new Instant(arrivalRealtime - _clock.RealtimeOffset);
        Peer.Receive(_clock.Now, arrival, from, datagram);
        if (!_connected.Task.IsCompleted)
            Announce();
    }

    public void ReceiveRtp(Instant arrival, HeadlessPeer peer, Span<byte> packet)
    {
        Datagrams++;
        Octets += packet.Length;
        Receiver.ReceiveRtp(arrival, peer, packet);
        if (Receiver.FirstMediaAt != Instant.Never && !_media.Task.IsCompleted)
            _media.TrySetResult();
    }

    public void ReceiveRtcp(Instant now, HeadlessPeer peer, ReadOnlySpan<byte> compound)
    {
        Receiver.ReceiveRtcp(now, compound);
        Publisher?.ReceiveRtcp(peer, compound);
    }

    public void Dispose()
    {
        Peer.Dispose();
        Endpoint.Dispose();
    }

    private void Announce()
    {
        if (_connected.Task.IsCompleted)
            return;
        if (Peer.State == PeerState.Connected)
            _connected.TrySetResult();
        else if (Peer.State is PeerState.Failed or PeerState.Closed)
            _connected.TrySetException(new JoinRefusedException("ICE or DTLS failed."));
    }
}
