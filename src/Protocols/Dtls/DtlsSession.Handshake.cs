namespace Sylk.Conference.Protocols.Dtls;

public sealed unsafe partial class DtlsSession
{
    private static readonly TimeSpan HandshakeLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LastWait = TimeSpan.FromMilliseconds(1_600);
    private Instant _handshakeEnd = Instant.Never;
    private Instant _retransmitAt = Instant.Never;
    private Instant _answeredFinishedAt = new(long.MinValue / 2);
    private TimeSpan _wait = FirstWait;

    /// <summary>When <see cref="Tick"/> next has something to do.</summary>
    public Instant NextDeadline => State == DtlsState.Handshaking ? Instant.Earlier(_handshakeEnd, _retransmitAt) : Instant.Never;

    /// <summary>
    /// Starts the 10 s of the handshake (L4); a client sends its hello. A server not started starts with its first datagram.
    /// </summary>
    public void Start(Instant now)
    {
        if (State != DtlsState.New)
        {
            return;
        }

        State = DtlsState.Handshaking;
        _handshakeEnd = now + HandshakeLimit;
        if (Role == DtlsRole.Client)
        {
            Advance(now);
        }
    }

    /// <summary>Handles one datagram from the validated path. Records that are damaged, unauthentic or out of place are dropped.</summary>
    public void Receive(Instant now, ReadOnlySpan<byte> datagram)
    {
        Start(now);
        if (State is not (DtlsState.Handshaking or DtlsState.Connected) || datagram.Length > MaxDatagram)
        {
            return;
        }

        Span<byte> kept = stackalloc byte[datagram.Length];
        var connected = State == DtlsState.Connected;
        var length = _records.Filter(datagram, kept, connected);
        if (length == 0)
        {
            return;
        }

        fixed (byte* input = kept)
        {
            _input = input;
            _inputLength = length;
            if (connected)
            {
                ReadRecords(now);
            }
            else
            {
                Advance(now);
            }

            _input = null;
            _inputLength = 0;
        }
    }

    /// <summary>Repeats the flight and ends handshakes that take too long.</summary>
    public void Tick(Instant now)
    {
        if (State != DtlsState.Handshaking)
        {
            return;
        }

        if (now >= _handshakeEnd)
        {
            End(DtlsState.Failed, DtlsFailure.HandshakeTimeout);
        }
        else if (now >= _retransmitAt)
        {
            Repeat();
            _wait = _wait < LastWait ? _wait * 2 : LastWait;
            _retransmitAt = now + _wait;
        }
    }

    /// <summary>
    /// OpenSSL repeats a flight with fresh record numbers, but only when the wall clock agrees that it is time. When it does not
    /// (the clock was set, or time is virtual) the same datagrams go again: a peer that has not seen them cannot tell.
    /// </summary>
    private void Repeat()
    {
        _flightStarted = false;
        OpenSsl.ClearErrors();
        if (OpenSsl.Control(_ssl, OpenSsl.CtrlHandleTimeout, 0, null) <= 0 || !_flightStarted)
        {
            _flight.Rewind();
        }
    }

    private void Advance(Instant now)
    {
        _flightStarted = false;
        OpenSsl.ClearErrors();
        var result = OpenSsl.DoHandshake(_ssl);
        if (result == 1)
        {
            Complete(now);
            return;
        }

        if (OpenSsl.GetError(_ssl, result) != OpenSsl.ErrorWantRead)
        {
            FailHandshake();
            return;
        }

        if (_flightStarted)
        {
            _records.NoteProgress();
            _answered = true;
            _wait = FirstWait;
            _retransmitAt = now + _wait;
        }
    }

    private void Complete(Instant now)
    {
        var profile = OpenSsl.SelectedSrtp(_ssl);
        if (_mismatch || OpenSsl.Control(_ssl, OpenSsl.CtrlExtendedMasterSecret, 0, null) != 1)
        {
            End(DtlsState.Failed, _mismatch ? DtlsFailure.FingerprintMismatch : DtlsFailure.NoExtendedMasterSecret);
            return;
        }

        if (profile is null || SrtpKeyingMaterial.SizesOf((ushort)profile->Id.Value).Key == 0)
        {
            End(DtlsState.Failed, DtlsFailure.NoSrtpProfile);
            return;
        }

        SrtpProfileId = (ushort)profile->Id.Value;
        State = DtlsState.Connected;
        _answeredFinishedAt = now;
        if (Role == DtlsRole.Client)
        {
            _flight.Clear();
        }

        _flight.Trim();
        ReadRecords(now);
    }

    /// <summary>
    /// A bad hello costs nothing (TU-02): a server that has not answered yet starts afresh, silently, and waits for a good one.
    /// </summary>
    private void FailHandshake()
    {
        if (Role == DtlsRole.Server && !_answered && !_mismatch)
        {
            _flight.Clear();
            Renew();
            return;
        }

        End(DtlsState.Failed, _mismatch ? DtlsFailure.FingerprintMismatch : DtlsFailure.Handshake);
    }

    private void ReadRecords(Instant now)
    {
        var repeated = _records.SawFinished;
        var buffer = stackalloc byte[MaxDatagram];
        while (true)
        {
            BeginCall();
            var read = OpenSsl.Read(_ssl, buffer, MaxDatagram);
            if (read > 0)
            {
                _received.Add(new ReadOnlySpan<byte>(buffer, read));
                continue;
            }

            EndOnError(OpenSsl.GetError(_ssl, read));
            break;
        }

        OpenSsl.FreeBuffers(_ssl);
        AnswerFinished(now, repeated);
    }

    private void EndOnError(int error)
    {
        if (error == OpenSsl.ErrorZeroReturn)
        {
            End(DtlsState.Closed, DtlsFailure.None);
        }
        else if (error != OpenSsl.ErrorWantRead)
        {
            End(DtlsState.Closed, DtlsFailure.Connection);
        }
    }

    /// <summary>
    /// The peer repeats its Finished when our last flight was lost. OpenSSL answers a repetition with a fresh record number; the
    /// very same record it drops as a replay, so that one we answer ourselves, at most every 50 ms.
    /// </summary>
    private void AnswerFinished(Instant now, bool repeated)
    {
        var unanswered = repeated && Role == DtlsRole.Server && State == DtlsState.Connected && !_other.HasNext;
        if (unanswered && now - _answeredFinishedAt >= FirstWait)
        {
            _answeredFinishedAt = now;
            _flight.Rewind();
        }
    }

    private void End(DtlsState state, DtlsFailure failure)
    {
        State = state;
        Failure = failure;
    }
}
