using System.Security.Cryptography;
using System.Text;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Auth;

/// <summary>The first start's one-time link. It makes the first key and is then worth nothing; nothing of it is stored.</summary>
internal sealed class Bootstrap(KeyRing keys, SylkOptions options)
{
    private string? _fingerprint;

    /// <returns>The code for <c>/admin#bootstrap=…</c>, or null when there are keys already or it is switched off.</returns>
    public async ValueTask<string?> OfferAsync()
    {
        if (!options.Auth.BootstrapAdmin || !await keys.IsEmptyAsync())
            return null;
        var code = Ids.Secret();
        _fingerprint = Ids.Fingerprint(code);
        return code;
    }

    /// <returns>A key that may do everything, or null when the code is wrong or used.</returns>
    public async ValueTask<NewKey?> RedeemAsync(string code)
    {
        var expected = Volatile.Read(ref _fingerprint);
        var right = CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(expected ?? Ids.Fingerprint("")), Encoding.ASCII.GetBytes(Ids.Fingerprint(code)));
        if (expected is null || !right || Interlocked.CompareExchange(ref _fingerprint, null, expected) != expected)
            return null;
        return await keys.IsEmptyAsync() ? await keys.CreateAsync("first key", [.. Scopes.All.Order(StringComparer.Ordinal)], null) : null;
    }
}
