namespace Sylk.Conference.Server.Options;

internal sealed class AuthOptions
{
    /// <summary>The first start prints a link, good for once, that makes the first key.</summary>
    public bool BootstrapAdmin { get; set; } = true;

    /// <summary>Whose join tokens are believed, besides those signed with our own keys.</summary>
    public List<IssuerOptions> Issuers { get; } = [];
    public OidcOptions Oidc { get; } = new();
}

internal sealed class IssuerOptions
{
    /// <summary>The token's <c>iss</c>.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>Address of the issuer's keys; empty means <c>{Issuer}/.well-known/jwks.json</c>.</summary>
    public string Jwks { get; set; } = "";

    /// <summary>The token's <c>aud</c>; empty means <c>Server:PublicHost</c>.</summary>
    public string Audience { get; set; } = "";
}

/// <summary>Sign-in of people by OpenID Connect; off while <see cref="Authority"/> is empty.</summary>
internal sealed class OidcOptions
{
    public string Authority { get; set; } = "";
    public string ClientId { get; set; } = "";

    [Secret(SecretAttribute.Shared)]
    public string ClientSecret { get; set; } = "";

    /// <summary>The claim that makes an administrator, when it has one of <see cref="AdminValues"/>.</summary>
    public string AdminClaim { get; set; } = "";
    public string[] AdminValues { get; set; } = [];
}
