using System.Net;
using Sylk.Conference.Protocols;

namespace Sylk.Conference.SipBridge.Phones;

/// <summary>Where packets of a call may go (TS-15): what a description names is not to turn us against our own networks.</summary>
internal static class MediaTargets
{
    /// <param name="target">What the description says, or where a packet came from.</param>
    /// <param name="signalling">Where the call's signalling comes from: there packets may go in any case.</param>
    /// <param name="allowed">Lists special addresses that are meant.</param>
    public static bool MaySendTo(in TransportAddress target, in TransportAddress signalling, Predicate<TransportAddress> allowed) =>
        IsSameHost(target, signalling) || !IsSpecial(target) || allowed(target);

    public static bool IsSameHost(in TransportAddress one, in TransportAddress other) => one.High == other.High && one.Low == other.Low;

    /// <summary>
    /// Whether a description may name an address: also a private one of a phone behind a NAT, which nothing is sent to; what it says
    /// will come from elsewhere (MED-1).
    /// </summary>
    /// <param name="told">What the description says.</param>
    /// <param name="signalling">Where the call's signalling comes from.</param>
    /// <param name="settings">Rules for sources and special addresses.</param>
    public static bool MayBeTold(in TransportAddress told, in TransportAddress signalling, PhoneSettings settings) =>
        MaySendTo(told, signalling, settings.AllowedNetworks)
        || (settings.SymmetricRtp != SymmetricRtp.Never && IsPrivate(told) && !IsSpecial(signalling));

    /// <summary>Of a network of its own (RFC 1918, RFC 6598, RFC 4193).</summary>
    private static bool IsPrivate(in TransportAddress address)
    {
        if (!address.IsIPv4)
        {
            return address.ToIPAddress().IsIPv6UniqueLocal;
        }

        var number = address.IPv4;
        return number >> 24 == 10 || number >> 20 == 0xAC1 || number >> 16 == 0xC0A8 || number >> 22 == 0x191;
    }

    /// <summary>Private, shared (RFC 6598) or of this machine or wire only: nobody outside can be reached there.</summary>
    private static bool IsSpecial(in TransportAddress address)
    {
        if (!address.IsIPv4)
        {
            var ip = address.ToIPAddress();
            return ip.IsIPv6LinkLocal || ip.IsIPv6SiteLocal || ip.IsIPv6Multicast || ip.IsIPv6UniqueLocal
                || ip.Equals(IPAddress.IPv6Loopback) || ip.Equals(IPAddress.IPv6Any);
        }

        var number = address.IPv4;
        return (number >> 24) is 0 or 10 or 127 or >= 224 || number >> 20 == 0xAC1 || number >> 16 is 0xC0A8 or 0xA9FE || number >> 22 == 0x191;
    }
}
