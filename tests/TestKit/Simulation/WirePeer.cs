using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Rtcp;
using Sylk.Conference.Protocols.Srtp;
using Sylk.Conference.Protocols.Stun;

namespace Sylk.Conference.TestKit.Simulation;

/// <summary>
/// A whole client in virtual time: full ICE, DTLS as client, SRTP, a microphone, a camera and decoders, without a socket.
/// </summary>
public sealed partial class WirePeer : IDisposable
{
    private const int ReportIntervalMs = 1000;

    private readonly World _world;
    private readonly byte[] _buffer = new byte[2048];
    private DtlsSession? _dtls;
    private SrtpSender? _sender;
    private SrtpReceiver? _receiver;
    private Instant _nextReport = Instant.Never;
    private ushort _transportSequence;
    private bool _stopped;
    private readonly ArrivalReports? _arrivals;

    internal WirePeer(World world, string id, PeerShape shape, TransportAddress address, int index)
    {
        (_world, Id, Shape, Address, Index) = (world, id, shape, address, index);
        _ice = new IceFullAgent(_credentials, (ulong)(world.Seed * 1000) + (uint)index);
        _arrivals = shape.Reports ? new ArrivalReports(this) : null;
        _ice.AddLocal(new IceLocalPath(0, address));
        OpenSources();
    }

    public string Id { get; }

    /// <summary>The peer's number in the world: part of what marks its payloads.</summary>
    public int Index { get; }

    public PeerShape Shape { get; }

    public TransportAddress Address { get; internal set; }

    /// <summary>Address of the shard that has the connection.</summary>
    public TransportAddress Server { get; internal init; } = World.ServerAddress;

    public bool IsConnected => _sender is not null;

    /// <summary>How far the connection has come, for messages.</summary>
    public string Stage => $"ICE {(_ice.MaySendMedia ? "up" : "checking")}, DTLS {_dtls?.State.ToString() ?? "none"} {_dtls?.Failure}";

    public Instant ConnectedAt { get; private set; } = Instant.Never;

    /// <summary>Nothing leaves the client any more, as when its network is gone.</summary>
    public bool Silent { get; set; }

    /// <summary>Takes every datagram instead of the network.</summary>
    public Action<byte[]>? Diverted { get; set; }

    /// <summary>Sees every datagram before it leaves.</summary>
    public Action<byte[]>? Sending { get; set; }

    internal Microphone? Microphone { get; private set; }

    internal ICamera? Camera { get; private set; }

    /// <summary>Makes only these encodings of the camera.</summary>
    public void Encode(IReadOnlyCollection<string> rids) => ((LayeredCamera)Camera!).Encode(rids);

    public int KeyframesAsked => Camera?.KeyframesAsked ?? 0;

    public long Undecryptable { get; private set; }

    public string AudioTrack => $"tr_{Id}_a";

    public string VideoTrack => $"tr_{Id}_v";

    internal Instant NextDeadline
    {
        get
        {
            if (_stopped)
                return Instant.Never;
            var next = Instant.Earlier(_ice.NextDeadline, _dtls?.NextDeadline ?? Instant.Never);
            if (_sender is null)
                return next;
            next = Instant.Earlier(next, Instant.Earlier(Microphone?.Next ?? Instant.Never, Camera?.Next ?? Instant.Never));
            foreach (var slot in _slots)
                next = Instant.Earlier(next, slot.NextDeadline);
            next = Instant.Earlier(next, _arrivals?.NextDeadline ?? Instant.Never);
            next = Instant.Earlier(next, _sctp?.NextDeadline ?? Instant.Never);
            return Instant.Earlier(next, _nextReport);
        }
    }

    internal void Receive(ReadOnlySpan<byte> datagram)
    {
        if (_stopped || Silent)
            return;
        switch (Demultiplexer.Classify(datagram))
        {
            case PacketClass.Stun:
                _ice.Receive(_world.Now, new NetworkPath(Server), datagram, _buffer, out var length);
                if (length > 0)
                    Send(_buffer.AsSpan(0, length));
                AfterIce();
                break;
            case PacketClass.Dtls:
                _dtls?.Receive(_world.Now, datagram);
                AfterDtls();
                break;
            case PacketClass.Rtp when _receiver is not null:
                ReceiveRtp(datagram);
                break;
            case PacketClass.Rtcp when _receiver is not null:
                ReceiveRtcp(datagram);
                break;
        }
    }

    internal void Tick()
    {
        var now = _world.Now;
        if (_stopped || NextDeadline > now)
            return;
        _ice.Tick(now);
        AfterIce();
        if (_dtls?.NextDeadline <= now)
        {
            _dtls.Tick(now);
            AfterDtls();
        }

        if (_sender is null)
            return;
        Microphone?.Run(now);
        Camera?.Run(now);
        foreach (var slot in _slots)
            slot.Run(now);
        _arrivals?.Run(now);
        if (now >= _nextReport)
            Report(now);
        if (_sctp?.NextDeadline <= now)
        {
            _sctp.Tick(now);
            DrainData();
        }
    }

    internal void Stop()
    {
        _dtls?.Close(_world.Now);
        DrainDtls();
        _stopped = true;
    }

    internal void Send(ReadOnlySpan<byte> datagram)
    {
        if (Silent)
            return;
        if (Diverted is { } take)
        {
            take(datagram.ToArray());
            return;
        }

        Sending?.Invoke(datagram.ToArray());
        _world.Send(this, datagram);
    }

    /// <summary>Media packets sent so far: each has a transport-wide number.</summary>
    public int TransportPackets => _transportSequence;

    internal ushort TakeTransportSequence() => _transportSequence++;

    internal void SendRtp(byte[] packet, int header, int length, long sequence)
    {
        if (_sender is { } sender && _ice.MaySendMedia)
            Send(packet.AsSpan(0, sender.Protect(packet, header, length, (uint)(sequence >> 16))));
    }

    internal void SendRtcp(Span<byte> buffer, int length)
    {
        if (_sender is { } sender && _ice.MaySendMedia)
            Send(buffer[..sender.ProtectRtcp(buffer, length)]);
    }

    public void Dispose()
    {
        _dtls?.Dispose();
        _sender?.Dispose();
        _receiver?.Dispose();
    }

    private void AfterIce()
    {
        while (_ice.TryTakeTransmit(_buffer, out var length, out _))
            Send(_buffer.AsSpan(0, length));
        while (_ice.TryTakeEvent(out _))
        {
        }

        if (_ice.MaySendMedia && _dtls is null && _serverFingerprints.Count > 0)
        {
            _dtls = new DtlsSession(_world.Client, DtlsRole.Client, _serverFingerprints);
            _dtls.Start(_world.Now);
            AfterDtls();
        }
    }

    private void AfterDtls()
    {
        DrainDtls();
        if (_sender is not null)
            ReadData();
        if (_sender is not null || _dtls is not { State: DtlsState.Connected } || !_dtls.TryExportSrtpKeys(out var keys) || keys is null)
            return;
        _sender = new SrtpSender((SrtpProfile)keys.Profile, keys.LocalKey, keys.LocalSalt);
        _receiver = new SrtpReceiver((SrtpProfile)keys.Profile, keys.RemoteKey, keys.RemoteSalt);
        ConnectedAt = _world.Now;
        _nextReport = _world.Now.PlusMilliseconds(20);
        OpenData();
    }

    private void DrainDtls()
    {
        while (_dtls is not null && _dtls.TryTakeDatagram(_buffer, out var length))
            Send(_buffer.AsSpan(0, length));
    }

    private void Report(Instant now)
    {
        _nextReport = now.PlusMilliseconds(ReportIntervalMs);
        var ntp = NtpTime.FromUnixMicroseconds(WallClockMicroseconds(now));
        Microphone?.Line.Report(now, ntp);
        foreach (var line in Camera?.Lines ?? [])
            line.Report(now, ntp);
    }

    /// <summary>Every client's clock is wrong by seconds of its own.</summary>
    private long WallClockMicroseconds(Instant now) => 1_700_000_000_000_000 + now.Microseconds + (Index * 7_000_000);
}
