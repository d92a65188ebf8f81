using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.Storage;

/// <summary>Where everything is kept that outlives a process.</summary>
public static class StorageServices
{
    /// <summary>
    /// Adds the stores of the chosen mode, and with a database <c>IDbContextFactory&lt;StorageContext&gt;</c>. Call it before
    /// whatever uses them is added: hosted services start in order.
    /// </summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, StorageSettings settings)
    {
        if (settings.Mode == StorageMode.Memory)
            return services.AddMemoryStores();
        var database = new Database(settings);
        services.AddSingleton(database);
        services.AddDbContextFactory<StorageContext>(database.Configure);
        services.AddSingleton<StorageStart>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<StorageStart>());
        services.AddSingleton(provider => new GroupCommit(database, provider.GetRequiredService<ILogger<GroupCommit>>()));
        services.AddSingleton<IRoomStore, RoomStore>();
        services.AddSingleton(provider => new StoreAccess(
            provider.GetRequiredService<IDbContextFactory<StorageContext>>(), provider.GetRequiredService<GroupCommit>()));
        services.AddSingleton<WebhookStore>();
        services.AddSingleton<IWebhookStore>(provider => provider.GetRequiredService<WebhookStore>());
        services.AddSingleton<IEventLog>(provider => provider.GetRequiredService<WebhookStore>());
        services.AddSingleton<IUsedTokens, UsedTokens>();
        services.AddSingleton<IPhoneStore, PhoneStore>();
        services.AddSingleton<IAddressStore, AddressStore>();
        services.AddSingleton<IHostedService, Pruning>();
        return services;
    }

    private static IServiceCollection AddMemoryStores(this IServiceCollection services)
    {
        services.AddSingleton<MemoryWebhookStore>();
        services.AddSingleton<IWebhookStore>(provider => provider.GetRequiredService<MemoryWebhookStore>());
        services.AddSingleton<IEventLog>(provider => provider.GetRequiredService<MemoryWebhookStore>());
        services.AddSingleton<IRoomStore>(provider => new MemoryRoomStore(provider.GetRequiredService<MemoryWebhookStore>().Append));
        services.AddSingleton<IPhoneStore, MemoryPhoneStore>();
        services.AddSingleton<IAddressStore, MemoryAddressStore>();
        return services.AddSingleton<IUsedTokens, MemoryUsedTokens>();
    }
}
