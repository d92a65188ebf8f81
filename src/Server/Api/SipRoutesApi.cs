using System.Text.Json;
using System.Text.Json.Nodes;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Phones;
using Sylk.Conference.SipBridge;

namespace Sylk.Conference.Server.Api;

internal sealed record SipRouteInput
{
    /// <summary>The lowest comes first; 100 when left out.</summary>
    public int? Order { get; init; }
    public SipRouteMatch? Match { get; init; }
    public SipRouteAction? Action { get; init; }
}

internal sealed record SipRouteMatch
{
    /// <summary>`in` or `out`.</summary>
    public CallDirection? Direction { get; init; }

    /// <summary>Who is called: a number such as `+3120*`, or a name; one star stands for anything.</summary>
    public string? ToPattern { get; init; }

    /// <summary>Who calls, in the same way; only of calls that come in.</summary>
    public string? FromPattern { get; init; }

    /// <summary>Only calls from this trunk's `allowedPeers`.</summary>
    public string? Trunk { get; init; }
}

internal sealed record SipRouteAction
{
    /// <summary>`room`, `ivr` and `reject` of calls that come in; `dial` and `reject` of calls that go out.</summary>
    public RouteAction? Type { get; init; }
    public string? Room { get; init; }

    /// <summary>What is dialled through.</summary>
    public string? Trunk { get; init; }

    /// <summary>What is dialled: `{number}` is the whole number, `{rest}` what the star stood for.</summary>
    public string? Rewrite { get; init; }

    /// <summary>Of a rejection: 400 to 699; 603 when left out.</summary>
    public int? Status { get; init; }
}

internal sealed record SipRouteOutput(string Id, int Order, SipRouteMatch Match, SipRouteAction Action);

/// <summary><c>/sip/routes</c>: the dial plan; the first route that matches counts.</summary>
internal sealed class SipRoutesApi(IPhoneStore store, RoomClock clock, IServiceProvider parts) : IApiResource
{
    private const int MostRoutes = 500;
    private const int UsualOrder = 100;

    private readonly PhoneDirectory? _directory = parts.GetService<PhoneDirectory>();

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Calls";
        routes.Get("/sip/routes", ListAsync, "listSipRoutes", "The dial plan, in its order.").Needs(Scopes.TrunksWrite).Paged().Gives<Page<SipRouteOutput>>();
        routes.Post("/sip/routes", CreateAsync, "createSipRoute", "Adds a route; in use at once on all nodes.")
            .Needs(Scopes.TrunksWrite)
            .Takes<SipRouteInput>("""{ "order": 10, "match": { "direction": "in", "toPattern": "+31208005*" }, "action": { "type": "room", "room": "standup" } }""")
            .Gives<SipRouteOutput>(StatusCodes.Status201Created);
        routes.Get("/sip/routes/{route}", ReadAsync, "getSipRoute", "Reads a route.").Needs(Scopes.TrunksWrite).Tagged().Gives<SipRouteOutput>();
        routes.Patch("/sip/routes/{route}", PatchAsync, "updateSipRoute", "Changes a route.")
            .Needs(Scopes.TrunksWrite).Tagged().TakesPatch<SipRouteInput>("""{ "order": 20 }""").Gives<SipRouteOutput>();
        routes.Delete("/sip/routes/{route}", DeleteAsync, "deleteSipRoute", "Takes a route away.").Needs(Scopes.TrunksWrite).Tagged();
    }

    private Task<ApiReply> ListAsync(HttpContext context)
    {
        if (!PageRequest.TryRead(context, out var page, out var refused))
            return Task.FromResult(refused!);
        var cut = page.Cut(_directory?.StoredRoutes ?? [], route => $"{route.Order:D10}{route.Route.Id}");
        return Task.FromResult(PageRequest.Reply(context, cut, Show));
    }

    private async Task<ApiReply> CreateAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<SipRouteInput>(context);
        if (input is null)
            return refused!;
        if (Check(input) is { Any: true } flaws)
            return ApiReply.Invalid(flaws);
        if (_directory is null)
            return ApiReply.No(ErrorCodes.CapabilityMissing, "This server has no phones (Sip:Enabled).");
        if (_directory.StoredRoutes.Length >= MostRoutes)
            return ApiReply.No(ErrorCodes.ValidationFailed, $"There are {MostRoutes} routes already.");
        var made = Of(input, Ids.New(StoredRoute.Prefix, clock.Now), 1);
        await store.SaveAsync(made.Write(), 0, context.RequestAborted);
        await _directory.ChangedAsync();
        return ApiReply.Created($"{ApiRoutes.Base}/sip/routes/{made.Route.Id}", Show(made), EntityTags.Of(made.Revision));
    }

    private Task<ApiReply> ReadAsync(HttpContext context) => Task.FromResult(
        Find(context) is { } found ? ApiReply.Ok(Show(found), EntityTags.Of(found.Revision)) : NoSuchRoute());

    private async Task<ApiReply> PatchAsync(HttpContext context)
    {
        var (patch, refused) = await ApiBody.ReadPatchAsync(context);
        if (patch is null)
            return refused!;
        if (Find(context) is not { } found)
            return NoSuchRoute();
        if (EntityTags.Check(context, EntityTags.Of(found.Revision)) is { } stale)
            return stale;
        var shown = Show(found);
        var known = (JsonObject)JsonSerializer.SerializeToNode(new SipRouteInput { Order = shown.Order, Match = shown.Match, Action = shown.Action }, Wire.Json)!;
        var (input, wrong) = ApiBody.Bind<SipRouteInput>(JsonSerializer.SerializeToElement(MergePatch.Apply(known, patch)));
        if (input is null)
            return wrong!;
        if (Check(input) is { Any: true } flaws)
            return ApiReply.Invalid(flaws);
        var changed = Of(input, found.Route.Id, found.Revision + 1);
        if (!await store.SaveAsync(changed.Write(), found.Revision, context.RequestAborted))
            return ApiReply.No(ErrorCodes.EtagMismatch, "Somebody else changed it just now; read it again.");
        await _directory!.ChangedAsync();
        return ApiReply.Ok(Show(changed), EntityTags.Of(changed.Revision));
    }

    private async Task<ApiReply> DeleteAsync(HttpContext context)
    {
        if (Find(context) is not { } found)
            return NoSuchRoute();
        if (EntityTags.Check(context, EntityTags.Of(found.Revision)) is { } stale)
            return stale;
        await store.DeleteAsync(PhoneItemKind.Route, found.Route.Id, context.RequestAborted);
        await _directory!.ChangedAsync();
        return ApiReply.Done;
    }

    private static Flaws Check(SipRouteInput input)
    {
        var flaws = new Flaws();
        var (match, action) = (input.Match ?? new(), input.Action ?? new());
        flaws.Unless(input.Order is null or >= 0 and <= 1_000_000, "order", "must be 0 to 1000000.");
        flaws.Unless(match.Direction is not null, "match.direction", "must be in or out.");
        flaws.Unless(match.ToPattern is null || RoutePattern.IsOne(match.ToPattern), "match.toPattern", "must have 1 to 64 characters and at most one star.");
        flaws.Unless(match.FromPattern is null || RoutePattern.IsOne(match.FromPattern), "match.fromPattern", "must have 1 to 64 characters and at most one star.");
        flaws.Unless(match.Trunk is null || PlainText.Fits(match.Trunk, 64), "match.trunk", "must be the name of a trunk.");
        var fits = match.Direction == CallDirection.Out ? action.Type is RouteAction.Dial or RouteAction.Reject : action.Type is RouteAction.Room or RouteAction.Ivr or RouteAction.Reject;
        flaws.Unless(fits, "action.type", match.Direction == CallDirection.Out ? "must be dial or reject." : "must be room, ivr or reject.");
        flaws.Unless(action.Type != RouteAction.Room || RoomName.TryNormalize(action.Room, out _), "action.room", "must be the name of a room.");
        flaws.Unless(action.Type != RouteAction.Dial || PlainText.Fits(action.Trunk, 64), "action.trunk", "must be the name of a trunk.");
        flaws.Unless(action.Rewrite is null or "" || PlainText.Fits(action.Rewrite, 64), "action.rewrite", "must have at most 64 characters.");
        flaws.Unless(action.Status is null or >= 400 and <= 699, "action.status", "must be 400 to 699.");
        return flaws;
    }

    private static StoredRoute Of(SipRouteInput input, string id, long revision)
    {
        var (match, action) = (input.Match!, input.Action!);
        var route = new PhoneRoute(id, match.Direction!.Value, action.Type!.Value)
        {
            ToPattern = match.ToPattern ?? "*",
            FromPattern = match.FromPattern ?? "*",
            FromTrunk = match.Trunk ?? "",
            Room = RoomName.TryNormalize(action.Room, out var room) ? room : "",
            DialTrunk = action.Trunk ?? "",
            Rewrite = action.Rewrite ?? "",
            Status = action.Status ?? 603,
        };
        return new(input.Order ?? UsualOrder, route, revision);
    }

    private static SipRouteOutput Show(StoredRoute stored)
    {
        var route = stored.Route;
        return new(
            route.Id, stored.Order,
            new() { Direction = route.Direction, ToPattern = route.ToPattern, FromPattern = route.FromPattern, Trunk = NullIfEmpty(route.FromTrunk) },
            new()
            {
                Type = route.Action,
                Room = NullIfEmpty(route.Room),
                Trunk = NullIfEmpty(route.DialTrunk),
                Rewrite = NullIfEmpty(route.Rewrite),
                Status = route.Action == RouteAction.Reject ? route.Status : null,
            });
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private StoredRoute? Find(HttpContext context)
    {
        var id = Links.RouteValue(context, "route");
        return (_directory?.StoredRoutes ?? []).FirstOrDefault(stored => stored.Route.Id == id);
    }

    private static ApiReply NoSuchRoute() => ApiReply.No(ErrorCodes.RoomNotFound, "There is no such route.");
}
