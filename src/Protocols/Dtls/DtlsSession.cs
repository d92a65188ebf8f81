<<<<<<< HEAD
using System.Security.Cryptography;
=======
using System.Runtime.InteropServices;
>>>>>>> ice

namespace Sylk.Conference.Protocols.Dtls;

public enum DtlsState : byte { New, Handshaking, Connected, Failed, Closed }

<<<<<<< HEAD
public enum DtlsFailure : byte { None, Timeout, Handshake, FingerprintMismatch, NoSrtpProfile }

/// <summary>Master keys and salts of both directions, as SRTP wants them (RFC 5764 §4.2).</summary>
public sealed record SrtpKeyingMaterial(ushort Profile, byte[] LocalKey, byte[] LocalSalt, byte[] RemoteKey, byte[] RemoteSalt);

/// <summary>
/// One DTLS 1.2 association over datagrams someone else carries (RFC 6347, 5764): feed it what arrives, then take what is to
/// be sent until there is nothing. <see cref="DtlsState.Connected"/> is reported only after the other side's certificate
/// matched a fingerprint of its description. Not thread-safe; reads no clock.
/// </summary>
public sealed unsafe class DtlsSession : IDisposable
{
    private const int HandshakeLimitMs = 10_000;
    private const int RepeatEveryMs = 50;
    private const int LargestDatagram = 4096;
    private const byte ChangeCipherSpec = 20;
    private const byte HandshakeRecord = 22;

    private readonly DtlsContext _context;
    private readonly IReadOnlyList<CertificateFingerprint> _expected;
    private readonly DtlsFlight _flight = new();
    private readonly nint _ssl;
    private readonly nint _read;
    private readonly nint _write;
    private Instant _giveUpAt = Instant.Never;
    private Instant _repeatAllowedAt;
    private bool _disposed;

    /// <param name="context">Decides the role.</param>
    /// <param name="expected">Fingerprints of the remote description; at least one of the strongest kind must match.</param>
    public DtlsSession(DtlsContext context, IReadOnlyList<CertificateFingerprint> expected)
    {
        _context = context;
        _expected = expected;
        _ssl = OpenSsl.SSL_new(context.Handle);
        _read = OpenSsl.BIO_new(OpenSsl.BIO_s_mem());
        _write = OpenSsl.BIO_new(OpenSsl.BIO_s_mem());
        // An empty input means "nothing yet", not "end".
        OpenSsl.BIO_ctrl(_read, OpenSsl.EofReturnControl, -1, 0);
        OpenSsl.BIO_ctrl(_write, OpenSsl.EofReturnControl, -1, 0);
        OpenSsl.SSL_set_bio(_ssl, _read, _write);
        OpenSsl.SSL_ctrl(_ssl, OpenSsl.LinkMtuControl, DtlsFlight.MaxDatagram, 0);
        OpenSsl.DTLS_set_timer_cb(_ssl, &OpenSsl.PutOffTimer);
        if (context.Role == DtlsRole.Server)
            OpenSsl.SSL_set_accept_state(_ssl);
        else
            OpenSsl.SSL_set_connect_state(_ssl);
    }

=======
/// <summary>Why a session failed.</summary>
public enum DtlsFailure : byte { None, HandshakeTimeout, Handshake, FingerprintMismatch, NoSrtpProfile, NoExtendedMasterSecret, Connection }

/// <summary>
/// One DTLS 1.2 association (RFC 6347, RFC 5764) over OpenSSL. The owner feeds datagrams that come from an ICE-validated path,
/// calls <see cref="Tick"/> at <see cref="NextDeadline"/>, and after each call sends what <see cref="TryTakeDatagram"/> gives.
/// Creating one costs little; it must be disposed.
/// </summary>
public sealed unsafe partial class DtlsSession : IDisposable
{
    /// <summary>The longest certificate chain or handshake message, bytes: OpenSSL keeps at most ten, so 60 KiB in all (L4).</summary>
    internal const int MaxCertificate = 6 * 1024;
    private const int MaxDatagram = 2048;
    private const int MaxFlight = 16 * 1024, MaxOther = 16 * 1024, MaxReceived = 64 * 1024;
    private readonly DtlsContext _context;
    private readonly IReadOnlyList<CertificateFingerprint> _expected;
    private GCHandle _self;
    private nint _ssl;
    private byte* _input;
    private int _inputLength;
    private bool _flightStarted;
    private bool _answered;
    private bool _mismatch;
    private DatagramQueue _flight = new(MaxFlight);
    private DatagramQueue _other = new(MaxOther) { Forgets = true };
    private DatagramQueue _received = new(MaxReceived) { Forgets = true };
    private DtlsRecords _records;

    /// <param name="context">The shared settings of our role.</param>
    /// <param name="role">Client is <c>a=setup:active</c>. Must be the context's.</param>
    /// <param name="expected">The peer's signalled fingerprints; one of the strongest kind has to match.</param>
    public DtlsSession(DtlsContext context, DtlsRole role, IReadOnlyList<CertificateFingerprint> expected)
    {
        if (context.Role != role)
        {
            throw new ArgumentException("The context was made for the other role.", nameof(role));
        }

        _context = context;
        _expected = expected;
        _self = GCHandle.Alloc(this);
        Renew();
    }

    public DtlsRole Role => _context.Role;

>>>>>>> ice
    public DtlsState State { get; private set; }

    public DtlsFailure Failure { get; private set; }

<<<<<<< HEAD
    /// <summary>The negotiated SRTP profile (RFC 5764 §4.1.2); 0 before <see cref="DtlsState.Connected"/>.</summary>
    public ushort SrtpProfileId { get; private set; }

    public Instant NextDeadline => State is DtlsState.Failed or DtlsState.Closed
        ? Instant.Never
        : Instant.Earlier(_giveUpAt, _flight.RetransmitAt);

    /// <summary>Begins the handshake as client; a server begins with the first datagram.</summary>
    public void Start(Instant now)
    {
        if (State != DtlsState.New)
            return;
        Begin(now);
        Advance(now);
    }

    public void Receive(Instant now, ReadOnlySpan<byte> datagram)
    {
        if (_disposed || State is DtlsState.Failed or DtlsState.Closed || datagram.Length is < 13 or > LargestDatagram)
            return;
        if (State == DtlsState.New)
            Begin(now);
        OpenSsl.BIO_write(_read, datagram, datagram.Length);
        if (State == DtlsState.Handshaking)
            Advance(now);
        else
            ReceiveConnected(now, datagram[0]);
        OpenSsl.BIO_ctrl(_read, OpenSsl.ResetControl, 0, 0);
    }

    public void Tick(Instant now)
    {
        if (State == DtlsState.Connected && now >= _giveUpAt)
        {
            _flight.Forget(); // nobody asks for the last flight any more
            _giveUpAt = Instant.Never;
        }
        else if (State == DtlsState.Handshaking && now >= _giveUpAt)
        {
            Fail(DtlsFailure.Timeout);
        }
        else if (now >= _flight.RetransmitAt)
        {
            _flight.Retransmit(now);
        }
    }

    /// <param name="destination">At least 1,500 bytes.</param>
    /// <param name="length">What was written.</param>
    public bool TryTakeDatagram(Span<byte> destination, out int length) => _flight.TryTake(destination, out length);

    /// <summary>RFC 5705 export with the label of RFC 5764.</summary>
    public bool TryExportSrtpKeys(out SrtpKeyingMaterial keys)
    {
        keys = null!;
        if (State != DtlsState.Connected)
            return false;
        var keyLength = SrtpProfileId == 8 ? 32 : 16;
        var saltLength = SrtpProfileId == 1 ? 14 : 12;
        Span<byte> material = stackalloc byte[2 * (keyLength + saltLength)];
        var label = "EXTRACTOR-dtls_srtp"u8;
        if (OpenSsl.SSL_export_keying_material(_ssl, material, (nuint)material.Length, label, (nuint)label.Length, 0, 0, 0) != 1)
            return false;
        var clientKey = material[..keyLength].ToArray();
        var serverKey = material.Slice(keyLength, keyLength).ToArray();
        var clientSalt = material.Slice(2 * keyLength, saltLength).ToArray();
        var serverSalt = material[^saltLength..].ToArray();
        keys = _context.Role == DtlsRole.Server
            ? new SrtpKeyingMaterial(SrtpProfileId, serverKey, serverSalt, clientKey, clientSalt)
            : new SrtpKeyingMaterial(SrtpProfileId, clientKey, clientSalt, serverKey, serverSalt);
        return true;
    }

    /// <summary>Says goodbye (close_notify); take the datagram before disposing.</summary>
    public void Close(Instant now)
    {
        if (_disposed || State != DtlsState.Connected)
            return;
        OpenSsl.ERR_clear_error();
        _ = OpenSsl.SSL_shutdown(_ssl);
        TakeOutput(now, expectsAnswer: false);
        State = DtlsState.Closed;
=======
    /// <summary>The agreed SRTP profile, 0 before <see cref="DtlsState.Connected"/>.</summary>
    public ushort SrtpProfileId { get; private set; }

    /// <summary>Records refused before OpenSSL saw them (plaintext alerts, lying fragments, limit L4).</summary>
    public int RecordsDropped => _records.Dropped;

    /// <summary>Takes one datagram to send, at most 1,200 bytes.</summary>
    public bool TryTakeDatagram(Span<byte> destination, out int length) =>
        _flight.TryTake(destination, out length) || _other.TryTake(destination, out length);

    /// <summary>Takes one received application record.</summary>
    public bool TryRead(Span<byte> destination, out int length) => _received.TryTake(destination, out length);

    /// <summary>Sends one application record; false when not connected or longer than a datagram allows.</summary>
    public bool Write(ReadOnlySpan<byte> data)
    {
        if (State != DtlsState.Connected || data.IsEmpty || data.Length > DtlsBio.LinkMtu - 64)
        {
            return false;
        }

        OpenSsl.ClearErrors();
        fixed (byte* bytes = data)
        {
            return OpenSsl.Write(_ssl, bytes, data.Length) == data.Length;
        }
    }

    /// <summary>RFC 5705 export with label EXTRACTOR-dtls_srtp and no context; false before Connected.</summary>
    public bool TryExportKeyingMaterial(Span<byte> destination)
    {
        if (State != DtlsState.Connected || destination.IsEmpty)
        {
            return false;
        }

        var label = "EXTRACTOR-dtls_srtp"u8;
        fixed (byte* target = destination, name = label)
        {
            return OpenSsl.ExportKeys(_ssl, target, destination.Length, name, label.Length, null, 0, 0) == 1;
        }
    }

    /// <summary>The SRTP keys of both directions; false before Connected.</summary>
    public bool TryExportSrtpKeys(out SrtpKeyingMaterial? keys)
    {
        var (key, salt) = SrtpKeyingMaterial.SizesOf(SrtpProfileId);
        Span<byte> material = stackalloc byte[2 * (key + salt)];
        keys = TryExportKeyingMaterial(material) ? SrtpKeyingMaterial.Split(SrtpProfileId, Role, material) : null;
        material.Clear();
        return keys is not null;
    }

    /// <summary>Says goodbye once (close_notify) and ends the session.</summary>
    public void Close(Instant now)
    {
        if (State == DtlsState.Connected)
        {
            OpenSsl.ClearErrors();
            OpenSsl.Shutdown(_ssl);
        }

        if (State != DtlsState.Failed)
        {
            End(DtlsState.Closed, DtlsFailure.None);
        }
>>>>>>> ice
    }

    public void Dispose()
    {
<<<<<<< HEAD
        if (_disposed)
            return;
        _disposed = true;
        OpenSsl.SSL_free(_ssl); // frees both BIOs too
    }

    private void Begin(Instant now)
    {
        State = DtlsState.Handshaking;
        _giveUpAt = now.PlusMilliseconds(HandshakeLimitMs);
    }

    private void Advance(Instant now)
    {
        OpenSsl.ERR_clear_error();
        var result = OpenSsl.SSL_do_handshake(_ssl);
        var wrote = TakeOutput(now, expectsAnswer: result != 1);
        if (result == 1)
            Complete(now, wrote);
        else if (OpenSsl.SSL_get_error(_ssl, result) != OpenSsl.WantRead)
            Fail(DtlsFailure.Handshake);
    }

    private void Complete(Instant now, bool wrote)
    {
        if (!wrote)
            _flight.Rest();
        if (!PeerCertificateMatches())
        {
            Fail(DtlsFailure.FingerprintMismatch);
            return;
        }

        var profile = OpenSsl.SSL_get_selected_srtp_profile(_ssl);
        if (profile == 0)
        {
            Fail(DtlsFailure.NoSrtpProfile);
            return;
        }

        // struct { const char *name; unsigned long id; }
        SrtpProfileId = (ushort)*(ulong*)(profile + sizeof(nint));
        State = DtlsState.Connected;
        _giveUpAt = now.PlusMilliseconds(HandshakeLimitMs);
    }

    private void ReceiveConnected(Instant now, byte recordType)
    {
        Span<byte> ignored = stackalloc byte[256];
        OpenSsl.ERR_clear_error();
        var result = OpenSsl.SSL_read(_ssl, ignored, ignored.Length);
        if (result <= 0 && OpenSsl.SSL_get_error(_ssl, result) == OpenSsl.ZeroReturn)
        {
            State = DtlsState.Closed;
            return;
        }

        // Handshake records after the end of the handshake: our last flight was lost (RFC 6347 §4.2.4, state FINISHED).
        if (recordType is ChangeCipherSpec or HandshakeRecord && now >= _repeatAllowedAt)
        {
            _repeatAllowedAt = now.PlusMilliseconds(RepeatEveryMs);
            DiscardOutput();
            _flight.Repeat();
        }
    }

    private bool TakeOutput(Instant now, bool expectsAnswer)
    {
        var length = (int)OpenSsl.BIO_ctrl(_write, OpenSsl.PendingControl, 0, 0);
        if (length <= 0)
            return false;
        var records = new byte[length];
        _ = OpenSsl.BIO_read(_write, records, length);
        _flight.Replace(now, records, expectsAnswer);
        return true;
    }

    private void DiscardOutput() => OpenSsl.BIO_ctrl(_write, OpenSsl.ResetControl, 0, 0);

    private void Fail(DtlsFailure failure)
    {
        Failure = failure;
        State = DtlsState.Failed;
        _flight.Rest();
    }

    private bool PeerCertificateMatches()
    {
        var certificate = OpenSsl.SSL_get1_peer_certificate(_ssl);
        if (certificate == 0)
            return false;
        var strongest = _expected.Count == 0 ? "" : _expected.MaxBy(item => CertificateFingerprint.HashLength(item.Algorithm))!.Algorithm;
        Span<byte> hash = stackalloc byte[64];
        var hashed = OpenSsl.X509_digest(certificate, Digest(strongest), hash, out var length);
        OpenSsl.X509_free(certificate);
        var matches = false;
        foreach (var item in _expected)
            if (hashed == 1 && item.Algorithm == strongest)
                matches |= CryptographicOperations.FixedTimeEquals(item.Value.AsSpan(), hash[..(int)length]);
        return matches;
    }

    private static nint Digest(string algorithm) => algorithm switch
    {
        "sha-512" => OpenSsl.EVP_sha512(),
        "sha-384" => OpenSsl.EVP_sha384(),
        _ => OpenSsl.EVP_sha256(),
    };
=======
        if (_ssl != 0)
        {
            OpenSsl.Free(_ssl);
            _ssl = 0;
            _self.Free();
            State = State is DtlsState.Failed ? State : DtlsState.Closed;
        }
    }

    /// <summary>Asked by OpenSSL during the handshake (TU-04).</summary>
    internal bool AcceptsCertificate(ReadOnlySpan<byte> certificate)
    {
        var strongest = 0;
        foreach (var fingerprint in _expected)
        {
            strongest = Math.Max(strongest, fingerprint.Strength);
        }

        var matched = false;
        foreach (var fingerprint in _expected)
        {
            matched |= strongest > 0 && fingerprint.Strength == strongest && fingerprint.Matches(certificate);
        }

        _mismatch = !matched;
        return matched;
    }

    /// <summary>OpenSSL reads: the datagram being received, once.</summary>
    internal int TakeInput(Span<byte> destination)
    {
        var length = Math.Min(_inputLength, destination.Length);
        new ReadOnlySpan<byte>(_input, length).CopyTo(destination);
        _inputLength = 0;
        return length;
    }

    /// <summary>OpenSSL writes one datagram. During the handshake it belongs to the current flight, which may be sent again.</summary>
    internal void Emit(ReadOnlySpan<byte> datagram)
    {
        if (State != DtlsState.Handshaking)
        {
            _other.Add(datagram);
            return;
        }

        if (!_flightStarted)
        {
            _flightStarted = true;
            _flight.Clear();
        }

        _flight.Add(datagram);
    }

    private void Renew()
    {
        if (_ssl != 0)
        {
            OpenSsl.Free(_ssl);
        }

        _ssl = _context.CreateHandle();
        var handle = GCHandle.ToIntPtr(_self);
        var bio = DtlsBio.Create(handle);
        OpenSsl.SetBio(_ssl, bio, bio);
        OpenSsl.SetExtra(_ssl, 0, handle);
    }
>>>>>>> ice
}
