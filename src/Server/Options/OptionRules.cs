using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sylk.Conference.Rooms;
using Sylk.Conference.Server.Hosting;

namespace Sylk.Conference.Server.Options;

/// <summary>What makes a configuration impossible, beyond what each key may be. Every problem is named, not just the first.</summary>
internal static class OptionRules
{
    public static IEnumerable<(string Key, string Text)> Check(SylkOptions options) =>
    [
        .. CheckHttp(options.Http), .. CheckTls(options), .. CheckMedia(options.Media), .. CheckRooms(options.Rooms), .. CheckAuth(options.Auth),
        .. CheckWeb(options.Web), .. CheckPlaces(options), .. SipRules.Check(options.Sip), .. XmppRules.Check(options.Xmpp),
        .. CheckAddresses(options.Addresses),
    ];

    /// <summary>True when nobody outside this machine can reach the listeners.</summary>
    public static bool IsLoopbackOnly(HttpOptions http) => IsLoopbackOnly(http.Urls);

    public static bool IsLoopbackOnly(string urls) => Addresses(urls).Where(IsBinding).All(text =>
        BindingAddress.Parse(text).Host is var host
        && (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address))));

    public static AutoCreate WhoMayOpen(SylkOptions options) => options.Rooms.AutoCreate.ToUpperInvariant() switch
    {
        "TRUE" => AutoCreate.Anyone,
        "FALSE" => AutoCreate.Nobody,
        "" when IsLoopbackOnly(options.Http) => AutoCreate.Anyone,
        _ => AutoCreate.SignedIn,
    };

    /// <summary><c>off</c>, <c>selfSigned</c> or <c>files</c>.</summary>
    public static string TlsMode(SylkOptions options) => options.Tls.Mode switch
    {
        { Length: > 0 } mode => mode,
        _ when options.Tls.CertFile.Length > 0 => "files",
        _ => IsLoopbackOnly(options.Http) ? "off" : "selfSigned",
    };

    public static bool UsesTls(HttpOptions http) => Addresses($"{http.Urls};{http.AdminUrls}").Any(address =>
        address.StartsWith("https:", StringComparison.OrdinalIgnoreCase));

    public static string[] Addresses(string urls) =>
        urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static IEnumerable<(string, string)> CheckHttp(HttpOptions http)
    {
        if (Addresses(http.Urls).Length == 0)
            yield return ("Http:Urls", "name at least one address, such as http://localhost:8080.");
        foreach (var address in Addresses(http.Urls).Where(address => !IsBinding(address)))
            yield return ("Http:Urls", $"\"{address}\" is not an address, such as http://localhost:8080.");
        foreach (var address in Addresses(http.AdminUrls).Where(address => !IsBinding(address)))
            yield return ("Http:AdminUrls", $"\"{address}\" is not an address, such as http://localhost:8081.");
        foreach (var proxy in http.TrustedProxies.Where(proxy => !IPAddress.TryParse(proxy, out _)))
            yield return ("Http:TrustedProxies", $"\"{proxy}\" is not an IP address.");
    }

    private static IEnumerable<(string, string)> CheckTls(SylkOptions options)
    {
        if (TlsMode(options) == "off" && UsesTls(options.Http))
            yield return ("Tls:Mode", "is off, but there is an https address; choose selfSigned or files.");
        if (TlsMode(options) != "files")
            yield break;
        foreach (var (key, file) in new[] { ("Tls:CertFile", options.Tls.CertFile), ("Tls:KeyFile", options.Tls.KeyFile) })
        {
            if (!File.Exists(file))
                yield return (key, file.Length == 0 ? "is missing, but Tls:Mode is files." : $"there is no file {file}.");
        }
        if (File.Exists(options.Tls.CertFile) && File.Exists(options.Tls.KeyFile) && WhyNoCertificate(options.Tls) is { } why)
            yield return ("Tls:CertFile", why);
    }

    private static string? WhyNoCertificate(TlsOptions tls)
    {
        try
        {
            X509Certificate2.CreateFromPemFile(tls.CertFile, tls.KeyFile).Dispose();
            return null;
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return $"cannot be used with Tls:KeyFile: {problem.Message}";
        }
    }

    private static IEnumerable<(string, string)> CheckMedia(MediaOptions media)
    {
        foreach (var address in media.AnnouncedAddresses.Where(address => !IPAddress.TryParse(address, out _)))
            yield return ("Media:AnnouncedAddresses", $"\"{address}\" is not an IP address.");
    }

    private static IEnumerable<(string, string)> CheckRooms(RoomsOptions rooms)
    {
        foreach (var name in rooms.Permanent.Where(name => !RoomName.TryNormalize(name, out _)))
            yield return ("Rooms:Permanent", $"\"{name}\" cannot name a room.");
    }

    private static IEnumerable<(string, string)> CheckAuth(AuthOptions auth)
    {
        for (var i = 0; i < auth.Issuers.Count; i++)
        {
            if (auth.Issuers[i].Issuer.Length == 0)
                yield return ($"Auth:Issuers:{i}:Issuer", "is missing.");
            if (auth.Issuers[i].Jwks is { Length: > 0 } keys && !IsWeb(keys))
                yield return ($"Auth:Issuers:{i}:Jwks", $"\"{keys}\" is not the address of a key set, such as https://login.example.org/jwks.json.");
        }
        if (auth.Oidc.Authority.Length == 0)
            yield break;
        if (!IsWeb(auth.Oidc.Authority))
            yield return ("Auth:Oidc:Authority", $"\"{auth.Oidc.Authority}\" is not an address, such as https://login.example.org.");
        if (auth.Oidc.ClientId.Length == 0)
            yield return ("Auth:Oidc:ClientId", "is missing, but Auth:Oidc:Authority is set.");
    }

    private static IEnumerable<(string, string)> CheckAddresses(AddressesOptions addresses)
    {
        foreach (var (key, domain) in new[] { ("Addresses:Domain", addresses.Domain), ("Addresses:GuestDomain", addresses.GuestDomain) })
        {
            if (domain.Length > 0 && (Uri.CheckHostName(domain) == UriHostNameType.Unknown || domain.Any(char.IsAsciiLetterUpper)))
                yield return (key, $"\"{domain}\" is not a domain in lower case, such as example.org.");
        }
        if (addresses.Domain.Length > 0 && addresses.Domain == addresses.GuestDomain)
            yield return ("Addresses:GuestDomain", "is the domain of accounts too; guests need one of their own.");
    }

    private static IEnumerable<(string, string)> CheckWeb(WebOptions web)
    {
        if (web.Root.Length > 0 && !Directory.Exists(web.Root))
            yield return ("Web:Root", $"there is no folder {web.Root}.");
        foreach (var origin in web.EmbedOrigins.Where(origin => origin != "*" && !IsOrigin(origin)))
            yield return ("Web:EmbedOrigins", $"\"{origin}\" is not an origin, such as https://www.example.org.");
    }

    private static IEnumerable<(string, string)> CheckPlaces(SylkOptions options)
    {
        if (options.Cluster.Mode != "localhost" && ClusterPart.ConnectionOf(options).Length == 0)
            yield return ("Cluster:Connection", $"is missing, but Cluster:Mode is {options.Cluster.Mode}.");
        if (options.Cluster.Mode != "localhost" && options.Storage.Mode == "sqlite")
            yield return ("Storage:Mode", $"is sqlite, a file of one node, but Cluster:Mode is {options.Cluster.Mode}; choose postgres.");
        if (!IPAddress.TryParse(options.Cluster.Address, out var address))
            yield return ("Cluster:Address", $"\"{options.Cluster.Address}\" is not an IP address.");
        else if (options.Cluster.Mode != "localhost" && !ClusterSettings.IsPrivate(address))
            yield return ("Cluster:Address", $"{address} is a public address, and links between nodes are not encrypted; name a private one.");
        if (options.Storage is { Mode: "postgres", Connection.Length: 0 })
            yield return ("Storage:Connection", "is missing, but Storage:Mode is postgres.");
        if (options.Observability.Otlp is { Length: > 0 } otlp && !IsWeb(otlp))
            yield return ("Observability:Otlp", $"\"{otlp}\" is not an address, such as http://localhost:4317.");
    }

    private static bool IsWeb(string text) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https");

    private static bool IsOrigin(string text) =>
        IsWeb(text) && new Uri(text).GetLeftPart(UriPartial.Authority).Equals(text, StringComparison.OrdinalIgnoreCase);

    private static bool IsBinding(string address)
    {
        try
        {
            return BindingAddress.Parse(address) is { Scheme: "http" or "https" };
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
