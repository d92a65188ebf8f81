using System.Net;
using System.Net.Security;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Sylk.Conference.Server.Options;

namespace Sylk.Conference.Server.Hosting;

/// <summary>Where we listen, and the limits of HTTP (L15).</summary>
internal static class Listeners
{
    private const int MaxBody = 1024 * 1024;

    public static void AddListeners(this WebApplicationBuilder builder, HttpOptions http)
    {
        var perAddress = new ConnectionLimit(http.ConnectionsPerAddress);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Limit(kestrel.Limits);
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(perAddress.Wrap));
            foreach (var address in OptionRules.Addresses(http.Urls))
                Listen(kestrel, BindingAddress.Parse(address), _ => { });
            foreach (var address in OptionRules.Addresses(http.AdminUrls))
                Listen(kestrel, BindingAddress.Parse(address), endpoint => endpoint.Use(PrivateListener.Marked));
        });
    }

    /// <summary>Believes what listed proxies say of a client; the list may change while we run.</summary>
    public static void UseTrustedProxies(this WebApplication app, HttpOptions http, LiveOptions live) => app.Use(next =>
    {
        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        var handle = Handler();
        live.Changed += () => handle = Handler();
        return context => handle(context);

        RequestDelegate Handler() => http.TrustedProxies.Length == 0
            ? next
            : new ForwardedHeadersMiddleware(next, loggers, Microsoft.Extensions.Options.Options.Create(Forwarded(http.TrustedProxies))).Invoke;
    });

    private static void Listen(KestrelServerOptions kestrel, BindingAddress address, Action<ListenOptions> more)
    {
        if (address.IsUnixPipe)
            kestrel.ListenUnixSocket(address.UnixPipePath, Configure);
        else if (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip))
            kestrel.Listen(ip, address.Port, Configure);
        else if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            kestrel.ListenLocalhost(address.Port, Configure);
        else
            kestrel.ListenAnyIP(address.Port, Configure);

        void Configure(ListenOptions endpoint)
        {
            more(endpoint);
            if (address.Scheme == "https")
                endpoint.UseHttps(Handshakes(kestrel.ApplicationServices.GetRequiredService<Certificates>()));
        }
    }

    private static TlsHandshakeCallbackOptions Handshakes(Certificates certificates) => new()
    {
        OnConnection = _ => new(new SslServerAuthenticationOptions { ServerCertificateContext = certificates.Current }),
    };

    private static ForwardedHeadersOptions Forwarded(string[] proxies)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.All };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
            options.KnownProxies.Add(IPAddress.Parse(proxy));
        return options;
    }

    private static void Limit(KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MaxRequestBodySize = MaxBody;
        limits.MinRequestBodyDataRate = new MinDataRate(240, TimeSpan.FromSeconds(5));
        limits.Http2.MaxStreamsPerConnection = 100;
    }
}
