namespace Sylk.Conference.Protocols.Msrp;

/// <summary>How a session is to behave; agreed by offer and answer.</summary>
public sealed record MsrpSessionTerms
{
    /// <summary>Bytes of one message.</summary>
    public int MaxSize { get; init; } = MsrpLimits.MaxText;

    /// <summary>Bytes are handed on as they come, for files; else whole messages are.</summary>
    public bool IsStream { get; init; }

    /// <summary>Names may be chosen in it (RFC 7701).</summary>
    public bool HasNicknames { get; init; }

    /// <summary>How long a message that has begun may stand still.</summary>
    public TimeSpan ChunkTimeout { get; init; } = TimeSpan.FromSeconds(120);
}

/// <summary>
/// One session of two endpoints (RFC 4975): puts together what comes in chunks, cuts what goes out, and sees to responses and reports.
/// It lives through connections: the first request to its address binds one to it. Used under its owner's lock, as the link is.
/// </summary>
public sealed partial class MsrpSession(MsrpIds ids, MsrpUri local, IReadOnlyList<MsrpUri> remote, MsrpSessionTerms terms)
{
    private string _localPath = local.ToString();
    private readonly HashSet<string> _reported = new(StringComparer.Ordinal);

    /// <summary>Our address in it.</summary>
    public MsrpUri Local { get; private set; } = local;

    /// <summary>Theirs, behind the relays they named; changes with a new description.</summary>
    public IReadOnlyList<MsrpUri> Remote { get; set; } = remote;

    public MsrpSessionTerms Terms => terms;

    /// <summary>The owner's own.</summary>
    public object? Owner { get; set; }

    /// <summary>The connection it is bound to; null before and after.</summary>
    public MsrpLink? Link { get; internal set; }

    /// <summary>A new description gives both ends new addresses: the old connection is of no use, what waits goes over the next.</summary>
    public void Move(Instant now, MsrpUri local, IReadOnlyList<MsrpUri> remote)
    {
        Link?.Release(now, this);
        (Local, _localPath, Remote) = (local, local.ToString(), remote);
    }

    /// <summary>
    /// The one answer to a request, as far as its sender wants to hear it; after 200 to a whole message also the report that was asked
    /// for, once for each message (attack TM-06).
    /// </summary>
    public void Answer(MsrpTransaction transaction, int status)
    {
        if (transaction.IsAnswered || transaction.Head.IsFaulty)
        {
            return;
        }

        transaction.IsAnswered = true;
        if (transaction.WantsToHear(status))
        {
            Link?.Enqueue(MsrpWriter.Response(transaction.Head, status));
        }

        if (status == MsrpStatus.Ok && transaction is { Whole: { } length, Head.WantsSuccessReport: true } && _reported.Add(transaction.MessageId))
        {
            Report(transaction, MsrpByteRange.Whole(length));
        }
    }

    private void Report(MsrpTransaction transaction, MsrpByteRange range)
    {
        if (_reported.Count > MostRemembered)
        {
            _reported.Clear();
        }

        Link?.Enqueue(MsrpWriter.Request(
            ids.Transaction(), MsrpMethod.Report, MsrpPath.Print(transaction.Head.From), _localPath,
            (MsrpHeader.MessageId, transaction.MessageId), (MsrpHeader.ByteRange, range.ToString()), (MsrpHeader.Status, "000 200 OK")));
    }
}
