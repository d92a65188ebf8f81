using System.Collections.Immutable;
using System.Net;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Ops;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Hosting;

/// <summary>What this process does in a cluster, as its settings say (product §15 <c>Server:Roles</c>, <c>Cluster</c>).</summary>
internal static class ClusterPart
{
    private static readonly ImmutableArray<string> Everything = ["web", "rooms", "media"];

    /// <summary>True when this process does that; without roles it does everything.</summary>
    public static bool Does(SylkOptions options, string role) =>
        options.Server.Roles.Length == 0 || options.Server.Roles.Contains(role, StringComparer.OrdinalIgnoreCase);

    /// <returns>Null for one node alone.</returns>
    public static ClusterSettings? Of(SylkOptions options)
    {
        var mode = options.Cluster.Mode.ToUpperInvariant() switch
        {
            "ADONET" => ClusterMode.AdoNet,
            "REDIS" => ClusterMode.Redis,
            _ => ClusterMode.Localhost,
        };
        return mode == ClusterMode.Localhost
            ? null
            : new(mode, ConnectionOf(options), IPAddress.Parse(options.Cluster.Address), options.Cluster.Port, Does(options, "rooms"), Does(options, "media"));
    }

    /// <summary>What other nodes and operators are told of this one, and who carries out their orders.</summary>
    public static void Introduce(IServiceProvider services, SylkOptions options)
    {
        var (node, load) = (services.GetRequiredService<NodeState>(), services.GetRequiredService<ServerLoad>());
        (node.Version, node.StartedAt, node.Busy) = (StartupOptions.Version, load.StartedAt, () => Math.Round(load.Read(), 3));
        node.Roles = options.Server.Roles.Length == 0 ? Everything : [.. options.Server.Roles.Select(role => role.ToLowerInvariant())];
        node.Ordered += services.GetRequiredService<Drain>().Obey;
    }

    /// <summary>Its own, or in PostgreSQL that of the storage.</summary>
    public static string ConnectionOf(SylkOptions options) => options switch
    {
        { Cluster.Connection: { Length: > 0 } own } => own,
        { Cluster.Mode: "adonet", Storage: { Mode: "postgres", Connection: var shared } } => shared,
        _ => "",
    };
}
