using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>What is kept for phones, in the database.</summary>
internal sealed class PhoneStore(StoreAccess store) : IPhoneStore
{
    public Task<ImmutableArray<PhoneItem>> AllAsync(CancellationToken cancellation = default) => store.DoAsync(
        async context =>
        {
            var rows = await context.PhoneItems.AsNoTracking().OrderBy(row => row.Kind).ThenBy(row => row.Id).ToListAsync(cancellation).ConfigureAwait(false);
            return rows.Select(row => new PhoneItem((PhoneItemKind)row.Kind, row.Id, row.Value, row.Revision)).ToImmutableArray();
        },
        cancellation);

    public async Task<bool> SaveAsync(PhoneItem item, long expected, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(item);
        var kind = (int)item.Kind;
        var statement = expected == 0
            ? (FormattableString)$"INSERT INTO phone_items (kind, id, value, revision) VALUES ({kind}, {item.Id}, {item.Value}, {item.Revision}) ON CONFLICT DO NOTHING"
            : $"UPDATE phone_items SET value = {item.Value}, revision = {item.Revision} WHERE kind = {kind} AND id = {item.Id} AND revision = {expected}";
        return await store.DoAsync(context => context.Database.ExecuteSqlAsync(statement, cancellation), cancellation).ConfigureAwait(false) == 1;
    }

    public async Task<bool> DeleteAsync(PhoneItemKind kind, string id, CancellationToken cancellation = default) => await store.DoAsync(
        context => context.PhoneItems.Where(row => row.Kind == (byte)kind && row.Id == id).ExecuteDeleteAsync(cancellation), cancellation).ConfigureAwait(false) == 1;
}
