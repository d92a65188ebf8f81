using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Sylk.Conference.Rooms;

/// <summary>One silo among several: who is there is written down in PostgreSQL or Redis, and found out fast.</summary>
internal static class ClusterSilo
{
    private const string ClusterId = "sylk";

    public static void AddClusterSilo(this IHostApplicationBuilder builder, string nodeId, ClusterSettings cluster)
    {
        if (!ClusterSettings.IsPrivate(cluster.Address))
            throw new InvalidOperationException($"{cluster.Address} is a public address; links between nodes are not encrypted.");
        if (cluster.Mode == ClusterMode.AdoNet)
            builder.Services.AddHostedService<MembershipTables>();
        builder.UseOrleans(silo => Configure(silo, nodeId, cluster));
        AddNodes(builder.Services, nodeId);
    }

    private static void Configure(ISiloBuilder silo, string nodeId, ClusterSettings cluster)
    {
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (ClusterId, RoomsSilo.ServiceId));
        silo.Configure<SiloOptions>(options => options.SiloName = nodeId);
        silo.ConfigureEndpoints(cluster.Address, cluster.Port == 0 ? FreePort(cluster.Address) : cluster.Port, 0, listenOnAnyHostAddress: false);
        if (cluster.Mode == ClusterMode.Redis)
            silo.UseRedisClustering(cluster.Connection);
        else
            silo.UseAdoNetClustering(options => (options.Invariant, options.ConnectionString) = ("Npgsql", cluster.Connection));
        silo.Configure<ClusterMembershipOptions>(Hurry);
        silo.Configure<SiloMessagingOptions>(options => options.ResponseTimeout = TimeSpan.FromSeconds(10));
        silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(5));
        if (!cluster.HostsRooms)
            silo.Configure<GrainTypeOptions>(options => options.Classes.Remove(typeof(RoomGrain)));
        silo.AddGrainService<NodeService>();
        silo.AddOutgoingGrainCallFilter<PatientCalls>();
    }

    /// <summary>F-05: probes each second, dead after three. What <see cref="NodeWatch"/> knows for certain it says at once.</summary>
    private static void Hurry(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(1);
        options.NumMissedProbesLimit = 3;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(5);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
        options.DefunctSiloExpiration = TimeSpan.FromHours(1);
    }

    private static void AddNodes(IServiceCollection services, string nodeId)
    {
        services.AddSingleton(s => new NodeLinks(s, nodeId));
        services.AddSingleton(s => new SignalRelay(s.GetRequiredService<RoomFeedHub>(), s.GetRequiredService<NodeLinks>()));
        services.AddSingleton<ISignalOutlet>(s => s.GetRequiredService<SignalRelay>());
        services.AddSingleton(s => new LocalMediaNode(nodeId, s.GetRequiredService<Sfu.IMediaEngine>(), s.GetRequiredService<SignalRelay>()));
        services.AddSingleton<ClusterNodes>();
        services.AddSingleton<IMediaNodes>(s => s.GetRequiredService<ClusterNodes>());
        services.AddSingleton(s => new NodeDesk(
            s.GetRequiredService<LocalMediaNode>(), s.GetRequiredService<ClusterNodes>(), s.GetRequiredService<RoomFeedHub>(),
            s.GetRequiredService<NodeState>())
        {
            Calls = s.GetService<ILegListener>(),
            LegNews = s.GetService<ILegListener>() is null ? null : s.GetRequiredService<LegRelay>(),
        });
        services.AddSingleton(s => new NodeWatchTools(
            s.GetRequiredService<ClusterNodes>(), s.GetRequiredService<NodeLinks>(), s.GetRequiredService<IClusterMembershipService>(),
            s.GetRequiredService<ILocalSiloDetails>(), s.GetRequiredService<LocalMediaNode>())
        {
            Feeds = s.GetRequiredService<RoomFeedHub>(),
            Signals = s.GetRequiredService<SignalRelay>(),
            Grains = s.GetRequiredService<IGrainFactory>(),
            Clock = s.GetRequiredService<RoomClock>(),
            Register = s.GetRequiredService<NodeRegister>(),
            Rooms = s.GetRequiredService<RoomTools>(),
        });
        services.AddHostedService<NodeWatch>();
    }

    private static int FreePort(IPAddress address)
    {
        using var probe = new System.Net.Sockets.Socket(address.AddressFamily, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
