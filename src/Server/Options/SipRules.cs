using System.Net;

namespace Sylk.Conference.Server.Options;

/// <summary>What makes the settings of the SIP door impossible.</summary>
internal static class SipRules
{
    public static IEnumerable<(string Key, string Text)> Check(SipOptions sip)
    {
        foreach (var (key, address) in new[] { ("Sip:Address", sip.Address), ("Sip:AnnouncedAddress", sip.AnnouncedAddress) })
        {
            if (address.Length > 0 && !IPAddress.TryParse(address, out _))
                yield return (key, $"\"{address}\" is not an IP address.");
        }
        if (!TryReadPorts(sip.RtpPorts, out _, out _))
            yield return ("Sip:RtpPorts", $"\"{sip.RtpPorts}\" is not a range of at least two ports, such as 20000-20999.");
        foreach (var network in sip.TrustedPeers.Where(text => !IPNetwork.TryParse(text, out _)))
            yield return ("Sip:TrustedPeers", $"\"{network}\" is not a network, such as 192.0.2.0/28.");
        foreach (var network in sip.AllowedNetworks.Where(text => !IPNetwork.TryParse(text, out _)))
            yield return ("Sip:AllowedNetworks", $"\"{network}\" is not a network, such as 10.0.0.0/8.");
    }

    public static bool TryReadPorts(string text, out int first, out int last)
    {
        var parts = text.Split('-');
        last = 0;
        return int.TryParse(parts[0], out first) && parts.Length == 2 && int.TryParse(parts[1], out last)
            && first is >= 1_024 and <= 65_535 && last is <= 65_535 && last > first;
    }
}
