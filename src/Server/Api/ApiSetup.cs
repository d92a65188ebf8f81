using Sylk.Conference.Server.Ops;

namespace Sylk.Conference.Server.Api;

/// <summary>The API's parts; a new resource adds its line here.</summary>
internal static class ApiSetup
{
    public static void AddApi(this IServiceCollection services)
    {
        services.AddSingleton<RateLimits>();
        services.AddSingleton<ServerLoad>();
        services.AddSingleton<IIdempotencyStore, MemoryIdempotencyStore>();
        services.AddSingleton<IdempotencyStep>();
        services.AddSingleton<RoomDirectory>();
        services.AddSingleton<IApiResource, RoomsApi>();
        services.AddSingleton<IApiResource, TokensApi>();
        services.AddSingleton<IApiResource, ParticipantsApi>();
        services.AddSingleton<IApiResource, SessionApi>();
        services.AddSingleton<IApiResource, ApiKeysApi>();
        services.AddSingleton<IApiResource, ServerApi>();
        services.AddApiDocument();
    }
}
