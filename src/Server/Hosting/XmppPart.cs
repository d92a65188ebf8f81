using Sylk.Conference.ChatBridge.Xmpp;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Ops;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Hosting;

/// <summary>XMPP users on this node: one node of a cluster holds the link to the XMPP server.</summary>
internal static class XmppPart
{
    public static void AddXmpp(this IServiceCollection services, SylkOptions options)
    {
        if (!options.Xmpp.Enabled || !ClusterPart.Does(options, "web"))
            return;
        services.AddSingleton(parts => new XmppDoor(
            SettingsOf(options),
            new XmppTools(
                parts.GetRequiredService<IGrainFactory>(), parts.GetRequiredService<RoomFeedHub>(), parts.GetRequiredService<RoomClock>(),
                parts.GetRequiredService<IMediaNodes>().LocalId)
            {
                Loggers = parts.GetRequiredService<ILoggerFactory>(),
                Post = parts.GetService<IDirectPost>,
                PresencePost = options.Presence.Enabled ? parts.GetService<IPresencePost> : null,
            }));
        services.AddSingleton(parts => parts.GetRequiredService<XmppDoor>().Addresses);
        if (options.Presence.Enabled)
            services.AddSingleton(parts => parts.GetRequiredService<XmppDoor>().Presence!);
        services.AddHostedService<XmppOpening>();
        services.AddSingleton<IReadinessCheck, XmppCheck>();
    }

    private static XmppSettings SettingsOf(SylkOptions options)
    {
        var root = options.Server.PublicHost.Length > 0 ? $"https://{options.Server.PublicHost}" : "";
        return new()
        {
            Domain = options.Xmpp.Domain,
            Secret = options.Xmpp.ComponentSecret,
            Host = options.Xmpp.Host,
            Port = options.Xmpp.Port,
            UserDomains = options.Xmpp.UserDomains,
            GroupChatStates = options.Xmpp.GroupChatStates,
            WebRoot = root,
            PageOf = room => root.Length > 0 ? $"{root}/r/{room}" : "",
        };
    }
}

/// <summary>Connects once the rooms are there, and says goodbye before they go.</summary>
internal sealed class XmppOpening(XmppDoor door) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        door.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => door.DisposeAsync().AsTask();
}

/// <summary>Whether the XMPP server is there (F-10). Everybody else is served without it.</summary>
internal sealed class XmppCheck(XmppDoor door) : IReadinessCheck
{
    public string Name => "xmpp";

    public Task<CheckResult> CheckAsync(CancellationToken stop) => Task.FromResult(
        door.IsUp ? CheckResult.Ok("connected") : door.IsHealthy ? CheckResult.Ok(door.Trouble) : CheckResult.Degraded(door.Trouble));
}
