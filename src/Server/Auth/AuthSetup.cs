using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Api;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Auth;

/// <summary>Who may do what over HTTP: schemes, one policy per scope, and the policy "admin".</summary>
internal static class AuthSetup
{
    private static readonly TimeSpan SessionLife = TimeSpan.FromHours(12);

    public static void AddAuth(this IServiceCollection services, SylkOptions options, bool inMemory)
    {
        if (inMemory)
            services.AddSingleton<IKeyStore, MemoryKeyStore>();
        else
            services.AddSingleton<IKeyStore, StoredKeys>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<Bootstrap>();
        services.AddSingleton<PublicHost>();
        AddTokens(services);
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusedAccess>();
        AddCookieKeys(services, options, inMemory);
        services.AddAuthentication(Caller.Scheme)
            .AddPolicyScheme(Caller.Scheme, null, choice => choice.ForwardDefaultSelector =
                context => context.Request.Headers.Authorization.Count > 0 ? Caller.KeyScheme : Caller.SessionScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(Caller.KeyScheme, null)
            .AddCookie(Caller.SessionScheme, cookie =>
            {
                cookie.Cookie.Name = "sylk-session";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
                cookie.ExpireTimeSpan = SessionLife;
                cookie.SlidingExpiration = false;
                cookie.Events.OnValidatePrincipal = Sessions.ValidateAsync;
            })
            .AddOidc(options.Auth.Oidc);
        services.AddAuthorization(policies =>
        {
            foreach (var scope in Scopes.All)
                policies.AddPolicy(scope, policy => policy.RequireClaim(Caller.ScopeClaim, scope));
            policies.AddPolicy(Caller.AdminPolicy, policy => policy.RequireClaim(Caller.ScopeClaim, Scopes.ServerWrite));
        });
    }

    private static void AddTokens(IServiceCollection services)
    {
        services.AddHttpClient(Issuers.Client, http => http.Timeout = TimeSpan.FromSeconds(5))
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        services.AddSingleton<Issuers>();
        services.AddHostedService(provider => provider.GetRequiredService<Issuers>());
        services.AddSingleton<ITokenKeys, TokenKeys>();
        services.AddSingleton<IRoomConfigClaim, RoomConfigClaim>();
        services.AddSingleton<IJoinTokens, JoinTokens>();
    }

    /// <summary>Cookies outlive a restart only where anything else does.</summary>
    private static void AddCookieKeys(IServiceCollection services, SylkOptions options, bool inMemory)
    {
        var protection = services.AddDataProtection().SetApplicationName("sylk-conference");
        if (inMemory)
            protection.UseEphemeralDataProtectionProvider();
        else
            protection.PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(options.Server.DataDir, "cookie-keys")));
    }
}
