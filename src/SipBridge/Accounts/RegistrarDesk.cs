using System.Collections.Concurrent;
using System.Collections.Immutable;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// The registrar (RFC 3261 section 10.3, RFC 5626, rules SIP-REG-1 to 6): who has proved to be an account says where it is. What is bound
/// is kept in a grain for each address, so that a call from any node finds it.
/// </summary>
internal sealed class RegistrarDesk(FocusTools tools, AccountDesk accounts)
{
    private const int MostTries = 4;
    private const int MostRated = 10_000;
    private const int Burst = 6;
    private static readonly TimeSpan Each = TimeSpan.FromSeconds(2);
    private static readonly SipRegistrarSettings Rules = new();

    private readonly ConcurrentDictionary<int, Instant> _connections = new();
    private readonly Dictionary<string, Instant> _rates = new(StringComparer.Ordinal);

    /// <summary>A phone is registered over this connection: it is kept however long nothing is said (limit L12).</summary>
    public bool Holds(int connection) => _connections.TryGetValue(connection, out var until) && until > tools.Clock.Now;

    /// <summary>Called on the SIP loop.</summary>
    public void Take(Instant now, SipUserAgent agent, SipServerTransaction asked)
    {
        var request = asked.Request;
        if (accounts.ProvedBy(request) is not { } account)
            agent.Respond(now, asked, 403);
        else if (request.To is not { Uri: { IsSip: true, PlainUser: { } user } } to || !PhoneAccount.AddressOf(user, accounts.DomainOf(to.Uri.Host)).Equals(account.Address, StringComparison.Ordinal))
            agent.Respond(now, asked, 403); // somebody else's address
        else if (!TryTake(now, account.Address))
            agent.Respond(now, asked, asked.Answer(503).Add(SipHeader.RetryAfter, "2"));
        else
            _ = RegisterAsync(asked, account);
    }

    /// <summary>Where the phones of an account are, the most wanted and the newest first.</summary>
    public async Task<ImmutableArray<SipBinding>> FindAsync(string address)
    {
        var (now, today) = (tools.Clock.Now, tools.RoomClock.Now);
        var known = await Grain(address).Read().ConfigureAwait(false);
        return [.. known.Items.Select(item => BindingText.Read(item, now, today, tools.Nodes.LocalId)).OfType<SipBinding>()
            .OrderByDescending(binding => DialCauses.Weight(binding.Weight)).ThenByDescending(binding => binding.ExpiresAt.Nanoseconds)];
    }

    private async Task RegisterAsync(SipServerTransaction asked, PhoneAccount account)
    {
        SipRegistrationOutcome outcome;
        try
        {
            outcome = await DecideAsync(asked, account).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is OrleansException or TimeoutException)
        {
            outcome = new(503, SipReasons.Of(503), []) { Headers = [(SipHeader.RetryAfter, "5")] };
        }
        if (outcome.Status == 200)
        {
            Hold(outcome.Bindings);
            Log.PhoneRegistered(tools.Log, outcome.Bindings.Count, asked.Flow.Transport.Name());
        }
        await tools.Endpoint.AskAsync((now, agent) =>
        {
            agent.Respond(now, asked, asked.Answer(outcome.Status, outcome.Reason).AddAll(outcome.Headers));
            return true;
        }).ConfigureAwait(false);
    }

    /// <summary>Read, decided, replaced; anew when somebody else was faster.</summary>
    private async Task<SipRegistrationOutcome> DecideAsync(SipServerTransaction asked, PhoneAccount account)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var (now, today, node) = (tools.Clock.Now, tools.RoomClock.Now, tools.Nodes.LocalId);
            var known = await Grain(account.Address).Read().ConfigureAwait(false);
            ImmutableArray<SipBinding> bound = [.. known.Items.Select(item => BindingText.Read(item, now, today, node)).OfType<SipBinding>()];
            var outcome = SipRegistrar.Register(now, bound, asked.Request, asked.Flow, Rules);
            if (outcome.Status != 200 || !asked.Request.Has(SipHeader.Contact))
                return outcome;
            var written = outcome.Bindings.Select(binding => KeptAs(known, bound, binding) ?? BindingText.Write(binding, now, today, node));
            if (await Grain(account.Address).Replace(known with { Items = [.. written] }).ConfigureAwait(false))
                return outcome;
        }
        return new(500, SipReasons.Of(500), []) { Headers = [(SipHeader.RetryAfter, "1")] };
    }

    /// <summary>What this REGISTER did not touch stays as its own node wrote it.</summary>
    private static PhoneBinding? KeptAs(PhoneBindings known, ImmutableArray<SipBinding> bound, SipBinding binding) =>
        bound.Contains(binding) ? known.Items.FirstOrDefault(item => item.CallId == binding.CallId && item.Sequence == binding.Sequence && item.Contact == binding.Contact.ToString()) : null;

    private void Hold(IReadOnlyList<SipBinding> bindings)
    {
        var now = tools.Clock.Now;
        foreach (var (connection, until) in _connections)
        {
            if (until <= now)
                _connections.TryRemove(connection, out _);
        }
        foreach (var binding in bindings.Where(binding => binding.Flow.Connection != 0))
            _connections[binding.Flow.Connection] = binding.ExpiresAt;
    }

    /// <summary>Rule SIP-REG-3: one in two seconds for each address, after a few at once.</summary>
    private bool TryTake(Instant now, string address)
    {
        if (_rates.Count >= MostRated)
            _rates.Clear();
        var free = _rates.TryGetValue(address, out var at) && at > now ? at : now;
        if (free - now >= Each * Burst)
            return false;
        _rates[address] = free + Each;
        return true;
    }

    private IPhoneAddressGrain Grain(string address) => tools.Grains.GetGrain<IPhoneAddressGrain>(address);
}
