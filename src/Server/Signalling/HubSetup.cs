using Microsoft.AspNetCore.Http.Connections;

namespace Sylk.Conference.Server.Signalling;

/// <summary>The hub's settings (product §7).</summary>
internal static class HubSetup
{
    public const string Path = "/hubs/room";
    private const int MaxMessage = 256 * 1024;
    private const int ReplayBuffer = 1024 * 1024;

    public static void AddRoomHub(this IServiceCollection services)
    {
        services.AddSignalR(options =>
        {
            options.MaximumReceiveMessageSize = MaxMessage;
            options.StatefulReconnectBufferSize = ReplayBuffer;
            options.KeepAliveInterval = TimeSpan.FromSeconds(10);
            options.ClientTimeoutInterval = TimeSpan.FromSeconds(25);
            options.MaximumParallelInvocationsPerClient = 1;
            options.EnableDetailedErrors = false;
            options.DisableImplicitFromServicesParameters = true;
        }).AddJsonProtocol(json =>
        {
            Wire.Shape(json.PayloadSerializerOptions);
            json.PayloadSerializerOptions.MaxDepth = 32;
        });
        // How long a broken transport may take to come back before the connection counts as lost.
        services.AddConnections(options => options.DisconnectTimeout = TimeSpan.FromSeconds(10));
    }

    public static void MapRoomHub(this WebApplication app) => app.MapHub<RoomHub>(Path, Transport);

    /// <summary>How the connections of a hub are carried.</summary>
    public static void Transport(HttpConnectionDispatcherOptions options)
    {
        options.AllowStatefulReconnects = true;
        options.ApplicationMaxBufferSize = MaxMessage;
        options.TransportMaxBufferSize = ReplayBuffer;
        options.Transports = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;
    }
}
