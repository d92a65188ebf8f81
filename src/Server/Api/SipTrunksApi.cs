using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sylk.Conference.Protocols.Sip;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Phones;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Api;

internal sealed record SipTrunkInput
{
    /// <summary>As requests name it: letters, digits, `-` and `_`.</summary>
    public string? Name { get; init; }

    /// <summary>Where it is, such as `sip:operator.example;transport=tls`.</summary>
    public string? Uri { get; init; }

    /// <summary>Keeps a registration there.</summary>
    public bool? Register { get; init; }
    public SipTrunkAuth? Auth { get; init; }

    /// <summary>Networks its calls come from; they may say who calls.</summary>
    public string[]? AllowedPeers { get; init; }

    /// <summary>The number shown to those who are called; left out: the room.</summary>
    public string? CallerId { get; init; }

    /// <summary>`off`, `allow` or `require`; left out: as `Sip:MediaEncryption`.</summary>
    public LegEncryption? Encryption { get; init; }

    /// <summary>Between two questions whether it is there; 0: it is not asked; 30,000 when left out.</summary>
    public int? OptionsPingMs { get; init; }
}

internal sealed record SipTrunkAuth
{
    public string? User { get; init; }

    /// <summary>Never shown. Left out of a change it stays.</summary>
    public string? Password { get; init; }

    /// <summary>Whom the password is for; left out: the host of the address.</summary>
    public string? Realm { get; init; }
}

/// <param name="Configured">From `Sip:Trunks`: changed there, not here.</param>
/// <param name="Up">False: it left three questions unanswered.</param>
internal sealed record SipTrunkOutput(
    string Id, string Name, string Uri, bool Register, string User, bool PasswordSet, string Realm, ImmutableArray<string> AllowedPeers, string CallerId,
    LegEncryption? Encryption, int OptionsPingMs, bool Configured, bool Up);

/// <summary><c>/sip/trunks</c>: operators.</summary>
internal sealed class SipTrunksApi(IPhoneStore store, SipBridgeSettingsSource settings, RoomClock clock, IServiceProvider parts) : IApiResource
{
    private const int MostTrunks = 200;
    private const int MostPeers = 100;
    private const int LongestPing = 3_600_000;

    private readonly PhoneDirectory? _directory = parts.GetService<PhoneDirectory>();

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Calls";
        routes.Get("/sip/trunks", ListAsync, "listSipTrunks", "Lists operators, configured ones first.").Needs(Scopes.TrunksWrite).Paged().Gives<Page<SipTrunkOutput>>();
        routes.Post("/sip/trunks", CreateAsync, "createSipTrunk", "Adds an operator; in use at once on all nodes.")
            .Needs(Scopes.TrunksWrite).Takes<SipTrunkInput>("""{ "name": "backup", "uri": "sip:operator.example;transport=tls", "optionsPingMs": 0 }""")
            .Gives<SipTrunkOutput>(StatusCodes.Status201Created);
        routes.Get("/sip/trunks/{trunk}", ReadAsync, "getSipTrunk", "Reads an operator.").Needs(Scopes.TrunksWrite).Tagged().Gives<SipTrunkOutput>();
        routes.Patch("/sip/trunks/{trunk}", PatchAsync, "updateSipTrunk", "Changes an operator.")
            .Needs(Scopes.TrunksWrite).Tagged().TakesPatch<SipTrunkInput>("""{ "callerId": "+31208005161" }""").Gives<SipTrunkOutput>();
        routes.Delete("/sip/trunks/{trunk}", DeleteAsync, "deleteSipTrunk", "Takes an operator away; calls that are up go on.").Needs(Scopes.TrunksWrite).Tagged();
    }

    private Task<ApiReply> ListAsync(HttpContext context)
    {
        if (!PageRequest.TryRead(context, out var page, out var refused))
            return Task.FromResult(refused!);
        var configured = settings.Configured.Select(trunk => Show("st_config-" + trunk.Name, trunk, isConfigured: true));
        var all = configured.Concat((_directory?.StoredTrunks ?? []).Select(stored => Show(stored.Id, stored.Trunk, isConfigured: false)));
        return Task.FromResult(PageRequest.Reply(context, page.Cut(all.OrderBy(trunk => trunk.Id, StringComparer.Ordinal), trunk => trunk.Id), trunk => trunk));
    }

    private async Task<ApiReply> CreateAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<SipTrunkInput>(context);
        if (input is null)
            return refused!;
        if (Check(input) is { Any: true } flaws)
            return ApiReply.Invalid(flaws);
        if (_directory is null)
            return ApiReply.No(ErrorCodes.CapabilityMissing, "This server has no phones (Sip:Enabled).");
        if (IsTaken(input.Name!, null))
            return ApiReply.No(ErrorCodes.IdentityInUse, "There is a trunk of this name.");
        if (_directory.StoredTrunks.Length >= MostTrunks)
            return ApiReply.No(ErrorCodes.ValidationFailed, $"There are {MostTrunks} trunks already.");
        var made = new StoredTrunk(Ids.New(StoredTrunk.Prefix, clock.Now), Of(input, ""), 1);
        await store.SaveAsync(made.Write(), 0, context.RequestAborted);
        await _directory.ChangedAsync();
        return ApiReply.Created($"{ApiRoutes.Base}/sip/trunks/{made.Id}", Show(made.Id, made.Trunk, isConfigured: false), EntityTags.Of(made.Revision));
    }

    private Task<ApiReply> ReadAsync(HttpContext context) => Task.FromResult(
        Find(context) is { } found ? ApiReply.Ok(Show(found.Id, found.Trunk, isConfigured: false), EntityTags.Of(found.Revision)) : NoSuchTrunk());

    private async Task<ApiReply> PatchAsync(HttpContext context)
    {
        var (patch, refused) = await ApiBody.ReadPatchAsync(context);
        if (patch is null)
            return refused!;
        if (Find(context) is not { } found)
            return NoSuchTrunk();
        if (EntityTags.Check(context, EntityTags.Of(found.Revision)) is { } stale)
            return stale;
        var (input, wrong) = ApiBody.Bind<SipTrunkInput>(JsonSerializer.SerializeToElement(MergePatch.Apply(AsInput(found.Trunk), patch)));
        if (input is null)
            return wrong!;
        if (Check(input) is { Any: true } flaws)
            return ApiReply.Invalid(flaws);
        if (IsTaken(input.Name!, found.Id))
            return ApiReply.No(ErrorCodes.IdentityInUse, "There is a trunk of this name.");
        var changed = found with { Trunk = Of(input, found.Trunk.Password), Revision = found.Revision + 1 };
        if (!await store.SaveAsync(changed.Write(), found.Revision, context.RequestAborted))
            return ApiReply.No(ErrorCodes.EtagMismatch, "Somebody else changed it just now; read it again.");
        await _directory!.ChangedAsync();
        return ApiReply.Ok(Show(changed.Id, changed.Trunk, isConfigured: false), EntityTags.Of(changed.Revision));
    }

    private async Task<ApiReply> DeleteAsync(HttpContext context)
    {
        if (Find(context) is not { } found)
            return NoSuchTrunk();
        if (EntityTags.Check(context, EntityTags.Of(found.Revision)) is { } stale)
            return stale;
        await store.DeleteAsync(PhoneItemKind.Trunk, found.Id, context.RequestAborted);
        await _directory!.ChangedAsync();
        return ApiReply.Done;
    }

    private static Flaws Check(SipTrunkInput input)
    {
        var flaws = new Flaws();
        flaws.Unless(input.Name is { Length: > 0 and <= 64 } name && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'), "name", "must have 1 to 64 letters, digits, - and _.");
        flaws.Unless(input.Uri is { Length: <= 256 } uri && SipRules.IsPlace(uri), "uri", "must be an address such as sip:operator.example;transport=tls.");
        flaws.Unless(input.Auth?.User is null or "" || PlainText.Fits(input.Auth.User, 128), "auth.user", "must have at most 128 characters.");
        flaws.Unless(input.Auth?.Password is null or "" || PlainText.Fits(input.Auth.Password, 128), "auth.password", "must have at most 128 characters.");
        flaws.Unless(input.Auth?.Realm is null or "" || PlainText.Fits(input.Auth.Realm, 128), "auth.realm", "must have at most 128 characters.");
        flaws.Unless(input.Register != true || input.Auth?.User is { Length: > 0 }, "auth.user", "is needed to register.");
        flaws.Unless(input.AllowedPeers is not { Length: > MostPeers }, "allowedPeers", $"must be at most {MostPeers}.");
        foreach (var (peer, index) in (input.AllowedPeers ?? []).Take(MostPeers).Select((peer, index) => (peer, index)))
            flaws.Unless(IPNetwork.TryParse(peer, out _), $"allowedPeers[{index}]", "must be a network, such as 192.0.2.0/28.");
        flaws.Unless(input.CallerId is null or "" || (input.CallerId.Length <= 20 && input.CallerId.TrimStart('+').All(char.IsAsciiDigit)), "callerId", "must be a number.");
        flaws.Unless(input.OptionsPingMs is null or >= 0 and <= LongestPing, "optionsPingMs", $"must be 0 to {LongestPing}.");
        return flaws;
    }

    private static SipTrunk Of(SipTrunkInput input, string password) => new(input.Name!, SipUri.TryParse(input.Uri!, out var uri) ? uri : throw new InvalidOperationException(input.Uri))
    {
        Realm = input.Auth?.Realm ?? "",
        User = input.Auth?.User ?? "",
        Password = input.Auth?.Password ?? password,
        Register = input.Register ?? false,
        CallerId = input.CallerId ?? "",
        Encryption = input.Encryption,
        Qualify = TimeSpan.FromMilliseconds(input.OptionsPingMs ?? 30_000),
        Peers = [.. (input.AllowedPeers ?? []).Select(text => IPNetwork.Parse(text))],
    };

    private static JsonObject AsInput(SipTrunk trunk) => new()
    {
        ["name"] = trunk.Name,
        ["uri"] = trunk.Uri.ToString(),
        ["register"] = trunk.Register,
        ["auth"] = new JsonObject { ["user"] = trunk.User, ["realm"] = trunk.Realm },
        ["allowedPeers"] = new JsonArray([.. trunk.Peers.Select(network => (JsonNode)network.ToString())]),
        ["callerId"] = trunk.CallerId,
        ["encryption"] = trunk.Encryption is { } encryption ? JsonNamingPolicy.CamelCase.ConvertName(encryption.ToString()) : null,
        ["optionsPingMs"] = (int)trunk.Qualify.TotalMilliseconds,
    };

    private SipTrunkOutput Show(string id, SipTrunk trunk, bool isConfigured) => new(
        id, trunk.Name, trunk.Uri.ToString(), trunk.Register, trunk.User, trunk.Password.Length > 0, trunk.RealmOrHost,
        [.. trunk.Peers.Select(network => network.ToString())], trunk.CallerId, trunk.Encryption, (int)trunk.Qualify.TotalMilliseconds, isConfigured,
        parts.GetService<SipDoor>()?.IsTrunkUp(trunk.Name) ?? false);

    private bool IsTaken(string name, string? except) =>
        settings.Configured.Any(trunk => trunk.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        || (_directory?.StoredTrunks ?? []).Any(stored => stored.Id != except && stored.Trunk.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private StoredTrunk? Find(HttpContext context)
    {
        var id = Links.RouteValue(context, "trunk");
        return (_directory?.StoredTrunks ?? []).FirstOrDefault(stored => stored.Id == id);
    }

    private static ApiReply NoSuchTrunk() => ApiReply.No(ErrorCodes.RoomNotFound, "There is no such trunk here; configured ones are changed in the configuration.");
}

/// <summary>The trunks of the configuration.</summary>
internal sealed record SipBridgeSettingsSource(ImmutableArray<SipTrunk> Configured);
