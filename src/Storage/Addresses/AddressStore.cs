using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>
/// Messages between addresses, in the database. Whoever changes a book first changes its row in <c>addresses</c>, which makes the others
/// wait: so positions are committed in their order, and nobody who reads on from one misses another.
/// </summary>
internal sealed class AddressStore(StoreAccess store) : IAddressStore
{
    private const int MostAtOnce = 500;

    public Task MeetAsync(string address, CancellationToken cancellation = default) => store.DoAsync(
        context => context.Database.ExecuteSqlAsync($"INSERT INTO addresses (address, last) VALUES ({address}, 0) ON CONFLICT DO NOTHING", cancellation),
        cancellation);

    public Task<KeepOutcome> AddAsync(string owner, DirectMessage message, bool outgoing, int most, CancellationToken cancellation = default) =>
        store.DoTogetherAsync(
            async context =>
            {
                if (await LockAsync(context, owner, step: 1, cancellation).ConfigureAwait(false) is not { } last)
                    return new KeepOutcome(Keeping.NoSuchOwner, message.Id);
                var peer = outgoing ? message.To : message.From;
                var book = context.AddressMessages.Where(row => row.Owner == owner);
                if (await FindAsync(book, outgoing, peer, message.ClientId, cancellation).ConfigureAwait(false) is { } known)
                    return new KeepOutcome(Keeping.Known, known);
                if (!await MakeRoomAsync(book, most, cancellation).ConfigureAwait(false))
                    return new KeepOutcome(Keeping.Full, message.Id);
                context.AddressMessages.Add(RowOf(owner, last, message, outgoing));
                await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
                return new KeepOutcome(Keeping.Kept, message.Id);
            },
            cancellation);

    public Task<string?> FindSentAsync(string owner, string peer, string clientId, CancellationToken cancellation = default) => store.DoAsync(
        context => FindAsync(context.AddressMessages.Where(row => row.Owner == owner), outgoing: true, peer, clientId, cancellation), cancellation);

    public Task<long> StartAsync(string owner, string? after, CancellationToken cancellation = default) => store.DoAsync(
        async context =>
        {
            var book = context.AddressMessages.Where(row => row.Owner == owner);
            var last = await book.MaxAsync(row => (long?)row.Position, cancellation).ConfigureAwait(false) ?? 0;
            var seen = after is null ? null
                : await book.Where(row => row.Id == after).MaxAsync(row => (long?)row.Position, cancellation).ConfigureAwait(false);
            var waiting = await book.Where(row => !row.Outgoing && row.State == (byte)KeptState.Accepted)
                .MinAsync(row => (long?)row.Position, cancellation).ConfigureAwait(false);
            return Math.Min(seen ?? last, waiting - 1 ?? last);
        },
        cancellation);

    public Task<ImmutableArray<KeptMessage>> AfterAsync(string owner, long position, int limit, CancellationToken cancellation = default) =>
        store.DoAsync(
            context => ReadAsync(
                context.AddressMessages.Where(row => row.Owner == owner && row.Position > position).OrderBy(row => row.Position).Take(limit), cancellation),
            cancellation);

    public Task<ImmutableArray<KeptMessage>> PageAsync(string owner, string? peer, string? before, int limit, CancellationToken cancellation = default) =>
        store.DoAsync(
            async context =>
            {
                var book = context.AddressMessages.Where(row => row.Owner == owner);
                var end = before is null ? long.MaxValue
                    : await book.Where(row => row.Id == before).MaxAsync(row => (long?)row.Position, cancellation).ConfigureAwait(false) ?? 0;
                var page = peer is null ? book : book.Where(row => row.Peer == peer);
                return await ReadAsync(
                    page.Where(row => row.Position < end).OrderByDescending(row => row.Position).Take(limit), cancellation).ConfigureAwait(false);
            },
            cancellation);

    public Task<ImmutableArray<KeptMessage>> AdvanceAsync(KeptChange change, CancellationToken cancellation = default) => store.DoTogetherAsync<ImmutableArray<KeptMessage>>(
        async context =>
        {
            if (await LockAsync(context, change.Owner, step: 0, cancellation).ConfigureAwait(false) is null)
                return [];
            var side = context.AddressMessages.Where(row => row.Owner == change.Owner && row.Outgoing == change.Outgoing);
            if (change.Peer is { } peer)
                side = side.Where(row => row.Peer == peer);
            var named = await side.Where(row => row.Id == change.Id).MaxAsync(row => (long?)row.Position, cancellation).ConfigureAwait(false) ?? 0;
            var below = (byte)change.Below;
            var rows = await side.Where(row => row.State < below && (change.UpTo ? row.Position <= named : row.Position == named))
                .OrderBy(row => row.Position).Take(MostAtOnce).ToListAsync(cancellation).ConfigureAwait(false);
            foreach (var row in rows)
                row.State = (byte)change.To;
            await context.SaveChangesAsync(cancellation).ConfigureAwait(false);
            return [.. rows.Select(KeptOf)];
        },
        cancellation);

    public Task ForgetAsync(DateTimeOffset before, CancellationToken cancellation = default) => store.DoAsync(
        context => context.AddressMessages.Where(row => row.At < before).ExecuteDeleteAsync(cancellation), cancellation);

    /// <returns>The last position of the book, moved on by <paramref name="step"/>; null when there is no such book.</returns>
    private static async Task<long?> LockAsync(StorageContext context, string owner, int step, CancellationToken cancellation) =>
        await context.Database.ExecuteSqlAsync($"UPDATE addresses SET last = last + {step} WHERE address = {owner}", cancellation).ConfigureAwait(false) == 0
            ? null
            : await context.Addresses.Where(row => row.Address == owner).Select(row => row.Last).SingleAsync(cancellation).ConfigureAwait(false);

    private static Task<string?> FindAsync(IQueryable<AddressMessageRow> book, bool outgoing, string peer, string clientId, CancellationToken cancellation) =>
        book.Where(row => row.Peer == peer && row.Outgoing == outgoing && row.ClientId == clientId).Select(row => (string?)row.Id).SingleOrDefaultAsync(cancellation);

    /// <summary>The oldest that has arrived goes; one that still waits never does.</summary>
    private static async Task<bool> MakeRoomAsync(IQueryable<AddressMessageRow> book, int most, CancellationToken cancellation)
    {
        if (await book.CountAsync(cancellation).ConfigureAwait(false) < most)
            return true;
        var oldest = await book.Where(row => row.Outgoing || row.State != (byte)KeptState.Accepted)
            .MinAsync(row => (long?)row.Position, cancellation).ConfigureAwait(false);
        return oldest is not null && await book.Where(row => row.Position == oldest).ExecuteDeleteAsync(cancellation).ConfigureAwait(false) == 1;
    }

    private static async Task<ImmutableArray<KeptMessage>> ReadAsync(IQueryable<AddressMessageRow> rows, CancellationToken cancellation) =>
        [.. (await rows.AsNoTracking().ToListAsync(cancellation).ConfigureAwait(false)).Select(KeptOf)];

    private static AddressMessageRow RowOf(string owner, long position, DirectMessage message, bool outgoing) => new()
    {
        Owner = owner,
        Position = position,
        Peer = outgoing ? message.To : message.From,
        Outgoing = outgoing,
        Id = message.Id,
        FromName = message.FromName,
        Content = message.Content,
        ContentType = message.ContentType,
        ClientId = message.ClientId,
        At = message.SentAt,
        Via = message.Via,
        Wanted = message.Wanted.Aggregate(0L, (bits, kind) => bits | 1L << (int)kind),
    };

    private static KeptMessage KeptOf(AddressMessageRow row) => new(
        row.Owner,
        row.Position,
        new DirectMessage
        {
            Id = row.Id,
            From = row.Outgoing ? row.Owner : row.Peer,
            FromName = row.FromName,
            To = row.Outgoing ? row.Peer : row.Owner,
            Content = row.Content,
            ContentType = row.ContentType,
            ClientId = row.ClientId,
            SentAt = row.At,
            Via = row.Via,
            Wanted = [.. Enum.GetValues<ReceiptKind>().Where(kind => (row.Wanted & 1L << (int)kind) != 0)],
        },
        row.Outgoing,
        (KeptState)row.State);
}
