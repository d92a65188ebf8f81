namespace Sylk.Conference.Protocols.Msrp;

/// <content>What comes in.</content>
public sealed partial class MsrpSession
{
    /// <summary>Of message ids, to say things about them only once.</summary>
    private const int MostRemembered = 1_024;

    private readonly List<MsrpAssembly> _incomplete = [];

    /// <summary>The message that comes in at this moment; null while its bytes are of no use.</summary>
    private MsrpAssembly? _arriving;

    /// <summary>Bytes held of messages that are not whole.</summary>
    public int Held => _incomplete.Sum(assembly => assembly.Held);

    /// <summary>When the oldest incomplete message is given up.</summary>
    internal Instant ReceiveDeadline => _incomplete.Count == 0 ? Instant.Never : _incomplete.Min(assembly => assembly.LastAt) + terms.ChunkTimeout;

    internal void ForgetLate(Instant now) => _incomplete.RemoveAll(assembly => assembly != _arriving && assembly.LastAt + terms.ChunkTimeout <= now);

    /// <summary>Makes room for others; the sender is told with their next chunk.</summary>
    internal void ForgetIncomplete()
    {
        _incomplete.Clear();
        _arriving = null;
    }

    internal void BeginSend(Instant now, MsrpTransaction transaction)
    {
        _arriving = null;
        if (transaction.MessageId.Length is 0 or > MsrpLimits.MaxTransactionId * 4)
        {
            Answer(transaction, MsrpStatus.Unintelligible);
        }
        else if (!terms.IsStream)
        {
            _arriving = FindOrBegin(transaction);
            _arriving.LastAt = now;
            RefuseIf(transaction, _arriving.Promise(transaction.Range));
        }
    }

    internal void TakeBody(MsrpTransaction transaction, ReadOnlyMemory<byte> bytes)
    {
        if (transaction.IsAnswered)
        {
            return;
        }

        if (terms.IsStream)
        {
            Link?.Happen(new MsrpDataArrived(this, transaction, transaction.Range.Start - 1 + transaction.Taken, bytes.ToArray()));
            transaction.Taken += bytes.Length;
            return;
        }

        var status = _arriving?.Add(transaction.Range, transaction.Taken, bytes.Span) ?? MsrpStatus.StopSending;
        transaction.Taken += bytes.Length;
        if (status == 0 && (Link is { IsKept: true } ? Held : Link?.Held) > MsrpLimits.MaxHeld)
        {
            status = MsrpStatus.StopSending;
        }

        RefuseIf(transaction, status);
    }

    internal void EndSend(MsrpTransaction transaction, MsrpFlag flag)
    {
        var assembly = _arriving;
        _arriving = null;
        if (terms.IsStream && !transaction.IsAnswered)
        {
            transaction.Whole = flag == MsrpFlag.Complete ? transaction.Range.Start - 1 + transaction.Taken : null;
            Link?.Happen(new MsrpDataEnded(this, transaction, transaction.Range.Start - 1 + transaction.Taken, flag));
            return;
        }

        if (transaction.IsAnswered || assembly is null)
        {
            return;
        }

        if (flag == MsrpFlag.Aborted)
        {
            _incomplete.Remove(assembly);
            Answer(transaction, MsrpStatus.Ok);
            return;
        }

        EndChunk(transaction, assembly, flag);
    }

    private void EndChunk(MsrpTransaction transaction, MsrpAssembly assembly, MsrpFlag flag)
    {
        if (flag == MsrpFlag.Complete && !assembly.End(transaction.Range, transaction.Taken))
        {
            RefuseWith(transaction, assembly, MsrpStatus.Unintelligible);
            return;
        }

        assembly.ContentType = transaction.ContentType.Length > 0 ? transaction.ContentType : assembly.ContentType;
        if (!assembly.IsWhole)
        {
            Answer(transaction, MsrpStatus.Ok);
            return;
        }

        _incomplete.Remove(assembly);
        transaction.Whole = assembly.Content.Length;
        if (assembly.Content.IsEmpty)
        {
            Answer(transaction, MsrpStatus.Ok); // it was only sent to bind the connection (section 5.4)
        }
        else
        {
            Link?.Happen(new MsrpMessageArrived(this, transaction, assembly.MessageId, assembly.ContentType, assembly.Content));
        }
    }

    private MsrpAssembly FindOrBegin(MsrpTransaction transaction)
    {
        if (_incomplete.Find(known => known.MessageId == transaction.MessageId) is { } known)
        {
            return known;
        }

        if (_incomplete.Count == MsrpLimits.MaxIncomplete)
        {
            _incomplete.RemoveAt(0);
        }

        var begun = new MsrpAssembly(transaction.MessageId, terms.MaxSize);
        _incomplete.Add(begun);
        return begun;
    }

    private void RefuseIf(MsrpTransaction transaction, int status)
    {
        if (status != 0 && _arriving is { } assembly)
        {
            RefuseWith(transaction, assembly, status);
            _arriving = null;
        }
        else if (status != 0)
        {
            Answer(transaction, status);
        }
    }

    private void RefuseWith(MsrpTransaction transaction, MsrpAssembly assembly, int status)
    {
        _incomplete.Remove(assembly);
        Answer(transaction, status);
    }
}
