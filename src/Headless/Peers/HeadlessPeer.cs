using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Dtls;
using Sylk.Conference.Protocols.Ice;
using Sylk.Conference.Protocols.Rtp;
using Sylk.Conference.Protocols.Sdp;
using Sylk.Conference.Protocols.Srtp;

namespace Sylk.Conference.Headless.Peers;

/// <summary>
/// One media connection as a browser would have it: ICE controlling, DTLS client, SRTP, over a socket that someone else reads.
/// Bytes and time in, datagrams out through <see cref="IPeerOutput"/>. Not thread safe: one loop owns it.
/// </summary>
public sealed class HeadlessPeer : IDisposable
{
    private const int LargestHandshakeDatagram = 2048;
    private readonly PeerIdentity _identity;
    private readonly IPeerOutput _output;
    private readonly IMediaTap _tap;
    private readonly IceFullAgent _ice;
    private DtlsSession? _dtls;
    private SrtpSender? _sender;
    private SrtpReceiver? _receiver;
    private TransportAddress _remote;

    /// <param name="identity">May be shared.</param>
    /// <param name="output">Takes what is to be sent.</param>
    /// <param name="tap">Sees what arrives.</param>
    /// <param name="seed">Spreads consent checks among peers.</param>
    public HeadlessPeer(PeerIdentity identity, IPeerOutput output, IMediaTap tap, ulong seed)
    {
        _identity = identity;
        _output = output;
        _tap = tap;
        _ice = new IceFullAgent(IceCredentials.Create(), seed);
        _ice.AddLocal(new IceLocalPath(0));
    }

    public PeerState State { get; private set; }

    /// <summary>When the handshake was complete.</summary>
    public Instant ConnectedAt { get; private set; } = Instant.Never;

    /// <summary>When the answer was taken.</summary>
    public Instant AcceptedAt { get; private set; } = Instant.Never;

    public Instant NextDeadline => State is PeerState.New or PeerState.Failed or PeerState.Closed
        ? Instant.Never
        : Instant.Earlier(_ice.NextDeadline, _dtls?.NextDeadline ?? Instant.Never);

    /// <summary>Our half of the transport, for an offer.</summary>
    public LocalTransport Describe() => new()
    {
        IceUfrag = _ice.Local.Ufrag,
        IcePwd = _ice.Local.Password,
        Fingerprint = Fingerprint.FromHash(_identity.Fingerprint.Algorithm, _identity.Fingerprint.Value.AsSpan()),
        SessionId = (ulong)Random.Shared.NextInt64(1, long.MaxValue),
    };

    /// <summary>Takes the answer to our offer and begins to connect; false when it is not one this peer can use.</summary>
    public bool Accept(Instant now, SessionDescription answer)
    {
        var spokesman = answer.Media.Find(media => media.IsOffered && answer.IceUfragOf(media) is not null);
        if (spokesman is null || RemoteTransport.Read(answer, spokesman) is not { } remote || remote.Setup == SetupRole.Active)
            return Fail();
        var expected = new List<CertificateFingerprint>();
        foreach (var fingerprint in remote.Fingerprints)
        {
            if (CertificateFingerprint.TryParse(fingerprint.ToText(), out var parsed))
                expected.Add(parsed!);
        }

        _ice.SetRemote(new IceCredentials(remote.IceUfrag, remote.IcePwd));
        foreach (var line in remote.Candidates)
        {
            if (IceCandidate.TryParse(line, out var candidate) && candidate!.Transport == IceTransport.Udp)
                _ice.AddRemote(candidate);
        }

        _dtls = new DtlsSession(_identity.Context, DtlsRole.Client, expected);
        State = PeerState.Checking;
        AcceptedAt = now;
        Tick(now);
        return true;
    }

    /// <summary>Takes one datagram, told apart by its first byte (RFC 7983).</summary>
    /// <param name="now">The time of the turn.</param>
    /// <param name="arrival">When the datagram reached the machine; the same as <paramref name="now"/> when unknown.</param>
    /// <param name="from">Who sent it.</param>
    /// <param name="datagram">Decrypted in place where the tap asks for it.</param>
    public void Receive(Instant now, Instant arrival, in TransportAddress from, Span<byte> datagram)
    {
        if (datagram.Length < 12 || State is PeerState.New or PeerState.Failed or PeerState.Closed)
            return;
        var first = datagram[0];
        if (first is >= 128 and < 192)
            ReceiveMedia(now, arrival, datagram);
        else if (first < 4)
            ReceiveStun(now, from, datagram);
        else if (first is >= 20 and < 64)
            ReceiveHandshake(now, datagram);
    }

    public void Tick(Instant now)
    {
        if (State is PeerState.New or PeerState.Failed or PeerState.Closed)
            return;
        _ice.Tick(now);
        FlushIce(now);
        _dtls!.Tick(now);
        FlushHandshake(now);
    }

    /// <summary>Protects a packet in place and sends it; false while not connected.</summary>
    /// <param name="buffer">The plain packet and 16 bytes of room behind it.</param>
    /// <param name="headerLength">What stays readable.</param>
    /// <param name="length">Of the plain packet.</param>
    /// <param name="rolloverCounter">How often its sequence number has wrapped.</param>
    public bool SendRtp(Span<byte> buffer, int headerLength, int length, uint rolloverCounter)
    {
        if (State != PeerState.Connected)
            return false;
        var protectedLength = _sender!.Protect(buffer, headerLength, length, rolloverCounter);
        _output.Send(_remote, buffer[..protectedLength]);
        return true;
    }

    /// <summary>Protects a compound RTCP packet in place and sends it.</summary>
    /// <param name="buffer">The plain packet and 20 bytes of room behind it.</param>
    /// <param name="length">Of the plain packet.</param>
    public bool SendRtcp(Span<byte> buffer, int length)
    {
        if (State != PeerState.Connected || length == 0)
            return false;
        var protectedLength = _sender!.ProtectRtcp(buffer, length);
        _output.Send(_remote, buffer[..protectedLength]);
        return protectedLength > 0;
    }

    /// <summary>Verifies and decrypts a received RTP packet in place; 0 when it is refused.</summary>
    public int Unprotect(Span<byte> packet, in RtpPacket header)
    {
        if (_receiver is null)
            return 0;
        var verdict = _receiver.Unprotect(packet, header.HeaderLength, header.Ssrc, header.SequenceNumber, out var length, out _);
        return verdict == SrtpVerdict.Accepted ? length : 0;
    }

    /// <summary>Says goodbye over DTLS. The session at the server ends by HTTP DELETE or the hub's Leave.</summary>
    public void Close(Instant now)
    {
        if (State == PeerState.Connected)
        {
            _dtls!.Close(now);
            FlushHandshake(now);
        }

        State = PeerState.Closed;
    }

    public void Dispose()
    {
        State = PeerState.Closed;
        _dtls?.Dispose();
        _sender?.Dispose();
        _receiver?.Dispose();
    }

    private bool Fail()
    {
        State = PeerState.Failed;
        return false;
    }

    private void ReceiveMedia(Instant now, Instant arrival, Span<byte> datagram)
    {
        if (_receiver is null)
            return;
        if (datagram[1] is < 192 or > 223)
            _tap.ReceiveRtp(arrival, this, datagram);
        else if (_receiver.UnprotectRtcp(datagram, out var length) == SrtpVerdict.Accepted)
            _tap.ReceiveRtcp(now, this, datagram[..length]);
    }

    private void ReceiveStun(Instant now, in TransportAddress from, ReadOnlySpan<byte> datagram)
    {
        Span<byte> reply = stackalloc byte[768];
        if (_ice.Receive(now, new NetworkPath(from), datagram, reply, out var length) == IceOutcome.Replied && length > 0)
            _output.Send(from, reply[..length]);
        FlushIce(now);
    }

    private void ReceiveHandshake(Instant now, ReadOnlySpan<byte> datagram)
    {
        _dtls!.Receive(now, datagram);
        FlushHandshake(now);
        if (_dtls.State == DtlsState.Connected && State == PeerState.Securing)
            Secure(now);
        else if (_dtls.State == DtlsState.Failed)
            State = PeerState.Failed;
        else if (_dtls.State == DtlsState.Closed)
            State = PeerState.Closed;
    }

    private void Secure(Instant now)
    {
        if (!_dtls!.TryExportSrtpKeys(out var keys) || keys is null)
        {
            State = PeerState.Failed;
            return;
        }

        _sender = new SrtpSender((SrtpProfile)keys.Profile, keys.LocalKey, keys.LocalSalt);
        _receiver = new SrtpReceiver((SrtpProfile)keys.Profile, keys.RemoteKey, keys.RemoteSalt);
        State = PeerState.Connected;
        ConnectedAt = now;
    }

    private void FlushIce(Instant now)
    {
        Span<byte> buffer = stackalloc byte[1024];
        while (_ice.TryTakeTransmit(buffer, out var length, out var path))
            _output.Send(path.Remote, buffer[..length]);
        while (_ice.TryTakeEvent(out var happened))
        {
            if (happened.Kind == IceEventKind.SelectedChanged)
                Follow(now, happened.Path.Remote);
            else if (happened.Kind is IceEventKind.Failed or IceEventKind.ConsentExpired)
                State = PeerState.Failed;
        }
    }

    private void Follow(Instant now, in TransportAddress remote)
    {
        _remote = remote;
        if (State != PeerState.Checking)
            return;
        State = PeerState.Securing;
        _dtls!.Start(now);
        FlushHandshake(now);
    }

    private void FlushHandshake(Instant now)
    {
        if (State == PeerState.Checking)
            return;
        Span<byte> buffer = stackalloc byte[LargestHandshakeDatagram];
        while (_dtls!.TryTakeDatagram(buffer, out var length))
            _output.Send(_remote, buffer[..length]);
        if (_dtls.State == DtlsState.Failed)
            State = PeerState.Failed;
    }
}
