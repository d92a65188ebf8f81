using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace Sylk.Conference.Rooms;

/// <summary>
/// Rooms in this process: alone, an Orleans silo with membership in memory and no open port at all; or one silo among several
/// (<see cref="ClusterSilo"/>).
/// </summary>
public static class RoomsSilo
{
    internal const string ServiceId = "sylk-conference";

    /// <summary>
    /// Adds rooms to a host. The host must also register <see cref="RoomsSettings"/>, <see cref="RoomClock"/>
    /// and <see cref="Sfu.IMediaEngine"/> (built with the registered <see cref="MediaReports"/> as its listener).
    /// </summary>
    /// <param name="nodeId">Of this start, never used again.</param>
    /// <param name="cluster">Null for one node alone.</param>
    public static IHostApplicationBuilder AddRooms(this IHostApplicationBuilder builder, string nodeId, ClusterSettings? cluster = null)
    {
        builder.Services.AddSingleton(cluster ?? ClusterSettings.Alone);
        builder.Services.AddSingleton<NodeState>();
        builder.Services.AddSingleton(services => new NodeRegister(
            services.GetRequiredService<NodeState>(), services.GetRequiredService<LocalMediaNode>(), services.GetRequiredService<RoomFeedHub>(),
            services.GetService<ClusterNodes>()));
        builder.Services.AddSingleton<RoomFeedHub>();
        builder.Services.AddSingleton<MediaReports>();
        builder.Services.AddSingleton<RoomMetrics>();
        builder.Services.AddSingleton<RoomTools>();
        builder.Services.AddSingleton<IDirectPost>(services => new DirectPost(
            services.GetRequiredService<IGrainFactory>(), services.GetServices<IAddressDoor>));
        builder.Services.AddSingleton<IPresencePost>(services => new PresencePost(
            services.GetRequiredService<IGrainFactory>(), services.GetServices<IPresenceDoor>));
        if (cluster is null or { Mode: ClusterMode.Localhost })
            builder.AddLoneSilo(nodeId);
        else
            builder.AddClusterSilo(nodeId, cluster);
        builder.Services.AddSingleton(services => services.GetService<NodeLinks>() is { } links
            ? new LegRelay(services.GetRequiredService<ILegListener>(), links)
            : new LegRelay(services.GetRequiredService<ILegListener>()));
        if (cluster is null or { HostsRooms: true })
            builder.Services.AddHostedService<RoomsAwakening>();
        return builder;
    }

    private static void AddLoneSilo(this IHostApplicationBuilder builder, string nodeId)
    {
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(siloPort: 11111, gatewayPort: 0, serviceId: ServiceId, clusterId: nodeId);
            silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = TimeSpan.FromMinutes(5));
            CloseDoors(silo.Services);
        });
        builder.Services.AddSingleton<ISignalOutlet>(services => services.GetRequiredService<RoomFeedHub>());
        builder.Services.AddSingleton(services => new LocalMediaNode(nodeId, services.GetRequiredService<Sfu.IMediaEngine>()));
        builder.Services.AddSingleton<IMediaNodes, SingleMediaNode>();
    }

    /// <summary>One silo has nobody to talk to: replace every listener by one that hears nothing, so no port can clash or leak.</summary>
    private static void CloseDoors(IServiceCollection services)
    {
        var keys = services.Where(entry => entry.ServiceType == typeof(IConnectionListenerFactory) && entry.IsKeyedService)
            .Select(entry => entry.ServiceKey!).Distinct().ToList();
        foreach (var key in keys)
            services.Replace(ServiceDescriptor.KeyedSingleton<IConnectionListenerFactory, DeafListenerFactory>(key));
    }

    private sealed class DeafListenerFactory : IConnectionListenerFactory
    {
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
            new(new DeafListener(endpoint));
    }

    private sealed class DeafListener(EndPoint endpoint) : IConnectionListener
    {
        private readonly TaskCompletionSource<ConnectionContext?> _never = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public EndPoint EndPoint { get; } = endpoint;

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(_never.Task);

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _never.TrySetResult(null);
            return default;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
