using System.Text.Json;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Phones;

/// <summary>An account as it is kept: no password, only its digests.</summary>
/// <param name="Id"><c>sa_…</c>; of configured ones made of the address.</param>
internal sealed record StoredAccount(string Id, PhoneAccount Account, DateTimeOffset? CreatedAt, long Revision)
{
    public const string Prefix = "sa_";

    public bool IsConfigured => CreatedAt is null;

    public static StoredAccount Of(AccountOptions options, string realm)
    {
        var domain = options.Domain.Length > 0 ? options.Domain.ToLowerInvariant() : realm;
        var account = PhoneAccount.Of(options.User, domain, options.DisplayName, options.Password);
        return new(Prefix + "config-" + Ids.Fingerprint(account.Address)[..16], account, null, 0);
    }

    /// <returns>Null when it is damaged.</returns>
    public static StoredAccount? Read(PhoneItem item)
    {
        try
        {
            return JsonSerializer.Deserialize<Shape>(item.Value, Wire.Json) is { User.Length: > 0, Domain.Length: > 0 } kept
                ? new(item.Id, new PhoneAccount(kept.User, kept.Domain, kept.DisplayName ?? "", kept.Md5 ?? "", kept.Sha256 ?? ""), kept.CreatedAt, item.Revision)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public PhoneItem Write() => new(
        PhoneItemKind.Account, Id,
        JsonSerializer.Serialize(new Shape(Account.User, Account.Domain, Account.DisplayName, Account.Md5, Account.Sha256, CreatedAt), Wire.Json), Revision);

    private sealed record Shape(string User, string Domain, string? DisplayName, string? Md5, string? Sha256, DateTimeOffset? CreatedAt);
}
