using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Hosting;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Signalling;

namespace Sylk.Conference.Server.Accounts;

/// <summary>People in browsers who write to each other and to other addresses.</summary>
internal static class AccountsPart
{
    public const string Path = "/hubs/account";

    public static void AddAccounts(this IServiceCollection services, SylkOptions options)
    {
        if (!ClusterPart.Does(options, "web"))
            return;
        services.AddSingleton<GuestStore>();
        services.AddSingleton<GuestBook>();
        services.AddSingleton<AccountBooks>();
        services.AddSingleton<AccountPump>();
        services.AddSingleton<SignIns>();
        services.AddSingleton<AccountCalls>();
        services.AddSingleton<IAddressDoor, AccountDoor>();
        services.AddHostedService<AccountSweep>();
    }

    public static void MapAccountHub(this WebApplication app) => app.MapHub<AccountHub>(Path, HubSetup.Transport);
}

/// <summary>Takes out what was kept long enough (<c>Addresses:KeepMs</c>).</summary>
internal sealed class AccountSweep(SylkOptions options, IAddressStore store, RoomClock clock, ILogger<AccountSweep> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var pause = new PeriodicTimer(Pause, clock.Time);
        try
        {
            while (await pause.WaitForNextTickAsync(stoppingToken))
                await TryForgetAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task TryForgetAsync(CancellationToken stop)
    {
        try
        {
            await store.ForgetAsync(clock.Now.AddMilliseconds(-options.Addresses.KeepMs), stop);
        }
        catch (StoreUnavailableException problem)
        {
            log.BooksNotSwept(problem.Message); // the next time is another chance
        }
    }
}
