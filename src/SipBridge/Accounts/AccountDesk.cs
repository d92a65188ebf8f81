using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Sylk.Conference.Protocols;
using Sylk.Conference.Protocols.Sip;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// Who proves to be an account (RFC 3261 section 22, rules SIP-AU-1 to 5, attacks TS-07 and TS-10). Nothing is kept of who has not yet:
/// challenges are stateless. Used on the SIP loop, but for <see cref="ProvedBy"/>.
/// </summary>
internal sealed class AccountDesk(SipBridgeSettings settings, OwnNames names, IPhoneAccounts accounts, ILogger security)
{
    private const int MostRealms = 64;

    private readonly ConditionalWeakTable<SipMessage, PhoneAccount> _proved = [];
    private readonly Dictionary<string, SipChallenger> _challengers = new(StringComparer.Ordinal);
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly SipIds _ids = new(RandomNumberGenerator.GetBytes(32));
    private readonly GuessGuard _guard = new();

    /// <summary>There are accounts; a registrar answers.</summary>
    public bool IsOn => settings.Inbound is SipInbound.Accounts or SipInbound.Any;

    /// <summary>Who sent this; null when nobody asked them to prove it, or they are strangers.</summary>
    public PhoneAccount? ProvedBy(SipMessage request) => _proved.TryGetValue(request, out var account) ? account : null;

    /// <summary>Null: may go on.</summary>
    public SipFault? Judge(Instant now, SipMessage request, SipFlow flow)
    {
        if (!IsOn || !MustProve(request, flow))
            return null;
        var domain = DomainOf(request);
        var challenger = ChallengerOf(domain);
        var pair = $"{flow.Remote.ToIPAddress()} {UserIn(request)}";
        if (_guard.LeftFor(now, pair) is { Ticks: > 0 } left)
            return new SipFault(503, "Too Many Wrong Passwords") { Headers = [(SipHeader.RetryAfter, Math.Ceiling(left.TotalSeconds).ToString(CultureInfo.InvariantCulture))] };
        var verdict = challenger.Verify(now, request, (user, algorithm) => accounts.Find(user, domain)?.SecretOf(algorithm), out var name);
        switch (verdict)
        {
            case SipDigestVerdict.Accepted when accounts.Find(name, domain) is { } account:
                _guard.Right(pair);
                _proved.AddOrUpdate(request, account);
                return null;
            case SipDigestVerdict.Wrong:
                _guard.Wrong(now, pair);
                Log.AuthFailed(security, flow.Remote.ToIPAddress().ToString(), "sip");
                break;
        }
        return challenger.Challenge(now, verdict == SipDigestVerdict.Stale, OnlyFor(request));
    }

    /// <summary>The domain of ours in an address; for all others the one accounts have that name none.</summary>
    public string DomainOf(string? host) =>
        host is not null && settings.Domains.Contains(host, StringComparer.OrdinalIgnoreCase) ? host.ToLowerInvariant() : settings.Accounts.Domain;

    /// <summary>The account an address of ours belongs to; null when none does.</summary>
    public PhoneAccount? AccountAt(SipUri uri, SipFlow? flow = null) =>
        IsOn && uri is { IsSip: true, PlainUser: { Length: > 0 } user } && IsOurs(uri.Host, flow) ? accounts.Find(user, DomainOf(uri.Host)) : null;

    private bool IsOurs(string host, SipFlow? flow) =>
        names.IsOurName(host) || host.Equals(settings.Accounts.Domain, StringComparison.OrdinalIgnoreCase) || (flow is { } way && names.IsOurs(host, way));

    private bool MustProve(SipMessage request, SipFlow flow) => request.Method switch
    {
        SipMethod.Register => true,
        SipMethod.Options or SipMethod.Ack or SipMethod.Cancel => false,
        _ when settings.Trusts(flow) => false,
        _ when settings.Inbound == SipInbound.Accounts => true,
        _ => request.Has(SipHeader.Authorization) || (request.From is { } from && AccountAt(from.Uri, flow) is not null),
    };

    private string DomainOf(SipMessage request) =>
        DomainOf((request.Method == SipMethod.Register ? request.To : request.From)?.Uri.Host);

    private SipChallenger ChallengerOf(string domain)
    {
        if (!_challengers.TryGetValue(domain, out var challenger))
        {
            if (_challengers.Count >= MostRealms)
                _challengers.Clear();
            _challengers[domain] = challenger = new SipChallenger(domain, _key, _ids) { Algorithms = settings.Accounts.Algorithms };
        }
        return challenger;
    }

    private SipDigestAlgorithm? OnlyFor(SipMessage request) =>
        settings.Accounts.Algorithms.Contains(SipDigestAlgorithm.Md5) && request.First(SipHeader.UserAgent) is { } agent
        && settings.Accounts.Md5UserAgents.Any(start => agent.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            ? SipDigestAlgorithm.Md5
            : null;

    private static string UserIn(SipMessage request)
    {
        foreach (var value in request.All(SipHeader.Authorization))
        {
            if (SipDigestFields.TryParse(value, out var fields))
                return fields["username"] ?? "";
        }
        return "";
    }
}
