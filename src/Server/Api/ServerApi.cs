using System.Collections.Immutable;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Auth;
using Sylk.Conference.Server.Ops;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Api;

/// <param name="Load">Share of this machine's processors in use by the server, 0 to 1.</param>
internal sealed record ServerOutput(
    string Version, string Node, string PublicHost, DateTimeOffset StartedAt, long UptimeMs, double Load, ServerLimitsOutput Limits);

internal sealed record ServerLimitsOutput(int MaxParticipants, int MaxBitrateBps, int RequestsPerSecond, int RequestsBurst, int MaxBodyBytes);

/// <param name="State"><c>active</c>, <c>draining</c> or <c>lost</c>.</param>
/// <param name="Rooms">Whose media it carries.</param>
/// <param name="Connections">Of people's signalling.</param>
internal sealed record NodeOutput(
    string Id, string State, bool IsThisOne, string Version, DateTimeOffset StartedAt, double Load, int Rooms, int Connections,
    ImmutableArray<string> Roles)
{
    public static NodeOutput Of(NodeFacts node, string self) => new(
        node.Id, node.Lost ? "lost" : node.Draining ? "draining" : "active", node.Id == self, node.Version, node.StartedAt, node.Busy, node.Rooms,
        node.Connections, node.Roles);
}

internal sealed record DrainInput
{
    /// <summary>How long to wait for what does not move; milliseconds, to a day.</summary>
    public int? TimeoutMs { get; init; }
    public string? Reason { get; init; }
}

/// <param name="Value">Stars for a secret.</param>
/// <param name="Origin">Where it comes from: built in, a file with its line, the environment, the command line.</param>
/// <param name="Live">True when a reload (SIGHUP) takes a new value over.</param>
internal sealed record SettingOutput(string Key, string Value, string Origin, bool Live);

/// <summary><c>/server</c>: what runs here and how it is set up.</summary>
internal sealed class ServerApi(StartupOptions startup, NodeRegister nodes, ServerLoad load) : IApiResource
{
    private const int LongestDrainMs = 86_400_000;
    private const int LongestReason = 200;

    private readonly SylkOptions _options = startup.Options;

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Server";
        routes.Get("/server", ReadAsync, "getServer", "Version, uptime, limits and load of the node that answers.")
            .Needs(Scopes.ServerRead).Gives<ServerOutput>();
        routes.Get("/server/nodes", NodesAsync, "listNodes", "The nodes of the cluster.")
            .Needs(Scopes.ServerRead).Paged().Gives<Page<NodeOutput>>();
        routes.Post("/server/nodes/{node}/drain", DrainAsync, "drainNode", "Gives a node's rooms and people to others; it takes no new ones.")
            .Needs(Scopes.ServerWrite).Takes<DrainInput>("""{ "timeoutMs": 60000, "reason": "update" }""", optional: true)
            .Nothing(StatusCodes.Status202Accepted);
        routes.Post("/server/nodes/{node}/undrain", UndrainAsync, "undrainNode", "A drained node takes rooms again.")
            .Needs(Scopes.ServerWrite).Nothing(StatusCodes.Status202Accepted);
        routes.Get("/server/config", ConfigAsync, "getServerConfig", "The settings in force, where each comes from; secrets masked.")
            .Needs(Scopes.ServerRead).Gives<ImmutableArray<SettingOutput>>();
    }

    private Task<ApiReply> ReadAsync(HttpContext context) => Task.FromResult(ApiReply.Ok(new ServerOutput(
        StartupOptions.Version, nodes.LocalId, Links.HostOf(context, _options), load.StartedAt, (long)load.Uptime.TotalMilliseconds,
        Math.Round(load.Read(), 3),
        new(_options.Rooms.MaxParticipants, _options.Media.MaxBitrateBps, _options.Limits.RequestsPerSecond, _options.Limits.RequestsBurst, 1024 * 1024))));

    private Task<ApiReply> NodesAsync(HttpContext context)
    {
        if (!PageRequest.TryRead(context, out var page, out var refused))
            return Task.FromResult(refused!);
        var all = nodes.All.Select(node => NodeOutput.Of(node, nodes.LocalId)).OrderBy(node => node.Id, StringComparer.Ordinal);
        return Task.FromResult(PageRequest.Reply(context, page.Cut(all, node => node.Id), node => node));
    }

    private async Task<ApiReply> DrainAsync(HttpContext context)
    {
        var (input, refused) = await ApiBody.ReadAsync<DrainInput>(context, optional: true);
        if (input is null)
            return refused!;
        if (input.TimeoutMs is < 0 or > LongestDrainMs)
            return ApiReply.Invalid("timeoutMs", $"must be 0 to {LongestDrainMs}.");
        if (input.Reason is not null && !PlainText.Fits(input.Reason, LongestReason))
            return ApiReply.Invalid("reason", $"must have 1 to {LongestReason} characters.");
        return await OrderAsync(context, new(Drain: true, input.TimeoutMs ?? _options.Server.DrainTimeoutMs, input.Reason ?? ""));
    }

    private Task<ApiReply> UndrainAsync(HttpContext context) => OrderAsync(context, new(Drain: false, 0, ""));

    private async Task<ApiReply> OrderAsync(HttpContext context, NodeOrder order) => await nodes.OrderAsync(Links.RouteValue(context, "node"), order)
        ? ApiReply.Accepted()
        : ApiReply.Invalid("node", "is no node of this cluster that answers.");

    private Task<ApiReply> ConfigAsync(HttpContext context) =>
        Task.FromResult(ApiReply.Ok(startup.Settings.Select(one => new SettingOutput(one.Key, one.Value, one.Origin, one.IsLive)).ToImmutableArray()));
}
