using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Facts that came within one window, for listeners of a large room.</summary>
public sealed record FactBatch(ImmutableArray<FeedItem> Items);

/// <summary>
/// Holds what a large room is told for a moment, so that each of its listeners gets one message where there would be many: in
/// a storm of joins every fact would otherwise be one message to everybody. Used under the feed's lock.
/// </summary>
internal sealed class FactWindow(TimeProvider time, Action due) : IDisposable
{
    /// <summary>How long a fact may wait for others.</summary>
    public static readonly TimeSpan Length = TimeSpan.FromMilliseconds(200);

    /// <summary>More are not held: the message would be long.</summary>
    public const int Most = 256;

    private readonly List<FeedItem> _held = [];
    private ITimer? _timer;

    public bool IsFull => _held.Count >= Most;

    public void Hold(FeedItem item)
    {
        _held.Add(item);
        if (_held.Count > 1)
            return;
        _timer ??= time.CreateTimer(_ => due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(Length, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What was held, as one envelope; null when nothing was.</summary>
    public FeedEnvelope? Take()
    {
        if (_held.Count == 0)
            return null;
        var last = _held[^1];
        var envelope = new FeedEnvelope(_held.Count == 1 ? last : new FactBatch([.. _held]), last.Rev);
        _held.Clear();
        return envelope;
    }

    public void Dispose() => _timer?.Dispose();
}
