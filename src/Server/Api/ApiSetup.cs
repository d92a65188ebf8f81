using Sylk.Conference.Server.Ops;

namespace Sylk.Conference.Server.Api;

/// <summary>The API's parts; a new resource adds its line here.</summary>
internal static class ApiSetup
{
    public static void AddApi(this IServiceCollection services, bool inMemory)
    {
        services.AddSingleton<RateLimits>();
        services.AddSingleton<ServerLoad>();
        if (inMemory)
            services.AddSingleton<IIdempotencyStore, MemoryIdempotencyStore>();
        else
            services.AddSingleton<IIdempotencyStore, StoredReplies>();
        services.AddSingleton<IdempotencyStep>();
        services.AddSingleton<RoomDirectory>();
        services.AddSingleton<IApiResource, LobbyApi>();
        services.AddSingleton<IApiResource, RoomsApi>();
        services.AddSingleton<IApiResource, SessionsApi>();
        services.AddSingleton<IApiResource, AnnouncementsApi>();
        services.AddSingleton<IApiResource, TokensApi>();
        services.AddSingleton<IApiResource, InvitesApi>();
        services.AddSingleton<IApiResource, ParticipantsApi>();
        services.AddSingleton<IApiResource, WaitingApi>();
        services.AddSingleton<IApiResource, SpotlightApi>();
        services.AddSingleton<IApiResource, CallsApi>();
        services.AddSingleton<IApiResource, CallTracesApi>();
        services.AddSingleton(parts => new SipBridgeSettingsSource(Hosting.SipPart.TrunksOf(parts.GetRequiredService<Options.SylkOptions>())));
        services.AddSingleton<IApiResource, SipAccountsApi>();
        services.AddSingleton<IApiResource, SipTrunksApi>();
        services.AddSingleton<IApiResource, SipRoutesApi>();
        services.AddSingleton<IApiResource, MessagesApi>();
        services.AddSingleton<IApiResource, SessionApi>();
        services.AddSingleton<IApiResource, ApiKeysApi>();
        services.AddSingleton<IApiResource, ServerApi>();
        services.AddSingleton<IApiResource, MediaMoveApi>();
        services.AddSingleton<IApiResource, FilesApi>();
        services.AddSingleton<IApiResource, WebhooksApi>();
        services.AddSingleton<IApiResource, DeliveriesApi>();
        services.AddSingleton<IApiResource, EventsApi>();
        services.AddApiDocument();
    }
}
