namespace Sylk.Conference.Protocols.Sip;

/// <summary>Transactions by deadline. Entries that no longer hold are skipped when they come up.</summary>
internal sealed class SipDeadlines
{
    private readonly PriorityQueue<SipTransaction, long> _queue = new();

    public int Count => _queue.Count;

    public Instant Next
    {
        get
        {
            while (_queue.TryPeek(out var transaction, out var at) && transaction.Deadline.Nanoseconds != at)
            {
                _queue.Dequeue();
            }

            return _queue.TryPeek(out _, out var next) ? new Instant(next) : Instant.Never;
        }
    }

    public void Set(SipTransaction transaction)
    {
        if (transaction.Deadline != transaction.Queued && transaction.Deadline != Instant.Never)
        {
            transaction.Queued = transaction.Deadline;
            _queue.Enqueue(transaction, transaction.Deadline.Nanoseconds);
        }
    }

    public bool TryTakeDue(Instant now, out SipTransaction transaction)
    {
        transaction = null!;
        if (Next > now || !_queue.TryDequeue(out transaction!, out _))
        {
            return false;
        }

        transaction.Queued = Instant.Never;
        return true;
    }
}
