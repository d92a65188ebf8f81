using System.Collections.Immutable;
using System.Net;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge;

/// <summary>
/// Where we send to of our own accord (attack TS-15): public addresses, and what the operator lists. Answers to whoever wrote to us are
/// no matter of this.
/// </summary>
/// <param name="listed">Networks such as <c>10.0.0.0/8</c>. With <c>only</c> nothing else at all.</param>
/// <param name="only">True: public addresses are refused too, unless listed.</param>
public sealed class AllowedNetworks(ImmutableArray<IPNetwork> listed, bool only = false)
{
    private static readonly ImmutableArray<IPNetwork> Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "::/127", "64:ff9b::/96", "100::/64",
            "2001:db8::/32", "fc00::/7", "fe80::/10", "ff00::/8",
        }.Select(IPNetwork.Parse),
    ];

    /// <summary>Everything may be reached, for tests of what lies below.</summary>
    public static AllowedNetworks Everywhere { get; } = new([IPNetwork.Parse("0.0.0.0/0"), IPNetwork.Parse("::/0")]);

    public bool Allows(TransportAddress address) => address.Port != 0 && Allows(address.ToIPAddress());

    public bool Allows(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return listed.Any(network => network.Contains(plain)) || (!only && !Special.Any(network => network.Contains(plain)));
    }
}
