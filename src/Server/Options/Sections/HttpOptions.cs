namespace Sylk.Conference.Server.Options;

internal sealed class HttpOptions
{
    /// <summary>Addresses to listen on, divided by semicolons.</summary>
    public string Urls { get; set; } = "http://localhost:8080";

    /// <summary>Private listeners: /admin, /metrics and /health are answered there only. Empty: everywhere.</summary>
    public string AdminUrls { get; set; } = "";

    /// <summary>Addresses of reverse proxies whose forwarded headers are believed.</summary>
    [Live]
    public string[] TrustedProxies { get; set; } = [];

    /// <summary>Limit L15; connections over loopback are not counted (a proxy on the same machine carries everybody).</summary>
    [Within(1, 1_000_000)]
    public int ConnectionsPerAddress { get; set; } = 256;
}
