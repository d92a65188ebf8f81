using System.Collections.Concurrent;

namespace Sylk.Conference.Sfu.Engine;

/// <summary>
/// How other threads talk to a shard: messages that run on its thread between packets, in order of arrival.
/// Bounded: when <see cref="Capacity"/> messages wait, posting is refused and the caller answers "overloaded".
/// </summary>
internal sealed class ShardMailbox(Action wake)
{
    public const int Capacity = 16_384;

    private readonly ConcurrentQueue<Action<Protocols.Instant>> _messages = new();
    private int _waiting;

    public bool TryPost(Action<Protocols.Instant> message)
    {
        if (Interlocked.Increment(ref _waiting) > Capacity)
        {
            Interlocked.Decrement(ref _waiting);
            return false;
        }

        _messages.Enqueue(message);
        wake();
        return true;
    }

    /// <summary>The shard's side: at most <paramref name="limit"/> messages, so that a burst of joins does not starve packets.</summary>
    public int Drain(Protocols.Instant now, int limit)
    {
        var done = 0;
        while (done < limit && _messages.TryDequeue(out var message))
        {
            Interlocked.Decrement(ref _waiting);
            message(now);
            done++;
        }

        return done;
    }

    public bool IsEmpty => _messages.IsEmpty;
}
