using Microsoft.EntityFrameworkCore;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>Used tokens of all nodes: the row that can be added once decides.</summary>
internal sealed class UsedTokens(StoreAccess store) : IUsedTokens
{
    public async ValueTask<bool> TryUseAsync(string issuer, string tokenId, DateTimeOffset expiry, CancellationToken cancellation = default)
    {
        var (id, until) = (Ids.Fingerprint($"{issuer}\n{tokenId}"), expiry.ToUnixTimeMilliseconds());
        return await store.DoAsync(
            context => context.Database.ExecuteSqlAsync(
                $"INSERT INTO used_tokens (id, expiry) VALUES ({id}, {until}) ON CONFLICT DO NOTHING", cancellation),
            cancellation).ConfigureAwait(false) == 1;
    }
}
