using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Auth;

/// <summary>
/// The issuers of <c>Auth:Issuers</c>. Their keys are read at start, every hour, and when an unknown key id turns up, which
/// strangers can cause, so that at most once a minute and issuer. Addresses come from the configuration only. An issuer that is
/// away is believed for a day by the keys it had: then it may have taken them back long ago.
/// </summary>
internal sealed class Issuers(SylkOptions options, PublicHost host, RoomClock clock, IHttpClientFactory clients, ILogger<Issuers> log) : BackgroundService
{
    public const string Client = "issuer keys";
    private const int LongestDocument = 256 * 1024;
    private const int MostKeys = 64;

    private static readonly TimeSpan Refresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestTrust = TimeSpan.FromDays(1);
    private const int ShortestRsa = 2048;

    private readonly FrozenDictionary<string, Issuer> _issuers = options.Auth.Issuers
        .ToFrozenDictionary(one => one.Issuer, one => new Issuer(one), StringComparer.Ordinal);

    public async ValueTask<TokenKey?> FindAsync(string issuer, string keyId, CancellationToken cancellation)
    {
        if (!_issuers.TryGetValue(issuer, out var known))
            return null;
        if (KeyOf(known, keyId) is not { } key)
            key = await ReadAsync(known, force: false, cancellation) ? KeyOf(known, keyId) : null;
        return key is null ? null : new([key.Key], key.Algorithm, issuer, known.Options.Audience is { Length: > 0 } own ? own : host.Name);
    }

    private PinnedKey? KeyOf(Issuer issuer, string id) =>
        clock.Now - issuer.GoodSince <= LongestTrust ? issuer.Keys.GetValueOrDefault(id) : null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_issuers.Count == 0)
            return;
        using var timer = new PeriodicTimer(Refresh, clock.Time);
        do
            await Task.WhenAll(_issuers.Values.Select(issuer => ReadAsync(issuer, force: true, stoppingToken)));
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <returns>True when keys were read. Trouble leaves the keys there were.</returns>
    private async Task<bool> ReadAsync(Issuer issuer, bool force, CancellationToken cancellation)
    {
        await issuer.Reading.WaitAsync(cancellation);
        try
        {
            if (!force && clock.Now - issuer.ReadAt < ShortestPause)
                return false;
            issuer.ReadAt = clock.Now;
            using var http = clients.CreateClient(Client);
            http.MaxResponseContentBufferSize = LongestDocument;
            (issuer.Keys, issuer.GoodSince) = (Parse(await http.GetStringAsync(new Uri(issuer.Address), cancellation)), clock.Now);
            return true;
        }
        catch (Exception problem) when (problem is HttpRequestException or TaskCanceledException or ArgumentException or InvalidOperationException)
        {
            cancellation.ThrowIfCancellationRequested();
            log.IssuerKeysUnread(issuer.Options.Issuer, problem.GetType().Name);
            return false;
        }
        finally
        {
            issuer.Reading.Release();
        }
    }

    /// <summary>The algorithm of a key is fixed here: by the key's own words if we do it, else by its kind.</summary>
    private static FrozenDictionary<string, PinnedKey> Parse(string text)
    {
        var keys = new Dictionary<string, PinnedKey>(StringComparer.Ordinal);
        foreach (var key in new JsonWebKeySet(text).Keys.Take(MostKeys))
        {
            var algorithm = (key.Kty, key.Crv) switch
            {
                ("RSA", _) when key.KeySize >= ShortestRsa => SecurityAlgorithms.RsaSha256,
                ("EC", "P-256") => SecurityAlgorithms.EcdsaSha256,
                _ => null,
            };
            if (algorithm is null || string.IsNullOrEmpty(key.Kid) || key.Use is not (null or "" or "sig"))
                continue;
            if (string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm)
                keys[key.Kid] = new(key, algorithm);
        }
        return keys.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private sealed record PinnedKey(SecurityKey Key, string Algorithm);

    private sealed class Issuer(IssuerOptions options)
    {
        public IssuerOptions Options { get; } = options;
        public string Address { get; } = options.Jwks is { Length: > 0 } set ? set : $"{options.Issuer.TrimEnd('/')}/.well-known/jwks.json";
        public SemaphoreSlim Reading { get; } = new(1);
        public DateTimeOffset ReadAt { get; set; } = DateTimeOffset.MinValue;

        /// <summary>When the keys were last read with success.</summary>
        public DateTimeOffset GoodSince { get; set; } = DateTimeOffset.MinValue;
        public FrozenDictionary<string, PinnedKey> Keys { get; set; } = FrozenDictionary<string, PinnedKey>.Empty;
    }
}
