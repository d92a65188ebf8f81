using System.Net;
using Sylk.Conference.Protocols.Sip;

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
        foreach (var prefix in sip.DialOut.AllowPrefixes.Where(text => text.TrimStart('+').Length == 0 || !text[(text[0] == '+' ? 1 : 0)..].All(char.IsAsciiDigit)))
            yield return ("Sip:DialOut:AllowPrefixes", $"\"{prefix}\" is not the beginning of a number, such as +49.");
        foreach (var number in sip.AccessNumbers.Where(text => text.TrimStart('+') is not { Length: > 2 and <= 20 } digits || !digits.All(char.IsAsciiDigit)))
            yield return ("Sip:AccessNumbers", $"\"{number}\" is not a telephone number, such as +31208005161.");
        if (sip.OutboundProxy.Length > 0 && !IsPlace(sip.OutboundProxy))
            yield return ("Sip:OutboundProxy", $"\"{sip.OutboundProxy}\" is not an address such as sip:proxy.example;transport=tcp.");
        if (sip.DigestAlgorithms.Length == 0)
            yield return ("Sip:DigestAlgorithms", "name at least one.");
        foreach (var (account, index) in sip.Accounts.Select((account, index) => (account, index)))
        {
            if (!IsUser(account.User))
                yield return ($"Sip:Accounts:{index}:User", "must have 1 to 64 letters, digits, and . - _ +.");
        }
        foreach (var name in sip.Accounts.GroupBy(account => $"{account.User}@{account.Domain}", StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            yield return ("Sip:Accounts", $"\"{name.Key}\" is the name of more than one.");
        foreach (var problem in sip.Trunks.SelectMany((trunk, index) => Check(trunk, $"Sip:Trunks:{index}")))
            yield return problem;
        foreach (var name in sip.Trunks.GroupBy(trunk => trunk.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Count() > 1))
            yield return ("Sip:Trunks", $"\"{name.Key}\" is the name of more than one.");
    }

    private static IEnumerable<(string Key, string Text)> Check(TrunkOptions trunk, string key)
    {
        if (trunk.Name.Length == 0 || !trunk.Name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_'))
            yield return ($"{key}:Name", "must be letters, digits, - and _.");
        if (!IsPlace(trunk.Uri))
            yield return ($"{key}:Uri", $"\"{trunk.Uri}\" is not an address such as sip:operator.example;transport=tls.");
        foreach (var network in trunk.AllowedPeers.Where(text => !IPNetwork.TryParse(text, out _)))
            yield return ($"{key}:AllowedPeers", $"\"{network}\" is not a network, such as 192.0.2.0/28.");
        if (trunk.Register && trunk.User.Length == 0)
            yield return ($"{key}:User", "is needed to register.");
        if (trunk.CallerId.Length > 0 && !trunk.CallerId.TrimStart('+').All(char.IsAsciiDigit))
            yield return ($"{key}:CallerId", $"\"{trunk.CallerId}\" is not a number.");
    }

    /// <summary>An address without a user.</summary>
    public static bool IsPlace(string text) => SipUri.TryParse(text, out var uri) && uri.IsSip && uri.User is null && uri.Headers is null;

    /// <summary>A name an account may have.</summary>
    public static bool IsUser(string? text) =>
        text is { Length: > 0 and <= 64 } && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or '+');

    public static bool TryReadPorts(string text, out int first, out int last)
    {
        var parts = text.Split('-');
        last = 0;
        return int.TryParse(parts[0], out first) && parts.Length == 2 && int.TryParse(parts[1], out last)
            && first is >= 1_024 and <= 65_535 && last is <= 65_535 && last > first;
    }
}
