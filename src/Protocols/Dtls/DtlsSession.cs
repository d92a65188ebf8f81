using System.Runtime.InteropServices;

namespace Sylk.Conference.Protocols.Dtls;

public enum DtlsState : byte { New, Handshaking, Connected, Failed, Closed }

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

    public DtlsState State { get; private set; }

    public DtlsFailure Failure { get; private set; }

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

        BeginCall();
        fixed (byte* bytes = data)
        {
            var written = OpenSsl.Write(_ssl, bytes, data.Length) == data.Length;
            OpenSsl.FreeBuffers(_ssl);
            return written;
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
            BeginCall();
            OpenSsl.Shutdown(_ssl);
        }

        if (State != DtlsState.Failed)
        {
            End(DtlsState.Closed, DtlsFailure.None);
        }
    }

    public void Dispose()
    {
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

    /// <summary>An idle connected session gives its record buffers back (19 KiB); for DTLS OpenSSL does not by itself.</summary>
    private void BeginCall()
    {
        OpenSsl.ClearErrors();
        OpenSsl.AllocateBuffers(_ssl);
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
}
