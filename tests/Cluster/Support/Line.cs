using Sylk.Conference.Headless.Peers;
using Sylk.Conference.Headless.Publishing;
using Sylk.Conference.Headless.Receiving;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;

namespace Sylk.Conference.Cluster.Tests;

/// <summary>One media connection of a caller: speaks, and notes when sound arrives.</summary>
internal sealed class Line : IMediaTap, IDisposable
{
    public const int AudioSlots = 3;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(10);
    private static readonly PeerIdentity Identity = new(TimeProvider.System);

    private readonly Action<Instant> _heard;
    private readonly Publisher _publisher = new(new PublishPlan(Bitrate: 0), TimeProvider.System);
    private readonly Receiver _receiver = new(decryptOneIn: int.MaxValue);
    private readonly UdpOutput _output = new();
    private readonly byte[] _buffer = new byte[2048];
    private readonly Thread _thread;
    private volatile bool _stop;

    public Line(Action<Instant> heard)
    {
        _heard = heard;
        Peer = new HeadlessPeer(Identity, _output, this, (ulong)Random.Shared.NextInt64());
        _thread = new Thread(Run) { IsBackground = true, Name = "line" };
    }

    public HeadlessPeer Peer { get; }

    /// <summary>Packets of sound that have come.</summary>
    public long Heard { get; private set; }

    public string Offer() => PeerOffer.Create(Peer, _publisher.Ssrcs, AudioSlots, videoSlots: 0).ToString();

    public void Accept(string answer)
    {
        Assert.True(SdpParser.TryParse(answer, out var description, out _), answer);
        Assert.True(Peer.Accept(MonotonicClock.Now, description!), answer);
        _thread.Start();
    }

    public void Dispose()
    {
        _stop = true;
        if (_thread.IsAlive)
            _thread.Join();
        Peer.Dispose();
        _output.Dispose();
    }

    void IMediaTap.ReceiveRtp(Instant arrival, HeadlessPeer peer, Span<byte> packet)
    {
        if (RtpPacket.TryParseHeader(packet, out var header) && header.PayloadType == PeerOffer.OpusPayloadType)
        {
            Heard++;
            _heard(arrival);
        }
        _receiver.ReceiveRtp(arrival, peer, packet);
    }

    void IMediaTap.ReceiveRtcp(Instant now, HeadlessPeer peer, ReadOnlySpan<byte> compound)
    {
        _receiver.ReceiveRtcp(now, compound);
        _publisher.ReceiveRtcp(peer, compound);
    }

    private void Run()
    {
        while (!_stop && Peer.State is not (PeerState.Failed or PeerState.Closed))
        {
            var now = MonotonicClock.Now;
            Peer.Tick(now);
            _publisher.Tick(Peer, now);
            _receiver.Tick(Peer, now);
            var due = Instant.Earlier(Peer.NextDeadline, _publisher.NextDeadline);
            var wait = TimeSpan.FromMicroseconds(Math.Clamp((due.Nanoseconds - now.Nanoseconds) / 1000, 0, LongestWait.Ticks / 10));
            if (_output.TryReceive(_buffer, wait, out var length, out var from))
                Peer.Receive(MonotonicClock.Now, MonotonicClock.Now, from, _buffer.AsSpan(0, length));
        }
    }
}
