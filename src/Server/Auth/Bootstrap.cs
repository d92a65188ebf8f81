using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Auth;

/// <summary>
/// The one-time link to the first key. Each node of a cluster without keys prints one, any node takes any of them, and whichever is
/// used first makes the only key. Of a code only a fingerprint is kept.
/// </summary>
internal sealed class Bootstrap(KeyRing keys, SylkOptions options)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(1);

    /// <returns>The code for <c>/admin#bootstrap=…</c>, or null when there are keys already or it is switched off.</returns>
    public async ValueTask<string?> OfferAsync()
    {
        if (!options.Auth.BootstrapAdmin || !await keys.IsEmptyAsync())
            return null;
        var code = Ids.Secret();
        await keys.OfferFirstAsync(Ids.Fingerprint(code), Life);
        return code;
    }

    /// <returns>A key that may do everything, or null when the code is wrong, used or older than a day.</returns>
    public async ValueTask<NewKey?> RedeemAsync(string code) =>
        options.Auth.BootstrapAdmin ? await keys.TryCreateFirstAsync(Ids.Fingerprint(code)) : null;
}
