using System.Collections.Concurrent;

namespace Sylk.Conference.Sfu.Routing.Relays;

/// <summary>
/// One direction between two shards, for all rooms they share. The writer's thread writes and wakes, the reader's thread reads;
/// nothing else touches it.
/// </summary>
internal sealed class RelayLink(Action wake, int bytes = RelayRing.DefaultBytes)
{
    /// <summary>Octets of data channels that may wait; beyond it messages are refused. Media messages are few and small.</summary>
    private const int MostData = 8 * 1024 * 1024;

    private readonly ConcurrentQueue<RelayMessage> _messages = new();
    private uint _nextId;
    private long _waitingData;
    private bool _wakes;

    public RelayRing Ring { get; } = new(bytes);

    public bool IsEmpty => Ring.IsEmpty && _messages.IsEmpty;

    /// <summary>The writer's: a name for one more track on this link.</summary>
    public uint NextId() => ++_nextId;

    public void Post(RelayMessage message)
    {
        _messages.Enqueue(message);
        _wakes = true;
    }

    /// <summary>False: the reader is too far behind with data.</summary>
    public bool TryPost(DataPassed message)
    {
        if (Interlocked.Add(ref _waitingData, message.Whole.Length) > MostData)
        {
            Interlocked.Add(ref _waitingData, -message.Whole.Length);
            return false;
        }

        Post(message);
        return true;
    }

    /// <summary>False: the ring is full. Never blocks.</summary>
    public bool TryWrite(in RelayRecord record, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> descriptor = default)
    {
        if (!Ring.TryWrite(record, payload, descriptor))
            return false;
        _wakes = true;
        return true;
    }

    /// <summary>The writer's, once after a batch.</summary>
    public void WakeReader()
    {
        if (!_wakes)
            return;
        _wakes = false;
        wake();
    }

    public bool TryTake(out RelayMessage message)
    {
        if (!_messages.TryDequeue(out message!))
            return false;
        if (message is DataPassed data)
            Interlocked.Add(ref _waitingData, -data.Whole.Length);
        return true;
    }
}
