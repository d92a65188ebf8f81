namespace Sylk.Conference.Protocols.Msrp;

/// <summary>
/// One connection between us and another endpoint or its relay. Takes what comes, says what goes out next, and tells its owner what
/// happened. Sessions share it (RFC 4975 section 5.4) and take turns chunk by chunk, so that a line of chat overtakes a file.
/// Not thread-safe; does no I/O.
/// </summary>
/// <param name="opened">When the connection was made.</param>
/// <param name="find">The session that is expected under an address; null when there is none (attack TM-01).</param>
public sealed partial class MsrpLink(Instant opened, Func<MsrpUri, MsrpSession?> find)
{
    /// <summary>Responses and reports nobody fetches: the other end does not read.</summary>
    private const int MostUrgent = 1_024;

    private readonly MsrpFramer _framer = new();
    private readonly List<MsrpSession> _sessions = [];
    private readonly Queue<MsrpEvent> _events = new();
    private readonly Queue<byte[]> _urgent = new();
    private MsrpTransaction? _transaction;
    private MsrpSession? _session;
    private Instant _unboundSince = opened;
    private int _turn;

    public IReadOnlyList<MsrpSession> Sessions => _sessions;

    /// <summary>It is of no use any more: send what <see cref="TryTakeOutput"/> has, then close it.</summary>
    public bool IsOver { get; private set; }

    /// <summary>When <see cref="Advance"/> is to be called.</summary>
    public Instant Deadline
    {
        get
        {
            var deadline = Instant.Earlier(
                Instant.Earlier(_framer.Deadline, RelayDeadline), IsIdle ? _unboundSince + MsrpLimits.Patience : Instant.Never);
            foreach (var session in _sessions)
            {
                deadline = Instant.Earlier(deadline, Instant.Earlier(session.ResponseDeadline, session.ReceiveDeadline));
            }

            return deadline;
        }
    }

    /// <summary>Bytes held of messages that are not whole, over all sessions.</summary>
    internal int Held => _sessions.Sum(session => session.Held);

    public void Receive(Instant now, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !IsOver)
        {
            var length = Math.Min(bytes.Length, _framer.Room);
            _framer.Append(now, bytes[..length]);
            bytes = bytes[length..];
            while (!IsOver && _framer.TryTake() is { Kind: not MsrpPieceKind.None } piece)
            {
                Take(now, piece);
            }
        }
    }

    /// <summary>What waited too long is given up.</summary>
    public void Advance(Instant now)
    {
        IsOver |= _framer.Deadline <= now || (IsIdle && _unboundSince + MsrpLimits.Patience <= now);
        ForgetUnansweredAuth(now);
        foreach (var session in _sessions)
        {
            session.ForgetUnanswered(now);
            session.ForgetLate(now);
        }
    }

    public bool TryTakeEvent(out MsrpEvent happened) => _events.TryDequeue(out happened!);

    /// <summary>The next bytes to send: what answers goes first, then the sessions take turns.</summary>
    public bool TryTakeOutput(Instant now, out ReadOnlyMemory<byte> bytes)
    {
        if (_urgent.TryDequeue(out var urgent))
        {
            bytes = urgent;
            return true;
        }

        for (var i = 0; i < _sessions.Count; i++)
        {
            _turn = (_turn + 1) % _sessions.Count;
            if (_sessions[_turn].CanSend)
            {
                bytes = _sessions[_turn].NextChunk(now);
                return true;
            }
        }

        bytes = default;
        return false;
    }

    /// <summary>We made this connection for that session.</summary>
    public void Introduce(MsrpSession session)
    {
        Bind(session);
        Enqueue(session.Introduce());
    }

    /// <summary>The session is over; without any the connection stays for a moment.</summary>
    public void Release(Instant now, MsrpSession session)
    {
        if (session.Link != this)
        {
            return;
        }

        _sessions.Remove(session);
        session.Unbind();
        _unboundSince = now;
        _session = _session == session ? null : _session;
    }

    /// <summary>Nothing more comes; what is to be said still goes out.</summary>
    public void MarkOver() => IsOver = true;

    /// <summary>The connection is gone.</summary>
    public void ReleaseAll(Instant now)
    {
        IsOver = true;
        foreach (var session in _sessions.ToArray())
        {
            Release(now, session);
        }
    }

    internal void Happen(MsrpEvent happened) => _events.Enqueue(happened);

    internal void Enqueue(byte[] bytes)
    {
        _urgent.Enqueue(bytes);
        IsOver |= _urgent.Count > MostUrgent;
    }

    private void Take(Instant now, MsrpPiece piece)
    {
        switch (piece.Kind)
        {
            case MsrpPieceKind.Head when piece.Head!.IsRequest:
                Begin(now, piece.Head);
                break;
            case MsrpPieceKind.Body when _transaction is { Head.Method: MsrpMethod.Send } transaction:
                _session?.TakeBody(transaction, piece.Body);
                break;
            case MsrpPieceKind.End when piece.Head!.IsRequest:
                End(piece.Flag);
                break;
            case MsrpPieceKind.End:
                TakeResponse(now, piece.Head!);
                break;
            case MsrpPieceKind.Broken:
                IsOver = true;
                break;
        }
    }

    private void Begin(Instant now, MsrpHead head)
    {
        var range = MsrpByteRange.Unsaid;
        var isRange = head.First(MsrpHeader.ByteRange) is not { } text || MsrpByteRange.TryParse(text, out range);
        _transaction = new MsrpTransaction(head) { Range = range };
        _session = null;
        if (head.IsFaulty || Refuse(head) is not 0)
        {
            return;
        }

        if (!isRange && head.Method == MsrpMethod.Send)
        {
            _session!.Answer(_transaction, MsrpStatus.Unintelligible);
        }
        else if (head.Method == MsrpMethod.Send)
        {
            _session!.BeginSend(now, _transaction);
        }
    }

    /// <summary>Finds the session, and binds it where it is the first that is heard of it.</summary>
    /// <returns>0, or the status the request was refused with.</returns>
    private int Refuse(MsrpHead head)
    {
        var isKnown = head.Method is MsrpMethod.Send or MsrpMethod.Report or MsrpMethod.Nickname;
        var session = isKnown ? _sessions.Find(bound => bound.Local.Equals(head.To[0])) ?? find(head.To[0]) : null;
        var status = !isKnown ? MsrpStatus.UnknownMethod
            : session is null ? MsrpStatus.NoSession
            : session.Link is { } link && link != this ? MsrpStatus.BoundElsewhere
            : 0;
        if (status == 0)
        {
            _session = session;
            Bind(session!);
        }
        else if (head.Method != MsrpMethod.Report)
        {
            Enqueue(MsrpWriter.Response(head, status));
        }

        IsOver |= status == MsrpStatus.NoSession && IsIdle;
        return status;
    }

    private void Bind(MsrpSession session)
    {
        if (session.Link == this)
        {
            return;
        }

        session.Link = this;
        _sessions.Add(session);
        Happen(new MsrpBound(session));
        session.Resume();
    }

    private void End(MsrpFlag flag)
    {
        var (transaction, session) = (_transaction!, _session);
        (_transaction, _session) = (null, null);
        var head = transaction.Head;
        if (head.IsFaulty)
        {
            if (head is { From.Count: > 0, To.Count: > 0 } && head.Method != MsrpMethod.Report)
            {
                Enqueue(MsrpWriter.Response(head, MsrpStatus.Unintelligible));
            }

            return;
        }

        switch (head.Method)
        {
            case MsrpMethod.Send:
                session?.EndSend(transaction, flag);
                break;
            case MsrpMethod.Report when session is not null:
                Happen(new MsrpReported(session, transaction.MessageId, MsrpReportStatus.Read(head.First(MsrpHeader.Status)), transaction.Range));
                break;
            case MsrpMethod.Nickname when session is not null:
                AskNickname(session, transaction);
                break;
        }
    }

    /// <summary>RFC 7701 section 7.1: a quoted name and no word about reports.</summary>
    private void AskNickname(MsrpSession session, MsrpTransaction transaction)
    {
        var head = transaction.Head;
        if (!session.Terms.HasNicknames)
        {
            session.Answer(transaction, MsrpStatus.UnknownMethod);
        }
        else if (head.First(MsrpHeader.SuccessReport) is not null || head.First(MsrpHeader.FailureReport) is not null)
        {
            session.Answer(transaction, MsrpStatus.Unintelligible);
        }
        else if (MsrpNickname.TryRead(head.First(MsrpHeader.UseNickname), out var nickname))
        {
            Happen(new MsrpNicknameAsked(session, transaction, nickname));
        }
        else
        {
            session.Answer(transaction, MsrpStatus.BadNickname);
        }
    }

    private void TakeResponse(Instant now, MsrpHead head)
    {
        if (TakeRelayResponse(now, head))
        {
            return;
        }

        foreach (var session in _sessions)
        {
            if (session.TakeResponse(head.TransactionId, head.Status))
            {
                return;
            }
        }
    }
}
