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
            return services.AddSingleton<IRoomStore>(new MemoryRoomStore());
        var database = new Database(settings);
        services.AddSingleton(database);
        services.AddDbContextFactory<StorageContext>(database.Configure);
        services.AddSingleton<StorageStart>();
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<StorageStart>());
        services.AddSingleton(provider => new GroupCommit(database, provider.GetRequiredService<ILogger<GroupCommit>>()));
        services.AddSingleton<IRoomStore, RoomStore>();
        services.AddSingleton<IHostedService, Pruning>();
        return services;
    }
}
