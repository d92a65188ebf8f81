using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Hosting;
using Sylk.Conference.Server.Options;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Phones;

/// <summary>
/// What this node knows of accounts, trunks and routes: the configured ones and the stored ones, in memory because the SIP loop asks. Another
/// node's change is here within seconds.
/// </summary>
internal sealed class PhoneDirectory(SylkOptions options, IPhoneStore store, IGrainFactory grains, RoomClock clock, ILogger<PhoneDirectory> log)
    : BackgroundService, IPhoneAccounts
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private readonly ImmutableArray<StoredAccount> _configured = [.. options.Sip.Accounts.Select(account => StoredAccount.Of(account, SipPart.RealmOf(options)))];
    private volatile ImmutableDictionary<string, StoredAccount> _accounts = ImmutableDictionary<string, StoredAccount>.Empty;
    private volatile State _plan = new([], [], [], []);
    private string _seen = "";

    public ImmutableArray<StoredTrunk> StoredTrunks => _plan.StoredTrunks;

    public ImmutableArray<SipTrunk> Trunks => _plan.Trunks;

    /// <summary>In their order.</summary>
    public ImmutableArray<StoredRoute> StoredRoutes => _plan.StoredRoutes;

    public ImmutableArray<PhoneRoute> Routes => _plan.Routes;

    /// <summary>All of them by id; the configured ones first.</summary>
    public IEnumerable<StoredAccount> Accounts => _accounts.Values.OrderBy(account => account.IsConfigured ? 0 : 1).ThenBy(account => account.Id, StringComparer.Ordinal);

    public PhoneAccount? Find(string user, string domain) => _accounts.GetValueOrDefault(PhoneAccount.AddressOf(user, domain))?.Account;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        Take([]);
        await LookAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>Something was written: known here at once, to others soon.</summary>
    public async Task ChangedAsync()
    {
        await grains.GetGrain<IPhoneChangesGrain>(0).Changed();
        Take(await store.AllAsync());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, clock.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await LookAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // We stop.
        }
    }

    private async Task LookAsync(CancellationToken stop)
    {
        try
        {
            var current = await grains.GetGrain<IPhoneChangesGrain>(0).Current();
            if (current == _seen)
                return;
            Take(await store.AllAsync(stop));
            _seen = current;
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException or StoreUnavailableException)
        {
            log.PhonesNotRead(problem.Message); // what was known stays known
        }
    }

    private void Take(ImmutableArray<PhoneItem> items)
    {
        var accounts = ImmutableDictionary.CreateBuilder<string, StoredAccount>(StringComparer.Ordinal);
        var stored = items.Where(item => item.Kind == PhoneItemKind.Account).Select(StoredAccount.Read).OfType<StoredAccount>();
        foreach (var account in stored.Concat(_configured)) // the configuration has the last word
            accounts[account.Account.Address] = account;
        _accounts = accounts.ToImmutable();
        ImmutableArray<StoredTrunk> trunks = [.. items.Where(item => item.Kind == PhoneItemKind.Trunk).Select(StoredTrunk.Read).OfType<StoredTrunk>()];
        var routes = StoredRoute.Sorted(items.Where(item => item.Kind == PhoneItemKind.Route).Select(StoredRoute.Read).OfType<StoredRoute>());
        _plan = new(trunks, [.. trunks.Select(stored => stored.Trunk)], routes, [.. routes.Select(stored => stored.Route)]);
    }

    private sealed record State(
        ImmutableArray<StoredTrunk> StoredTrunks, ImmutableArray<SipTrunk> Trunks, ImmutableArray<StoredRoute> StoredRoutes, ImmutableArray<PhoneRoute> Routes);
}
