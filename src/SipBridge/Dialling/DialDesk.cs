using System.Collections.Immutable;
using System.Globalization;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>What all outgoing calls share: who may be called, where that leads, and how an INVITE of ours looks (section 5.3).</summary>
internal sealed class DialDesk(DialSettings settings, NextHops places, OwnNames names, SipBridgeSettings door)
{
    /// <summary>Names where we have been (rule SIP-LOOP-2): <c>TOKEN;n=1</c>.</summary>
    public const string HopHeader = "X-Sylk-Hop";

    /// <summary>Other servers of our kind that a call may have gone through.</summary>
    private const uint MostHops = 5;

    private readonly Dictionary<string, SipCredentials> _credentials = new(StringComparer.OrdinalIgnoreCase);

    public DialSettings Settings => settings;

    private DialPolicy Policy { get; } = new(settings);

    /// <summary>Accounts of ours by their address; others are the policy's.</summary>
    public Func<SipUri, PhoneAccount?> AccountAt { get; set; } = _ => null;

    /// <summary>Where the phones of an account are.</summary>
    public Func<string, Task<ImmutableArray<SipBinding>>> BindingsOf { get; set; } = _ => Task.FromResult<ImmutableArray<SipBinding>>([]);

    /// <summary>Who may be called: our own accounts, and whom the policy lists.</summary>
    public DialVerdict Judge(string? address, string? trunk = null)
    {
        if (settings.Enabled && trunk is null && address is { Length: <= 256 } && AccountIn(address) is { } account)
            return new(new DialTarget(SipUri.Create(account.User, account.Domain), null, account.Address) { Account = account.Address }, null);
        return Policy.Judge(address, trunk);
    }

    private PhoneAccount? AccountIn(string address)
    {
        var text = address.StartsWith("sip:", StringComparison.OrdinalIgnoreCase) ? address : "sip:" + address;
        return address.Contains('@', StringComparison.Ordinal) && SipUri.TryParse(text, out var uri) && uri.Headers is null ? AccountAt(uri) : null;
    }

    /// <summary>The places where somebody may be, in the order they are tried.</summary>
    public async Task<IReadOnlyList<DialStop>> FindStopsAsync(DialTarget target)
    {
        if (target.Account is null)
        {
            var hops = await FindHopsAsync(target.NextHop).ConfigureAwait(false);
            return [.. hops.Select(hop => new DialStop(target, hop, new SipFlow(hop.Transport, hop.Address), []))];
        }
        var bindings = await BindingsOf(target.Account).ConfigureAwait(false);
        return [.. bindings.Select(binding => new DialStop(
            target with { Uri = binding.Contact.Uri }, new SipHop(binding.Flow.Transport, binding.Flow.Remote, binding.Contact.Uri.Host), binding.Flow, binding.Path))];
    }

    public TrunkStates Trunks { get; } = new();

    /// <summary>Told which name the certificate of an address must be good for.</summary>
    public Action<SipHop> Expect { get; set; } = _ => { };

    /// <summary>Places to try, in order; none that we may not send to (attack TS-15).</summary>
    public async Task<IReadOnlyList<SipHop>> FindHopsAsync(SipUri uri)
    {
        SipTransport[] ours = [SipTransport.Tls, .. new[] { SipTransport.Tcp, SipTransport.Udp }.Where(names.Ports.ContainsKey)];
        var found = await places.FindAsync(settings.OutboundProxy ?? uri, ours).ConfigureAwait(false);
        return [.. found.Where(hop => door.Networks.Allows(hop.Address))];
    }

    /// <summary>Our INVITE to that place. Called on the SIP loop.</summary>
    public SipCallTarget Place(SipUserAgent agent, DialOrder order, DialPlace place)
    {
        var flow = place.Stop.Flow;
        if (flow.Connection == 0)
            Expect(place.Stop.Hop);
        var from = FromOf(order.Room, place, flow);
        var target = new SipCallTarget(
            place.Target.Uri, from, SipNameAddress.Create(CalledAt(place.Target)), names.FocusTowards(flow), flow)
        {
            Instead = place.Instead,
            Headers = [.. HeadersOf(order, place, from)],
            Credentials = place.Target.Trunk is { User.Length: > 0 } trunk ? CredentialsOf(agent, trunk) : Nobody(agent),
        };
        return target;
    }

    /// <summary>Of To: an account is called by its address wherever it is.</summary>
    public static SipUri CalledAt(DialTarget target) => target.Account is { } account && SipUri.TryParse("sip:" + account, out var known) ? known : target.Uri;

    /// <summary>One object for each trunk, so that the counts of its nonces go up; used on the SIP loop only.</summary>
    public SipCredentials CredentialsOf(SipUserAgent agent, SipTrunk trunk)
    {
        var key = TrunkKeeper.SignatureOf(trunk); // a changed password begins anew
        if (!_credentials.TryGetValue(key, out var known))
            _credentials[key] = known = new SipCredentials(trunk.RealmOrHost, trunk.User, trunk.Password, agent.Stack.Ids);
        return known;
    }

    /// <summary>True: this INVITE has come round to us, or goes round between others.</summary>
    public bool IsLoop(SipMessage invite) => IsLoop(invite, settings.HopToken);

    public static bool IsLoop(SipMessage request, string token)
    {
        foreach (var value in request.List(HopHeader))
        {
            var parts = value.Split(';', StringSplitOptions.TrimEntries);
            if (parts[0].Equals(token, StringComparison.OrdinalIgnoreCase))
                return true;
            var count = Array.Find(parts, part => part.StartsWith("n=", StringComparison.OrdinalIgnoreCase));
            if (count is not null && uint.TryParse(count.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var hops) && hops >= MostHops)
                return true;
        }
        return false;
    }

    private SipNameAddress FromOf(string room, DialPlace place, SipFlow flow)
    {
        if (place.Target.Trunk is { CallerId.Length: > 0 } trunk)
            return SipNameAddress.Create(SipUri.Create(trunk.CallerId, trunk.Uri.Host), place.Title);
        var host = door.Domains.IsDefaultOrEmpty ? names.HostTowards(flow) : door.Domains[0];
        return SipNameAddress.Create(SipUri.Create(room, host), place.Title);
    }

    private IEnumerable<(string, string)> HeadersOf(DialOrder order, DialPlace place, SipNameAddress from)
    {
        foreach (var route in place.Stop.Path)
            yield return (SipHeader.Route, route);
        yield return (HopHeader, $"{settings.HopToken};n=1");
        yield return (SipHeader.Subject, SipText.Encode($"Join {(place.Title.Length > 0 ? place.Title : order.Room)}"));
        if (place.Target.Trunk is { CallerId.Length: > 0 })
            yield return ("P-Asserted-Identity", $"<{from.Uri}>");
        if (order.ReferredBy is { } referrer)
            yield return (SipHeader.ReferredBy, referrer);
    }

    /// <summary>Knows no password: a challenge of strangers is never answered, whoever else's would fit.</summary>
    private static SipCredentials Nobody(SipUserAgent agent) => new("\0", "", "", agent.Stack.Ids);
}

/// <summary>One place where somebody may be.</summary>
/// <param name="Target">With the address they have there.</param>
/// <param name="Hop">Where it is sent.</param>
/// <param name="Flow">The way there.</param>
/// <param name="Path">Routes on it (RFC 3327).</param>
internal sealed record DialStop(DialTarget Target, SipHop Hop, SipFlow Flow, IReadOnlyList<string> Path);

/// <summary>One try of a call.</summary>
/// <param name="Title">Of the room, for their display.</param>
/// <param name="Instead">The try before, which was refused.</param>
internal sealed record DialPlace(DialStop Stop, string Title, SipCall? Instead)
{
    public DialTarget Target => Stop.Target;
}
