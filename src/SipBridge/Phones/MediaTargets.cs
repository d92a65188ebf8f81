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

    /// <summary>Private, shared (RFC 6598) or of this machine or wire only: nobody outside can be reached there.</summary>
    public static bool IsSpecial(in TransportAddress address)
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
