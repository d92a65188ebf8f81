using System.Collections.Immutable;

namespace Sylk.Conference.Rooms;

/// <summary>Books that live as long as the process: with <c>Storage:Mode=memory</c>, and always for guests.</summary>
public sealed class MemoryAddressStore : IAddressStore
{
    internal const int MostAtOnce = 500;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Book> _books = new(StringComparer.Ordinal);

    public Task MeetAsync(string address, CancellationToken cancellation = default)
    {
        lock (_gate)
            _books.TryAdd(address, new Book());
        return Task.CompletedTask;
    }

    public Task<KeepOutcome> AddAsync(string owner, DirectMessage message, bool outgoing, int most, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        lock (_gate)
        {
            if (!_books.TryGetValue(owner, out var book))
                return Answer(Keeping.NoSuchOwner, message.Id);
            var kept = new KeptMessage(owner, book.Last + 1, message, outgoing, KeptState.Accepted);
            if (book.Find(outgoing, kept.Peer, message.ClientId) is { } known)
                return Answer(Keeping.Known, known.Message.Id);
            if (book.Lines.Count >= most && book.Lines.FindIndex(line => line.Outgoing || line.State != KeptState.Accepted) is var oldest)
            {
                if (oldest < 0)
                    return Answer(Keeping.Full, message.Id);
                book.Lines.RemoveAt(oldest);
            }
            book.Last = kept.Position;
            book.Lines.Add(kept);
            return Answer(Keeping.Kept, message.Id);
        }
    }

    public Task<string?> FindSentAsync(string owner, string peer, string clientId, CancellationToken cancellation = default)
    {
        lock (_gate)
            return Task.FromResult(_books.GetValueOrDefault(owner)?.Find(outgoing: true, peer, clientId)?.Message.Id);
    }

    public Task<long> StartAsync(string owner, string? after, CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            if (!_books.TryGetValue(owner, out var book))
                return Task.FromResult(0L);
            var seen = after is null ? null : book.Lines.FindLast(line => line.Message.Id == after);
            var waiting = book.Lines.Find(line => !line.Outgoing && line.State == KeptState.Accepted);
            return Task.FromResult(Math.Min(seen?.Position ?? book.Last, waiting?.Position - 1 ?? book.Last));
        }
    }

    public Task<ImmutableArray<KeptMessage>> AfterAsync(string owner, long position, int limit, CancellationToken cancellation = default) =>
        Find(owner, lines => lines.Where(line => line.Position > position).Take(limit));

    public Task<ImmutableArray<KeptMessage>> PageAsync(string owner, string? peer, string? before, int limit, CancellationToken cancellation = default) =>
        Find(owner, lines =>
        {
            var end = before is null ? long.MaxValue : lines.FindLast(line => line.Message.Id == before)?.Position ?? 0;
            return lines.AsEnumerable().Reverse().Where(line => line.Position < end && (peer is null || line.Peer == peer)).Take(limit);
        });

    public Task<ImmutableArray<KeptMessage>> AdvanceAsync(KeptChange change, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Find(change.Owner, lines =>
        {
            if (lines.FindLast(line => line.Outgoing == change.Outgoing && line.Message.Id == change.Id && (change.Peer is null || line.Peer == change.Peer)) is not { } named)
                return [];
            var changed = new List<KeptMessage>();
            for (var i = 0; i < lines.Count && changed.Count < MostAtOnce; i++)
            {
                var line = lines[i];
                var isMeant = change.UpTo ? line.Peer == change.Peer && line.Position <= named.Position : line.Position == named.Position;
                if (isMeant && line.Outgoing == change.Outgoing && line.State < change.Below)
                    changed.Add(lines[i] = line with { State = change.To });
            }
            return changed;
        });
    }

    public Task ForgetAsync(DateTimeOffset before, CancellationToken cancellation = default)
    {
        lock (_gate)
        {
            foreach (var book in _books.Values)
                book.Lines.RemoveAll(line => line.Message.SentAt < before);
        }
        return Task.CompletedTask;
    }

    /// <summary>An address is no more.</summary>
    public void Drop(string address)
    {
        lock (_gate)
            _books.Remove(address);
    }

    private static Task<KeepOutcome> Answer(Keeping keeping, string id) => Task.FromResult(new KeepOutcome(keeping, id));

    private Task<ImmutableArray<KeptMessage>> Find(string owner, Func<List<KeptMessage>, IEnumerable<KeptMessage>> which)
    {
        lock (_gate)
            return Task.FromResult(_books.TryGetValue(owner, out var book) ? [.. which(book.Lines)] : ImmutableArray<KeptMessage>.Empty);
    }

    private sealed class Book
    {
        public List<KeptMessage> Lines { get; } = [];
        public long Last { get; set; }

        public KeptMessage? Find(bool outgoing, string peer, string clientId) =>
            Lines.Find(line => line.Outgoing == outgoing && line.Peer == peer && line.Message.ClientId == clientId);
    }
}
