using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Srtp;
using Sylk.Conference.Sfu.Diagnostics;
using Sylk.Conference.Sfu.Peers.Data;

namespace Sylk.Conference.Sfu.Peers;

internal enum TransportState : byte { Waiting, Connected, Lost, Closed }

/// <summary>
/// ICE, DTLS and SRTP of one peer. DTLS is fed only from addresses ICE has validated (TU-01), media goes only to an address
/// that has proved it can receive (TU-07), and SRTP keys exist only after the fingerprint was checked (TU-04).
/// </summary>
internal sealed class PeerTransport : IDisposable
{
    private readonly PeerTransportContext _context;
    private DtlsSession? _dtls;
    private NetworkPath _dtlsPath;
    private Instant _handshakeBegan;
    private IReadOnlyList<CertificateFingerprint> _expected = [];
    private bool _hasPath;
    private NetworkPath _path;

    public PeerTransport(PeerTransportContext context, IceCredentials local)
    {
        _context = context;
        Ice = new IceLiteAgent(local);
    }

    /// <summary>Of peers that are no connection: always there, and no path leads to them.</summary>
    public static PeerTransport Nowhere(PeerTransportContext context) =>
        new(context, IceCredentials.Create()) { State = TransportState.Connected };

    public IceLiteAgent Ice { get; private set; }

    public PathClaim Paths => _context.Paths;

    /// <summary>Every local ufrag this peer was ever given.</summary>
    public List<string> Ufrags { get; } = [];

    public SrtpReceiver? Inbound { get; private set; }

    public SrtpSender? Outbound { get; private set; }

    public SrtpProfile Profile { get; private set; }

    public TransportState State { get; private set; }

    /// <summary>Present once data channels were negotiated.</summary>
    public PeerData? Data { get; set; }

    /// <summary>Has data packets to send and waits for others.</summary>
    public bool WaitsForTurn { get; set; }

    public string LossReason { get; private set; } = "";

    /// <summary>Where packets of this peer go now; default when nowhere.</summary>
    public NetworkPath Path => _path;

    public Instant NextDeadline => State == TransportState.Closed
        ? Instant.Never
        : Instant.Earlier(DataDeadline, Instant.Earlier(Ice.NextDeadline, _dtls?.NextDeadline ?? Instant.Never));

    /// <summary>None where nothing could be sent: what is due there stays due, and would be asked for every turn.</summary>
    private Instant DataDeadline =>
        Data is null || WaitsForTurn || State != TransportState.Connected ? Instant.Never : Data.NextDeadline;

    /// <summary>What the remote description says of its certificate and its ICE credentials.</summary>
    public void SetRemote(IceCredentials remote, IReadOnlyList<CertificateFingerprint> fingerprints)
    {
        Ice.SetRemote(remote);
        _expected = fingerprints;
    }

    public bool HasSameCertificate(IReadOnlyList<CertificateFingerprint> fingerprints) =>
        _expected.Count == fingerprints.Count && _expected.Zip(fingerprints).All(pair => pair.First.Equals(pair.Second));

    public bool TryGetSendPath(out NetworkPath path)
    {
        path = _path;
        return _hasPath && State == TransportState.Connected;
    }

    public void ReceiveStun(Instant now, in NetworkPath path, ReadOnlySpan<byte> datagram)
    {
        var reply = _context.Scratch;
        var outcome = Ice.Receive(now, path, datagram, reply, out var length);
        if (length > 0)
            _context.Egress.SendNow(path, reply.AsSpan(0, length));
        if (outcome is IceOutcome.Malformed or IceOutcome.Unauthenticated)
            _context.Counters.Drop(DropReason.StunRefused, kind: DropKind.Transport);
        AfterIce();
    }

    public void ReceiveDtls(Instant now, in NetworkPath path, ReadOnlySpan<byte> datagram)
    {
        if (!Ice.IsValidated(path))
        {
            _context.Counters.Drop(DropReason.DtlsBeforeIce, kind: DropKind.Transport);
            return;
        }

        if (_dtls is null && !TryBeginHandshake(now))
            return;
        _dtlsPath = path;
        _dtls!.Receive(now, datagram);
        AfterDtls(now);
    }

    public void Tick(Instant now)
    {
        Ice.Tick(now);
        AfterIce();
        if (_dtls is null || State == TransportState.Closed)
            return;
        _dtls.Tick(now);
        AfterDtls(now);
        if (State != TransportState.Connected)
            return;
        Data?.Tick(now);
        OfferData(now);
    }

    /// <summary>Says that the data channels may have something to send.</summary>
    public void OfferData(Instant now)
    {
        if (Data is not null && State == TransportState.Connected)
            _context.DataTurns.Enter(now, _context.Paths.Owner!);
    }

    /// <summary>Sends what the data channels have, each packet as one DTLS record.</summary>
    /// <returns>Packets sent; <paramref name="most"/> when there may be more.</returns>
    public int SendData(Instant now, int most)
    {
        if (Data is null || State != TransportState.Connected)
            return 0;
        if (_hasPath)
            _dtlsPath = _path; // where media goes, also after the page has moved
        var sent = 0;
        while (sent < most && Data.TryTakePacket(now, _context.Scratch, out var length))
        {
            _dtls!.Write(_context.Scratch.AsSpan(0, length));
            DrainDtls();
            sent++;
        }

        return sent;
    }

    public void Close(Instant now)
    {
        if (_dtls is { State: DtlsState.Connected })
        {
            _dtls.Close(now);
            DrainDtls();
        }

        EndHandshake();
        State = TransportState.Closed;
    }

    public void Dispose()
    {
        _dtls?.Dispose();
        Inbound?.Dispose();
        Outbound?.Dispose();
    }

    private bool TryBeginHandshake(Instant now)
    {
        if (State != TransportState.Waiting || _expected.Count == 0 || !_context.Handshakes.TryEnter())
        {
            _context.Counters.Drop(DropReason.HandshakeLimit, kind: DropKind.Transport);
            return false;
        }

        _handshakeBegan = now;
        _dtls = new DtlsSession(_context.Dtls, DtlsRole.Server, _expected);
        return true;
    }

    private void EndHandshake()
    {
        if (_dtls is not null && State == TransportState.Waiting)
            _context.Handshakes.Leave();
    }

    private void AfterDtls(Instant now)
    {
        DrainDtls();
        if (State == TransportState.Waiting && _dtls!.State == DtlsState.Connected)
            Complete(now);
        ReadData(now);
        if (_dtls!.State is DtlsState.Failed or DtlsState.Closed && State is TransportState.Waiting or TransportState.Connected)
            Fail(now);
    }

    private void ReadData(Instant now)
    {
        if (Data is null || State != TransportState.Connected)
            return;
        while (_dtls!.TryRead(_context.Scratch, out var length))
            Data.Receive(now, _context.Scratch.AsSpan(0, length));
        OfferData(now);
    }

    private void DrainDtls()
    {
        while (_dtls!.TryTakeDatagram(_context.Scratch, out var length))
            _context.Egress.SendNow(_dtlsPath, _context.Scratch.AsSpan(0, length));
    }

    private void Complete(Instant now)
    {
        if (!_dtls!.TryExportSrtpKeys(out var keys) || keys is null)
        {
            Fail(now);
            return;
        }

        EndHandshake();
        _context.Counters.HandshakesCompleted++;
        NoteHandshake(now, MediaMeasure.HandshakeCompleted);
        Profile = (SrtpProfile)keys.Profile;
        Inbound = new SrtpReceiver(Profile, keys.RemoteKey, keys.RemoteSalt);
        Outbound = new SrtpSender(Profile, keys.LocalKey, keys.LocalSalt);
        State = TransportState.Connected;
        Ice.NoteDtlsCompleted(_dtlsPath);
        AfterIce();
    }

    private void Fail(Instant now)
    {
        EndHandshake();
        if (State == TransportState.Waiting)
        {
            _context.Counters.HandshakesFailed++;
            NoteHandshake(now, MediaMeasure.HandshakeFailed);
        }

        LossReason = _dtls!.State == DtlsState.Closed ? "dtls-closed" : $"dtls-{_dtls.Failure}";
        State = TransportState.Lost;
    }

    private void NoteHandshake(Instant now, MediaMeasure outcome) => _context.Counters.Samples.Add(
        new MediaSample(outcome, FlowDirection.Receive, default, default, (now - _handshakeBegan).TotalSeconds));

    private void AfterIce()
    {
        while (Ice.TryTakeTransmit(_context.Scratch, out var length, out var path))
            _context.Egress.SendNow(path, _context.Scratch.AsSpan(0, length));
        while (Ice.TryTakeEvent(out var change))
            Note(change);
        _hasPath = Ice.TryGetMediaPath(out _path);
    }

    private void Note(in IceEvent change)
    {
        switch (change.Kind)
        {
            case IceEventKind.PathValidated:
                _context.Paths.Add(change.Path);
                break;
            case IceEventKind.PathEvicted:
                _context.Paths.Remove(change.Path);
                break;
            case IceEventKind.ConsentExpired when State == TransportState.Connected:
                State = TransportState.Lost;
                LossReason = "consent-expired";
                break;
            case IceEventKind.ConsentRevived when State == TransportState.Lost && LossReason == "consent-expired":
                State = TransportState.Connected;
                break;
        }
    }
}
