using System.Net;
using System.Net.Sockets;

namespace Sylk.Conference.Server.Webhooks;

/// <summary>
/// Keeps us from being used to reach what only we can reach (reliability TW-17): the address is checked after the name
/// was resolved and it is that address that is connected to, so a name that changes its mind gains nothing.
/// </summary>
internal static class TargetGuard
{
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            // IANA special-purpose registries (RFC 6890 and its updates): what is not globally reachable.
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            "::/128", "::1/128", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
            "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    /// <summary>False for every address that is not on the public Internet; IPv4 inside IPv6 counts as what it carries.</summary>
    public static bool IsPublic(IPAddress address)
    {
        var bare = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return !Special.Any(network => network.BaseAddress.AddressFamily == bare.AddressFamily && network.Contains(bare));
    }

    /// <summary>Why this address cannot be a webhook; null when it can, as far as its text tells.</summary>
    public static string? Complain(string url, bool allowPrivate)
    {
        if (url.Length > 2048 || !Uri.TryCreate(url, UriKind.Absolute, out var uri))
            return "must be an absolute address of at most 2,048 characters";
        if (uri.Scheme != Uri.UriSchemeHttps && !(allowPrivate && uri.Scheme == Uri.UriSchemeHttp))
            return "must begin with https://";
        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            return "must have neither user information nor a fragment";
        if (allowPrivate)
            return null;
        var host = uri.IdnHost;
        if (IPAddress.TryParse(host.Trim('[', ']'), out var address))
            return IsPublic(address) ? null : "must not be on a private network";
        return host.Contains('.', StringComparison.Ordinal) && !host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            ? null : "must be a public host name";
    }

    /// <summary>Connects to the first address of the host that may be used.</summary>
    public static async ValueTask<Stream> ConnectAsync(DnsEndPoint host, bool allowPrivate, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(host.Host, cancellation).ConfigureAwait(false);
        var usable = Array.FindAll(addresses, address => allowPrivate || IsPublic(address));
        if (usable.Length == 0)
            throw new HttpRequestException(HttpRequestError.ConnectionError, "the address is on a private network");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(usable, host.Port, cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
