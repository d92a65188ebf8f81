namespace Sylk.Conference.Protocols.Msrp;

/// <content>What goes out: message after message, of each one chunk at a time.</content>
public sealed partial class MsrpSession
{
    /// <summary>Chunks that may be out unanswered.</summary>
    private const int MostInFlight = 16;

    private readonly LinkedList<MsrpOutgoing> _waiting = new();
    private readonly Dictionary<string, (MsrpOutgoing Message, Instant Until)> _inFlight = new(StringComparer.Ordinal);
    private readonly Queue<(string Transaction, Instant Until)> _patience = new();

    /// <summary>Bytes that have not gone out.</summary>
    public long Queued => _waiting.Sum(message => (long)message.Waiting);

    /// <summary>Messages that have not gone out as a whole.</summary>
    public int QueuedMessages => _waiting.Count;

    /// <summary>Since when the first of them waits.</summary>
    public Instant QueuedSince => _waiting.First?.Value.Since ?? Instant.Never;

    /// <summary>True: nothing goes out, because the other end holds us.</summary>
    public bool IsPaused { get; set; }

    internal bool CanSend => !IsPaused && _inFlight.Count < MostInFlight && _waiting.First?.Value is { IsInFlight: false, IsReady: true };

    internal Instant ResponseDeadline => _patience.TryPeek(out var first) ? first.Until : Instant.Never;

    public void Send(Instant now, MsrpOutgoing message)
    {
        message.Since = now;
        _waiting.AddLast(message);
        AskForData(message);
    }

    /// <summary>Drops what has not begun to go out and fits.</summary>
    /// <returns>How many.</returns>
    public int Drop(Func<MsrpOutgoing, bool> fits)
    {
        var dropped = 0;
        for (var node = _waiting.First; node is not null;)
        {
            var next = node.Next;
            if (!node.Value.HasBegun && fits(node.Value))
            {
                _waiting.Remove(node);
                dropped++;
            }

            node = next;
        }

        return dropped;
    }

    /// <summary>An empty request, which binds the connection we made (RFC 4975 section 5.4).</summary>
    internal byte[] Introduce() => MsrpWriter.Request(
        ids.Transaction(), MsrpMethod.Send, MsrpPath.Print(Remote), _localPath,
        (MsrpHeader.MessageId, ids.Message()), (MsrpHeader.ByteRange, MsrpByteRange.Nothing.ToString()));

    /// <summary>The next chunk; only when <see cref="CanSend"/>.</summary>
    internal byte[] NextChunk(Instant now)
    {
        var message = _waiting.First!.Value;
        if (message.IsRefused)
        {
            return GiveUp(message);
        }

        var (content, range) = message.Cut();
        var head = HeadOf(message, range, message.ContentType);
        var bytes = MsrpWriter.Chunk(ids, out var transaction, head, content, message.IsAllOut ? MsrpFlag.Complete : MsrpFlag.More);
        Expect(now, transaction, message);
        if (message.IsAllOut)
        {
            _waiting.RemoveFirst();
        }

        AskForData(message);
        return bytes;
    }

    /// <returns>False when no chunk of ours had this transaction.</returns>
    internal bool TakeResponse(string transaction, int status)
    {
        if (!_inFlight.Remove(transaction, out var sent))
        {
            return false;
        }

        var message = sent.Message;
        message.IsInFlight = false;
        if (status == MsrpStatus.Ok)
        {
            if (message.IsAllOut)
            {
                Link?.Happen(new MsrpSent(this, message, status));
            }

            return true;
        }

        Link?.Happen(new MsrpSent(this, message, status));
        message.IsRefused = !message.IsAllOut;
        return true;
    }

    internal void ForgetUnanswered(Instant now)
    {
        while (_patience.TryPeek(out var first) && (first.Until <= now || !_inFlight.ContainsKey(first.Transaction)))
        {
            _patience.Dequeue();
            TakeResponse(first.Transaction, MsrpStatus.TimedOut);
        }
    }

    /// <summary>There is a connection: what streams may begin.</summary>
    internal void Resume()
    {
        foreach (var message in _waiting)
        {
            AskForData(message);
        }
    }

    /// <summary>
    /// The connection is gone: what was answered is said, what was not goes out again as a whole under its old id, in its old order,
    /// before what waits. Signs of writing are not worth it.
    /// </summary>
    internal void Unbind()
    {
        Link = null;
        var unanswered = _patience.Where(sent => _inFlight.ContainsKey(sent.Transaction)).Select(sent => _inFlight[sent.Transaction].Message).ToList();
        _inFlight.Clear();
        _patience.Clear();
        unanswered.RemoveAll(message => message.IsStream || message.Weight == MsrpWeight.Composing || _waiting.Contains(message));
        for (var i = unanswered.Count - 1; i >= 0; i--)
        {
            _waiting.AddFirst(unanswered[i]);
        }

        foreach (var message in _waiting.Where(message => message.HasBegun).ToArray())
        {
            if (!message.Rewind() && !message.IsStream)
            {
                _waiting.Remove(message);
            }
        }

        ForgetIncomplete();
    }

    /// <summary>The end of a message the other side wants no more of (section 7.1.1).</summary>
    private byte[] GiveUp(MsrpOutgoing message)
    {
        _waiting.RemoveFirst();
        var head = HeadOf(message, new MsrpByteRange(message.Sent + 1, message.Sent, message.Length), message.ContentType);
        return MsrpWriter.Chunk(ids, out _, head, default, MsrpFlag.Aborted);
    }

    private void Expect(Instant now, string transaction, MsrpOutgoing message)
    {
        var until = now + MsrpLimits.ResponsePatience;
        message.IsInFlight = true;
        _inFlight[transaction] = (message, until);
        _patience.Enqueue((transaction, until));
    }

    private MsrpChunkHead HeadOf(MsrpOutgoing message, MsrpByteRange range, string type) => new(
        MsrpPath.Print(Remote), _localPath,
        message.WantsReport
            ? [(MsrpHeader.MessageId, message.Id), (MsrpHeader.ByteRange, range.ToString()), (MsrpHeader.SuccessReport, "yes")]
            : [(MsrpHeader.MessageId, message.Id), (MsrpHeader.ByteRange, range.ToString())],
        type);

    private void AskForData(MsrpOutgoing message)
    {
        if (message.WantsData)
        {
            Link?.Happen(new MsrpWantsData(this, message));
        }
    }
}
