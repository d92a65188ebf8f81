using Microsoft.Extensions.DependencyInjection;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage.Tests;

/// <summary>What every store of accounts, trunks and routes promises; each kind of store runs all of it.</summary>
public abstract class PhoneStoreContract
{
    private protected abstract Task<OpenStore> OpenAsync();

    [Fact(DisplayName = "Phones: an item comes back as it was saved, is replaced only by who knows it, and goes once")]
    public async Task Kept()
    {
        await using var open = await OpenAsync();
        var store = open.Services.GetRequiredService<IPhoneStore>();
        var item = new PhoneItem(PhoneItemKind.Trunk, "st_1", """{ "name": "ä'; DROP TABLE rooms" }""", 1);
        Assert.True(await store.SaveAsync(item, 0));
        Assert.False(await store.SaveAsync(item, 0));
        Assert.True(await store.SaveAsync(item with { Kind = PhoneItemKind.Account }, 0));
        Assert.Equal([item with { Kind = PhoneItemKind.Account }, item], await store.AllAsync());
        var changed = item with { Value = "{}", Revision = 2 };
        Assert.False(await store.SaveAsync(changed, 7));
        Assert.True(await store.SaveAsync(changed, 1));
        Assert.False(await store.SaveAsync(changed, 1));
        Assert.Equal(changed, (await store.AllAsync())[1]);
        Assert.True(await store.DeleteAsync(PhoneItemKind.Trunk, "st_1"));
        Assert.False(await store.DeleteAsync(PhoneItemKind.Trunk, "st_1"));
        Assert.Single(await store.AllAsync());
    }
}

public sealed class MemoryPhones : PhoneStoreContract
{
    private protected override Task<OpenStore> OpenAsync() => OpenStore.OpenAsync(StorageMode.Memory);
}

public sealed class SqlitePhones : PhoneStoreContract
{
    private protected override Task<OpenStore> OpenAsync() => OpenStore.OpenAsync(StorageMode.Sqlite);
}

public sealed class PostgresPhones(SharedPostgres postgres) : PhoneStoreContract
{
    private protected override async Task<OpenStore> OpenAsync() =>
        await OpenStore.OpenAsync(StorageMode.Postgres, await postgres.Cluster.CreateAsync());
}
