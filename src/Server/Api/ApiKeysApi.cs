using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;

namespace Sylk.Conference.Server.Api;

internal sealed record ApiKeyInput
{
    public string? Name { get; init; }
    public string[]? Scopes { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
}

internal sealed record RotateInput
{
    /// <summary>How long the old secret stays good, in milliseconds.</summary>
    public long? GraceMs { get; init; }
}

/// <param name="Prefix">The start of the key, to recognize it by.</param>
internal record ApiKeyOutput(
    string Id, string Name, string Prefix, ImmutableArray<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt)
{
    public static ApiKeyOutput Of(ApiKey key) =>
        new(key.Id, key.Name, key.Prefix, key.Scopes, key.CreatedAt, key.ExpiresAt, key.LastUsedAt, key.RevokedAt);
}

/// <param name="Secret">The whole key; shown this once.</param>
/// <param name="SigningSecret">Base64url of the key for HS256 join tokens whose <c>kid</c> is <paramref name="Id"/>; shown this once.</param>
internal sealed record ApiKeySecretOutput(
    string Id, string Name, string Prefix, ImmutableArray<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt,
    string Secret, string SigningSecret)
{
    public static ApiKeySecretOutput Of(NewKey made)
    {
        var key = made.Key;
        return new(key.Id, key.Name, key.Prefix, key.Scopes, key.CreatedAt, key.ExpiresAt, made.Text, key.SigningSecret);
    }
}

/// <summary><c>/api-keys</c></summary>
internal sealed class ApiKeysApi(KeyRing keys, RoomClock clock) : IApiResource
{
    private const int LongestName = 100;
    private const long MostGraceMs = 7 * 86_400_000L;

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "API keys";
        routes.Get("/api-keys", ListAsync, "listApiKeys", "Lists keys, newest first, without their secrets.")
            .Needs(Scopes.ServerRead).Paged().Gives<Page<ApiKeyOutput>>();
        routes.Post("/api-keys", CreateAsync, "createApiKey", "Makes a key; its secrets are shown this once.")
            .Needs(Scopes.ServerWrite).Takes<ApiKeyInput>("""{ "name": "booking system", "scopes": ["rooms:read", "rooms:write"] }""")
            .Gives<ApiKeySecretOutput>(StatusCodes.Status201Created);
        routes.Get("/api-keys/{key}", ReadAsync, "getApiKey", "Reads a key, without its secrets.")
            .Needs(Scopes.ServerRead).Gives<ApiKeyOutput>().Tagged();
        routes.Post("/api-keys/{key}/rotate", RotateAsync, "rotateApiKey", "Gives a key new secrets; the old ones stay good for a while.")
            .Needs(Scopes.ServerWrite).Takes<RotateInput>("""{ "graceMs": 3600000 }""", optional: true).Gives<ApiKeySecretOutput>();
        routes.Delete("/api-keys/{key}", RevokeAsync, "revokeApiKey", "Takes a key back; it is refused from then on.").Needs(Scopes.ServerWrite).Tagged();
    }

    private async Task<ApiReply> ListAsync(HttpContext context) => PageRequest.TryRead(context, out var page, out var refused)
        ? PageRequest.Reply(context, await keys.ListAsync(page.Cursor, page.Limit), ApiKeyOutput.Of)
        : refused!;

    private async Task<ApiReply> CreateAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<ApiKeyInput>(context);
        if (input is null)
            return refused!;
        var flaws = Check(input, context);
        if (flaws.Any)
            return ApiReply.Invalid(flaws);
        var made = await keys.CreateAsync(input.Name!, [.. input.Scopes!.Distinct().Order(StringComparer.Ordinal)], input.ExpiresAt);
        return ApiReply.Created($"{ApiRoutes.Base}/api-keys/{made.Key.Id}", ApiKeySecretOutput.Of(made));
    }

    private async Task<ApiReply> ReadAsync(HttpContext context) =>
        await FindAsync(context) is { } key ? ApiReply.Single(context, ApiKeyOutput.Of(key)) : NoSuchKey();

    private async Task<ApiReply> RotateAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<RotateInput>(context, optional: true);
        if (input is null)
            return refused!;
        if (input.GraceMs is < 0 or > MostGraceMs)
            return ApiReply.Invalid("graceMs", $"must be 0 to {MostGraceMs}.");
        if (await FindAsync(context) is not { } key || !key.IsGood(clock.Now))
            return NoSuchKey();
        return !MayHandle(context, key.Scopes)
            ? ApiReply.No(ErrorCodes.CapabilityMissing, "A key can make only keys that may do no more than itself.")
            : ApiReply.Ok(ApiKeySecretOutput.Of(await keys.RotateAsync(key, TimeSpan.FromMilliseconds(input.GraceMs ?? 0))));
    }

    private async Task<ApiReply> RevokeAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } key)
            return NoSuchKey();
        if (EntityTags.Check(context, EntityTags.OfBody(ApiKeyOutput.Of(key))) is { } stale)
            return stale;
        await keys.RevokeAsync(key);
        return ApiReply.Done;
    }

    private Flaws Check(ApiKeyInput input, HttpContext context)
    {
        var flaws = new Flaws();
        flaws.Unless(PlainText.Fits(input.Name, LongestName), "name", $"must have 1 to {LongestName} characters.");
        flaws.Unless(input.Scopes is { Length: > 0 }, "scopes", "must name at least one scope.");
        foreach (var (scope, index) in (input.Scopes ?? []).Select((scope, index) => (scope, index)).Take(Scopes.All.Count + 1))
        {
            if (scope is null || !Scopes.All.Contains(scope))
                flaws.Add($"scopes[{index}]", $"must be one of {string.Join(", ", Scopes.All.Order(StringComparer.Ordinal))}.");
            else if (!MayHandle(context, [scope]))
                flaws.Add($"scopes[{index}]", "is more than the calling key may do itself.");
        }
        flaws.Unless(input.ExpiresAt is null || input.ExpiresAt > clock.Now, "expiresAt", "must be in the future.");
        return flaws;
    }

    /// <summary>No key can make one mightier than itself.</summary>
    private static bool MayHandle(HttpContext context, ImmutableArray<string> scopes) => scopes.All(scope => Caller.MayUse(context.User, scope));

    private ValueTask<ApiKey?> FindAsync(HttpContext context) => keys.ReadAsync((string?)context.Request.RouteValues["key"] ?? "");

    private static ApiReply NoSuchKey() => ApiReply.No(ErrorCodes.RoomNotFound, "There is no such key.");
}
