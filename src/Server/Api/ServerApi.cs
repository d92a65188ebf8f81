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

/// <param name="State"><c>active</c> or <c>draining</c>.</param>
internal sealed record NodeOutput(string Id, string State, bool IsThisOne, string Version, DateTimeOffset StartedAt, double Load);

/// <param name="Value">Stars for a secret.</param>
/// <param name="Origin">Where it comes from: built in, a file with its line, the environment, the command line.</param>
/// <param name="Live">True when a reload (SIGHUP) takes a new value over.</param>
internal sealed record SettingOutput(string Key, string Value, string Origin, bool Live);

/// <summary><c>/server</c>: what runs here and how it is set up.</summary>
internal sealed class ServerApi(StartupOptions startup, IMediaNodes nodes, ServerLoad load) : IApiResource
{
    private readonly SylkOptions _options = startup.Options;

    public void Map(ApiRoutes routes)
    {
        routes.Tag = "Server";
        routes.Get("/server", ReadAsync, "getServer", "Version, uptime, limits and load of the node that answers.")
            .Needs(Scopes.ServerRead).Gives<ServerOutput>();
        routes.Get("/server/nodes", NodesAsync, "listNodes", "The nodes of the cluster.")
            .Needs(Scopes.ServerRead).Paged().Gives<Page<NodeOutput>>();
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
        NodeOutput[] all = [new(nodes.LocalId, "active", true, StartupOptions.Version, load.StartedAt, Math.Round(load.Read(), 3))];
        return Task.FromResult(PageRequest.Reply(context, page.Cut(all, node => node.Id), node => node));
    }

    private Task<ApiReply> ConfigAsync(HttpContext context) =>
        Task.FromResult(ApiReply.Ok(startup.Settings.Select(one => new SettingOutput(one.Key, one.Value, one.Origin, one.IsLive)).ToImmutableArray()));
}
