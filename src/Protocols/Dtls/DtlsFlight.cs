namespace Sylk.Conference.Protocols.Dtls;

/// <summary>
/// The datagrams we sent last, kept for sending again while the other side does not answer (RFC 6347 §4.2.4): first after
/// 50 ms (browsers' own value; the path is known to ICE already), then doubling. Records are packed into datagrams of at most
/// <see cref="MaxDatagram"/> bytes, so that a flight survives any path that carries media.
/// </summary>
internal sealed class DtlsFlight
{
    public const int MaxDatagram = 1200;

    private const int RecordHeader = 13;
    private const int FirstTimeoutMs = 50;
    private const int LongestTimeoutMs = 2000;

    private readonly List<byte[]> _datagrams = [];
    private readonly Queue<byte[]> _outgoing = new();
    private int _timeoutMs = FirstTimeoutMs;

    public Instant RetransmitAt { get; private set; } = Instant.Never;

    /// <summary>Takes what OpenSSL wrote: whole records one after the other.</summary>
    public void Replace(Instant now, ReadOnlySpan<byte> records, bool expectsAnswer)
    {
        _datagrams.Clear();
        while (records.Length > 0)
        {
            var length = DatagramLength(records);
            _datagrams.Add(records[..length].ToArray());
            records = records[length..];
        }

        _timeoutMs = FirstTimeoutMs;
        RetransmitAt = expectsAnswer ? now.PlusMilliseconds(_timeoutMs) : Instant.Never;
        QueueAll();
    }

    public void Retransmit(Instant now)
    {
        _timeoutMs = Math.Min(_timeoutMs * 2, LongestTimeoutMs);
        RetransmitAt = now.PlusMilliseconds(_timeoutMs);
        QueueAll();
    }

    /// <summary>Sends the last flight once more because the other side evidently did not get it.</summary>
    public void Repeat() => QueueAll();

    /// <summary>The other side answered: nothing is due.</summary>
    public void Rest() => RetransmitAt = Instant.Never;

    public void Forget()
    {
        _datagrams.Clear();
        RetransmitAt = Instant.Never;
    }

    public bool TryTake(Span<byte> destination, out int length)
    {
        length = 0;
        if (!_outgoing.TryDequeue(out var datagram))
            return false;
        datagram.CopyTo(destination);
        length = datagram.Length;
        return true;
    }

    private void QueueAll()
    {
        if (_outgoing.Count > 0)
            return; // the same flight waits already
        foreach (var datagram in _datagrams)
            _outgoing.Enqueue(datagram);
    }

    /// <summary>As many whole records as fit; one record alone may be longer than the limit but is never split.</summary>
    private static int DatagramLength(ReadOnlySpan<byte> records)
    {
        var length = 0;
        while (records.Length - length >= RecordHeader)
        {
            var record = RecordHeader + (records[length + 11] << 8 | records[length + 12]);
            if (length > 0 && length + record > MaxDatagram)
                break;
            length = Math.Min(length + record, records.Length);
        }

        return length == 0 ? records.Length : length;
    }
}
