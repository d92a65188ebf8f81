using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Options;
using Sylk.Conference.Server.Webhooks;

namespace Sylk.Conference.Server.Api;

internal sealed record WebhookInput
{
    public string? Url { get; init; }
    public string? Description { get; init; }
    public string[]? Events { get; init; }

    /// <summary>Only of this room.</summary>
    public string? Room { get; init; }
    public bool? Enabled { get; init; }
}

internal sealed record WebhookOutput(
    string Id, string Url, string Description, ImmutableArray<string> Events, string? Room, bool Enabled, DateTimeOffset? FailingSince,
    DateTimeOffset CreatedAt)
{
    public static WebhookOutput Of(Webhook webhook) => new(
        webhook.Id, webhook.Url, webhook.Description, webhook.Events, webhook.Room, webhook.Enabled, webhook.FailingSince, webhook.CreatedAt);
}

/// <param name="Secret">Verifies deliveries; shown this once.</param>
internal sealed record WebhookSecretOutput(string Id, string Url, ImmutableArray<string> Events, string? Room, string Secret);

/// <summary><c>/webhooks</c></summary>
internal sealed class WebhooksApi(IWebhookStore store, SylkOptions options, RoomClock clock) : IApiResource
{
    private const int LongestDescription = 200;
    private const int MostEvents = 64;
    private const int MostWebhooks = 100;
    private static readonly TimeSpan BothSecrets = TimeSpan.FromHours(24);

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Webhooks";
        routes.Get("/webhooks", ListAsync, "listWebhooks", "Lists webhooks, without their secrets.")
            .Needs(Scopes.WebhooksWrite).Paged().Gives<Page<WebhookOutput>>();
        routes.Post("/webhooks", CreateAsync, "createWebhook", "Makes a webhook; its secret is shown this once.")
            .Needs(Scopes.WebhooksWrite).Takes<WebhookInput>("""{ "url": "https://hooks.example.com/sylk", "events": ["room.*", "participant.joined"] }""")
            .Gives<WebhookSecretOutput>(StatusCodes.Status201Created);
        routes.Get("/webhooks/{webhook}", ReadAsync, "getWebhook", "Reads a webhook.").Needs(Scopes.WebhooksWrite).Tagged().Gives<WebhookOutput>();
        routes.Patch("/webhooks/{webhook}", PatchAsync, "updateWebhook", "Changes a webhook; enabling it forgets its failures.")
            .Needs(Scopes.WebhooksWrite).Tagged().TakesPatch<WebhookInput>("""{ "enabled": true }""").Gives<WebhookOutput>();
        routes.Delete("/webhooks/{webhook}", DeleteAsync, "deleteWebhook", "Forgets a webhook and what is on its way to it.")
            .Needs(Scopes.WebhooksWrite).Tagged();
        routes.Post("/webhooks/{webhook}/rotate-secret", RotateAsync, "rotateWebhookSecret", "A new secret; for 24 hours both sign.")
            .Needs(Scopes.WebhooksWrite).Gives<WebhookSecretOutput>();
    }

    private async Task<ApiReply> ListAsync(HttpContext context) => PageRequest.TryRead(context, out var page, out var refused)
        ? PageRequest.Reply(context, await store.ListAsync(page.Cursor, page.Limit, context.RequestAborted), WebhookOutput.Of)
        : refused!;

    private async Task<ApiReply> CreateAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<WebhookInput>(context);
        if (input is null)
            return refused!;
        if (Check(input) is { Any: true } flaws)
            return ApiReply.Invalid(flaws);
        if ((await store.ListAsync(null, MostWebhooks, context.RequestAborted)).Items.Length >= MostWebhooks)
            return ApiReply.No(ErrorCodes.ValidationFailed, $"There are {MostWebhooks} webhooks already.");
        var now = clock.Now;
        var webhook = Apply(new Webhook { Id = Ids.New("wh_", now), Url = input.Url!, Secret = WebhookSecret.New(), CreatedAt = now }, input);
        await store.SaveAsync(webhook, 0, context.RequestAborted);
        return ApiReply.Created($"{ApiRoutes.Base}/webhooks/{webhook.Id}", WithSecret(webhook), EntityTags.Of(webhook.Revision));
    }

    private async Task<ApiReply> ReadAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } webhook)
            return NoSuchWebhook();
        var tag = EntityTags.Of(webhook.Revision);
        return EntityTags.IsKnown(context, tag) ? ApiReply.NotModified(tag) : ApiReply.Ok(WebhookOutput.Of(webhook), tag);
    }

    private async Task<ApiReply> PatchAsync(HttpContext context)
    {
        var (patch, refused) = await ApiBody.ReadPatchAsync(context);
        if (patch is null)
            return refused!;
        if (await FindAsync(context) is not { } webhook)
            return NoSuchWebhook();
        if (EntityTags.Check(context, EntityTags.Of(webhook.Revision)) is { } stale)
            return stale;
        var (input, wrong) = ApiBody.Bind<WebhookInput>(JsonSerializer.SerializeToElement(MergePatch.Apply(AsInput(webhook), patch)));
        if (input is null)
            return wrong!;
        if (Check(input) is { Any: true } flaws)
            return ApiReply.Invalid(flaws);
        var changed = Apply(webhook, input) with { Revision = webhook.Revision + 1, FailingSince = input.Enabled == true ? null : webhook.FailingSince };
        return await store.SaveAsync(changed, webhook.Revision, context.RequestAborted)
            ? ApiReply.Ok(WebhookOutput.Of(changed), EntityTags.Of(changed.Revision))
            : ApiReply.No(ErrorCodes.EtagMismatch, "Somebody else changed it just now; read it again.");
    }

    private async Task<ApiReply> DeleteAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } webhook)
            return NoSuchWebhook();
        if (EntityTags.Check(context, EntityTags.Of(webhook.Revision)) is { } stale)
            return stale;
        await store.DeleteAsync(webhook.Id, context.RequestAborted);
        return ApiReply.Done;
    }

    private async Task<ApiReply> RotateAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } webhook)
            return NoSuchWebhook();
        var changed = webhook with
        {
            Secret = WebhookSecret.New(),
            FormerSecret = webhook.Secret,
            FormerSecretUntil = clock.Now + BothSecrets,
            Revision = webhook.Revision + 1,
        };
        return await store.SaveAsync(changed, webhook.Revision, context.RequestAborted)
            ? ApiReply.Ok(WithSecret(changed))
            : ApiReply.No(ErrorCodes.EtagMismatch, "Somebody else changed it just now; try again.");
    }

    private Flaws Check(WebhookInput input)
    {
        var flaws = new Flaws();
        if (TargetGuard.Complain(input.Url ?? "", options.Webhooks.AllowPrivateNetworks) is { } complaint)
            flaws.Add("url", complaint + ".");
        flaws.Unless(input.Description is null or "" || PlainText.Fits(input.Description, LongestDescription), "description", $"must have at most {LongestDescription} characters.");
        flaws.Unless(input.Events is not { Length: > MostEvents }, "events", $"must be at most {MostEvents}.");
        foreach (var (type, index) in (input.Events ?? []).Select((type, index) => (type, index)).Take(MostEvents))
            flaws.Unless(type is not null && EventTypes.IsPattern(type), $"events[{index}]", "must be a documented type, or a family such as room.*.");
        flaws.Unless(input.Room is null || RoomName.TryNormalize(input.Room, out _), "room", "must be the name of a room.");
        return flaws;
    }

    private static Webhook Apply(Webhook webhook, WebhookInput input) => webhook with
    {
        Url = input.Url!,
        Description = input.Description ?? "",
        Events = [.. (input.Events ?? []).Distinct()],
        Room = input.Room?.ToLowerInvariant(),
        Enabled = input.Enabled ?? true,
    };

    private static JsonObject AsInput(Webhook webhook) => new()
    {
        ["url"] = webhook.Url,
        ["description"] = webhook.Description,
        ["events"] = new JsonArray([.. webhook.Events.Select(type => (JsonNode)type)]),
        ["room"] = webhook.Room,
        ["enabled"] = webhook.Enabled,
    };

    private Task<Webhook?> FindAsync(HttpContext context) => store.FindAsync(Links.RouteValue(context, "webhook"), context.RequestAborted);

    private static WebhookSecretOutput WithSecret(Webhook webhook) => new(webhook.Id, webhook.Url, webhook.Events, webhook.Room, webhook.Secret);

    private static ApiReply NoSuchWebhook() => ApiReply.No(ErrorCodes.RoomNotFound, "There is no such webhook.");
}
