using System.Diagnostics.Metrics;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Webhooks;

internal static class WebhookSetup
{
    public static void AddWebhooks(this IServiceCollection services, SylkOptions options)
    {
        services.AddSingleton(new WebhookSender(() => options.Webhooks.AllowPrivateNetworks));
        services.AddSingleton(parts => new WebhookNode(parts.GetRequiredService<IMediaNodes>().LocalId, parts.GetRequiredService<IMeterFactory>()));
        services.AddSingleton<WebhookWorker>();
        services.AddHostedService<WebhookPump>();
        services.AddSingleton<EventTail>();
        services.AddHostedService(parts => parts.GetRequiredService<EventTail>());
        services.AddSingleton<EventStream>();
    }
}
