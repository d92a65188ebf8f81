using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Errors;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Auth;

/// <summary>
/// Sign-in of people (<c>Auth:Oidc</c>): OpenID Connect's code flow with PKCE, by the framework's own handler. What comes out of it
/// is a session of ours; nothing of the provider is kept but who somebody is.
/// </summary>
internal static class Oidc
{
    public const string Scheme = "Oidc";

    /// <summary>Begins a sign-in: <c>?return=</c> is the page to come back to.</summary>
    public const string Address = "/api/session/oidc";

    /// <summary>What the page finds in its fragment when it did not work out.</summary>
    public const string Failed = "#signin=failed";

    private const string Callback = Address + "/callback";
    private static readonly string[] Algorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void AddOidc(this AuthenticationBuilder authentication, OidcOptions options)
    {
        if (options.Authority.Length > 0)
            authentication.AddOpenIdConnect(Scheme, oidc => Configure(oidc, options));
    }

    public static void MapOidc(this WebApplication app)
    {
        var isOn = app.Services.GetRequiredService<SylkOptions>().Auth.Oidc.Authority.Length > 0;
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Oidc).FullName!);
        app.MapGet(Address, context => isOn
            ? BeginAsync(context, log)
            : Problem.WriteAsync(context, ErrorCodes.RoomNotFound, "Signing in is not set up here (Auth:Oidc)."));
    }

    private static async Task BeginAsync(HttpContext context, ILogger log)
    {
        var page = Page(context.Request.Query["return"].ToString());
        try
        {
            await context.ChallengeAsync(Scheme, new AuthenticationProperties { RedirectUri = page });
        }
        catch (Exception problem) when (problem is InvalidOperationException or HttpRequestException or IOException)
        {
            log.SignInFailed(problem.GetType().Name);
            context.Response.Redirect(page + Failed);
        }
    }

    /// <summary>Only pages of ours: never another host.</summary>
    private static string Page(string wanted) =>
        wanted is ['/', not ('/' or '\\'), ..] && !wanted.Contains('#', StringComparison.Ordinal) && !wanted.Any(char.IsControl) ? wanted : "/";

    private static void Configure(OpenIdConnectOptions oidc, OidcOptions options)
    {
        (oidc.Authority, oidc.ClientId) = (options.Authority, options.ClientId);
        oidc.ClientSecret = options.ClientSecret is { Length: > 0 } secret ? secret : null;
        oidc.RequireHttpsMetadata = !IsLoopback(options.Authority);
        (oidc.ResponseType, oidc.ResponseMode, oidc.UsePkce) = ("code", "query", true);
        (oidc.CallbackPath, oidc.SignInScheme) = (Callback, Caller.SessionScheme);
        (oidc.SaveTokens, oidc.MapInboundClaims, oidc.GetClaimsFromUserInfoEndpoint) = (false, false, true);
        oidc.Scope.Add("email");
        foreach (var claim in new[] { "email", "email_verified", "name", "preferred_username", options.AdminClaim }.Where(claim => claim.Length > 0))
            oidc.ClaimActions.MapJsonKey(claim, claim);
        (oidc.NonceCookie.SameSite, oidc.CorrelationCookie.SameSite) = (SameSiteMode.Lax, SameSiteMode.Lax);
        (oidc.NonceCookie.SecurePolicy, oidc.CorrelationCookie.SecurePolicy) = (CookieSecurePolicy.SameAsRequest, CookieSecurePolicy.SameAsRequest);
        oidc.BackchannelTimeout = Patience;
        oidc.BackchannelHttpHandler = new SocketsHttpHandler { AllowAutoRedirect = false };
        oidc.TokenValidationParameters.ValidAlgorithms = Algorithms;
        oidc.Events.OnTokenValidated = ValidatedAsync;
        oidc.Events.OnTicketReceived = received => ReceivedAsync(received, options);
        oidc.Events.OnRemoteFailure = failed => FailedAsync(failed);
    }

    /// <summary>The handler takes an unsigned token that came straight from the provider, as the specification lets it; we do not.</summary>
    private static Task ValidatedAsync(TokenValidatedContext validated)
    {
        if (!Algorithms.Contains(validated.SecurityToken.SignatureAlgorithm, StringComparer.Ordinal))
        {
            validated.HandleResponse();
            SendBack(validated.HttpContext, validated.Properties, "an id token without a signature");
        }
        return Task.CompletedTask;
    }

    private static Task ReceivedAsync(TicketReceivedContext received, OidcOptions options)
    {
        var person = received.Principal!;
        if (IdentityOf(person) is not { } identity)
        {
            received.HandleResponse();
            received.Response.Redirect((received.ReturnUri ?? "/") + Failed);
            return Task.CompletedTask;
        }
        var scopes = IsAdmin(person, options) ? Scopes.All : [];
        received.Principal = Sessions.Of(Caller.Person + identity, NameOf(person) ?? identity, scopes);
        return Task.CompletedTask;
    }

    private static Task FailedAsync(RemoteFailureContext failed)
    {
        failed.HandleResponse();
        SendBack(failed.HttpContext, failed.Properties, failed.Failure?.GetType().Name ?? "refused by the provider");
        return Task.CompletedTask;
    }

    private static void SendBack(HttpContext context, AuthenticationProperties? asked, string cause)
    {
        context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(Oidc).FullName!).SignInFailed(cause);
        context.Response.Redirect(Page(asked?.RedirectUri ?? "") + Failed);
    }

    /// <summary>The address when the provider has checked it, else its own name for the person.</summary>
    private static string? IdentityOf(ClaimsPrincipal person)
    {
        var isChecked = string.Equals(person.FindFirstValue("email_verified"), "true", StringComparison.OrdinalIgnoreCase);
        var identity = isChecked && person.FindFirstValue("email") is { Length: > 0 } address ? address : person.FindFirstValue("sub");
        return identity is { Length: > 0 and <= 256 } && !identity.Any(char.IsControl) ? identity : null;
    }

    private static string? NameOf(ClaimsPrincipal person) =>
        People.CleanName(person.FindFirstValue("name")) is { Length: > 0 } name ? name : People.CleanName(person.FindFirstValue("preferred_username")) is { Length: > 0 } other ? other : null;

    private static bool IsAdmin(ClaimsPrincipal person, OidcOptions options) =>
        options.AdminClaim.Length > 0 && person.FindAll(options.AdminClaim).Any(claim => options.AdminValues.Contains(claim.Value, StringComparer.Ordinal));

    private static bool IsLoopback(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && (uri.IsLoopback || (IPAddress.TryParse(uri.Host, out var ip) && IPAddress.IsLoopback(ip)));
}
