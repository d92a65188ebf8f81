using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Hosting;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Phones;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Api;

internal sealed record SipAccountInput
{
    /// <summary>What the phone registers and proves itself as: letters, digits, and `. - _ +`.</summary>
    public string? User { get; init; }

    /// <summary>8 to 128 characters; kept only as what digest needs, and never shown.</summary>
    public string? Password { get; init; }

    /// <summary>One of `Sip:Domains`; left out: the usual one.</summary>
    public string? Domain { get; init; }

    /// <summary>For the roster; left out: what the phone says.</summary>
    public string? DisplayName { get; init; }
}

/// <param name="Address">What others call.</param>
/// <param name="Configured">From `Sip:Accounts`: changed there, not here.</param>
/// <param name="Registrations">Where its phones are now.</param>
internal sealed record SipAccountOutput(
    string Id, string User, string Domain, string Address, string DisplayName, bool Configured, DateTimeOffset? CreatedAt,
    ImmutableArray<SipRegistrationOutput> Registrations);

internal sealed record SipRegistrationOutput(string Contact, string UserAgent, DateTimeOffset ExpiresAt, string Node);

/// <summary><c>/sip/accounts</c>: phones that may register.</summary>
internal sealed class SipAccountsApi(IPhoneStore store, SylkOptions options, RoomClock clock, IGrainFactory grains, IServiceProvider parts) : IApiResource
{
    private const int LeastPassword = 8;
    private const int LongestPassword = 128;
    private const int MostAccounts = 10_000;

    /// <summary>Null where this server has no phones.</summary>
    private readonly PhoneDirectory? _directory = parts.GetService<PhoneDirectory>();

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Calls";
        routes.Get("/sip/accounts", ListAsync, "listSipAccounts", "Lists the phones that may register, configured ones first.")
            .Needs(Scopes.TrunksWrite).Paged().Gives<Page<SipAccountOutput>>();
        routes.Post("/sip/accounts", CreateAsync, "createSipAccount", "Lets a phone register.")
            .Needs(Scopes.TrunksWrite).Takes<SipAccountInput>("""{ "user": "alice", "password": "correct-horse", "displayName": "Alice" }""")
            .Gives<SipAccountOutput>(StatusCodes.Status201Created);
        routes.Get("/sip/accounts/{account}", ReadAsync, "getSipAccount", "Reads an account, and where its phones are.").Needs(Scopes.TrunksWrite).Gives<SipAccountOutput>();
        routes.Patch("/sip/accounts/{account}", PatchAsync, "updateSipAccount", "Changes the password or the name.")
            .Needs(Scopes.TrunksWrite).Tagged().TakesPatch<SipAccountInput>("""{ "displayName": "Alice A." }""").Gives<SipAccountOutput>();
        routes.Delete("/sip/accounts/{account}", DeleteAsync, "deleteSipAccount", "Takes an account away; calls that are up go on.")
            .Needs(Scopes.TrunksWrite).Tagged();
    }

    private async Task<ApiReply> ListAsync(HttpContext context)
    {
        if (!PageRequest.TryRead(context, out var page, out var refused))
            return refused!;
        var cut = page.Cut((_directory?.Accounts ?? []).OrderBy(account => account.Id, StringComparer.Ordinal), account => account.Id);
        var shown = await Task.WhenAll(cut.Items.Select(ShowAsync));
        return PageRequest.Reply(context, new StoredPage<SipAccountOutput>([.. shown], cut.Next), account => account);
    }

    private async Task<ApiReply> CreateAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<SipAccountInput>(context);
        if (input is null)
            return refused!;
        if (Check(input, isNew: true) is { Any: true } flaws)
            return ApiReply.Invalid(flaws);
        if (_directory is null)
            return NoPhones();
        if (_directory.Accounts.Count() >= MostAccounts)
            return ApiReply.No(ErrorCodes.ValidationFailed, $"There are {MostAccounts} accounts already.");
        var domain = input.Domain?.ToLowerInvariant() ?? SipPart.RealmOf(options);
        if (_directory.Find(input.User!, domain) is not null)
            return ApiReply.No(ErrorCodes.IdentityInUse, "There is an account of this name.");
        var account = new StoredAccount(
            Ids.New(StoredAccount.Prefix, clock.Now), PhoneAccount.Of(input.User!, domain, input.DisplayName ?? "", input.Password!), clock.Now, 1);
        await store.SaveAsync(account.Write(), 0, context.RequestAborted);
        await _directory.ChangedAsync();
        return ApiReply.Created($"{ApiRoutes.Base}/sip/accounts/{account.Id}", await ShowAsync(account), EntityTags.Of(account.Revision));
    }

    private async Task<ApiReply> ReadAsync(HttpContext context) =>
        Find(context) is { } account ? ApiReply.Ok(await ShowAsync(account), EntityTags.Of(account.Revision)) : NoSuchAccount();

    private async Task<ApiReply> PatchAsync(HttpContext context)
    {
        var (patch, refused) = await ApiBody.ReadPatchAsync(context);
        if (patch is null)
            return refused!;
        if (Refuse(context, out var account) is { } wrong)
            return wrong;
        var was = account!.Account;
        var known = new JsonObject { ["user"] = was.User, ["domain"] = was.Domain, ["displayName"] = was.DisplayName };
        var (input, unbound) = ApiBody.Bind<SipAccountInput>(JsonSerializer.SerializeToElement(MergePatch.Apply(known, patch)));
        if (input is null)
            return unbound!;
        var flaws = Check(input, isNew: false);
        flaws.Unless(input.User == was.User, "user", "cannot be changed.");
        flaws.Unless(input.Domain is null || input.Domain.Equals(was.Domain, StringComparison.OrdinalIgnoreCase), "domain", "cannot be changed.");
        if (flaws.Any)
            return ApiReply.Invalid(flaws);
        var next = input.Password is { } password ? PhoneAccount.Of(was.User, was.Domain, "", password) : was;
        var changed = account with { Account = next with { DisplayName = input.DisplayName ?? "" }, Revision = account.Revision + 1 };
        if (!await store.SaveAsync(changed.Write(), account.Revision, context.RequestAborted))
            return ApiReply.No(ErrorCodes.EtagMismatch, "Somebody else changed it just now; read it again.");
        await _directory!.ChangedAsync();
        return ApiReply.Ok(await ShowAsync(changed), EntityTags.Of(changed.Revision));
    }

    private async Task<ApiReply> DeleteAsync(HttpContext context)
    {
        if (Refuse(context, out var account) is { } wrong)
            return wrong;
        await store.DeleteAsync(PhoneItemKind.Account, account!.Id, context.RequestAborted);
        await _directory!.ChangedAsync();
        return ApiReply.Done;
    }

    private ApiReply? Refuse(HttpContext context, out StoredAccount? account)
    {
        account = Find(context);
        if (account is null)
            return NoSuchAccount();
        return account.IsConfigured
            ? ApiReply.No(ErrorCodes.ValidationFailed, "This account is in the configuration (Sip:Accounts); change it there.")
            : EntityTags.Check(context, EntityTags.Of(account.Revision));
    }

    private Flaws Check(SipAccountInput input, bool isNew)
    {
        var flaws = new Flaws();
        flaws.Unless(SipRules.IsUser(input.User), "user", "must have 1 to 64 letters, digits, and . - _ +.");
        flaws.Unless(input.Password is { } password ? PlainText.Fits(password, LongestPassword) && password.Length >= LeastPassword : !isNew, "password", $"must have {LeastPassword} to {LongestPassword} characters.");
        flaws.Unless(input.DisplayName is null or "" || PlainText.Fits(input.DisplayName, 64), "displayName", "must have at most 64 characters.");
        var isOurs = input.Domain is null || input.Domain.Equals(SipPart.RealmOf(options), StringComparison.OrdinalIgnoreCase) || SipPart.DomainsOf(options).Contains(input.Domain, StringComparer.OrdinalIgnoreCase);
        flaws.Unless(isOurs, "domain", "must be one of Sip:Domains.");
        return flaws;
    }

    private StoredAccount? Find(HttpContext context)
    {
        var id = Links.RouteValue(context, "account");
        return _directory?.Accounts.FirstOrDefault(account => account.Id == id);
    }

    private async Task<SipAccountOutput> ShowAsync(StoredAccount stored)
    {
        var account = stored.Account;
        var bindings = await grains.GetGrain<IPhoneAddressGrain>(account.Address).Read();
        return new(
            stored.Id, account.User, account.Domain, account.Address, account.DisplayName, stored.IsConfigured, stored.CreatedAt,
            [.. bindings.Items.Select(binding => new SipRegistrationOutput(binding.Contact, binding.UserAgent, binding.ExpiresAt, binding.Node))]);
    }

    private static ApiReply NoSuchAccount() => ApiReply.No(ErrorCodes.RoomNotFound, "There is no such account.");

    private static ApiReply NoPhones() => ApiReply.No(ErrorCodes.CapabilityMissing, "This server has no phones (Sip:Enabled).");
}
